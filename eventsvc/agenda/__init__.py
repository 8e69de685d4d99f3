"""When and where: tracks, rooms, sessions and who gives them; the public programme and its imports.

Words: a *session* is anything on the agenda; its *kind* tells a talk from a break. A session without a room is for everyone.
Times are stored in UTC; a session's day is the event's day. `sequence` rises with every change of time, place or
cancellation (RFC 5545 §3.8.7.4) and is what calendars go by. A cancelled session stays, as cancelled.
Read first: `models.py`, then `rules/`.
"""
