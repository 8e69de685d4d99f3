"""What changes on screen while somebody looks: server-sent events made from the journal.

Words: a *listener* is one open stream; the *hub* holds those of this process; the *reader* asks the database for what is new while
anybody listens, and asks nothing while nobody does. A listener that cannot keep up is let go and comes back by itself. Streams end
on disconnect, after an hour (so that rights are judged anew), and when the server is told to stop. *Presence* is which organisers
have a stream of an event open, on any process: rows that are renewed while the stream lives, and forgotten soon after it dies.
Read first: `rules/hub.py`, then `rules/reader.py`.
"""
