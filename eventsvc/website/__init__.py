"""Pages that show several domains: the list of events, an event's home, My day, the organiser's dashboard, search.

No tables and no rules of its own.
"""
