"""Foundations without product knowledge: time, settings, database, web, API, signing, money, cache.

Nothing in here knows what a conference is. Domains import from here; nothing here imports a domain.
Read first: `db/connection.py` (how a query runs), `web.py` (how a page is answered), `api.py` (how JSON is answered).
"""
