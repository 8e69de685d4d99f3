"""The conference itself: the event, who organises it, who holds which role where.

Words: an *event* is a conference; its *slug* is its address; its *version* rises with every change the public can see, and is
what cached pages are compared with. Everything else belongs to an event and is reached through it (`events.rules.event_for`).
"""
