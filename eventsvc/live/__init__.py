"""What changes on screen while somebody looks: server-sent events made from the journal.

No tables. Each process reads new journal entries while anybody listens, and hands them to bounded queues; a listener that cannot
keep up is let go and comes back by itself (EventSource does). Streams end on disconnect and when the server is told to stop.
"""
