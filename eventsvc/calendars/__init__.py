"""What is subscribed to: iCalendar feeds and invitations (RFC 5545, RFC 5546), schedule XML and JSON (frab).

Words: a *follower* chose to have their calendar kept up to date by mail; *told* is what it last heard of a session.
`render/` turns rows into documents and knows no query; `rules/feeds.py` says what goes into which feed.
Invariant: a session has one UID for ever; whatever a calendar is told of it later has a higher SEQUENCE.
"""
