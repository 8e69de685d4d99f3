"""Who someone is: staff accounts, server-side sessions, one-time sign-in links, API tokens, and what a role may do.

Attendees and speakers have no accounts; their links carry a secret. Tokens and links are stored hashed and shown once.
Read first: `models.py` (Role, RIGHTS), then `rules.py`.
"""
