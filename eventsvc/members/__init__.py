"""Who belongs: the organisations whose people pay a price of their own, and what each has at an event.

Words: an *organisation* belongs to an organiser and so to all its events (events' own teams are `events.Membership`); its *domains*
are those of its mail addresses, its *code* is what its people type instead; an *allowance* is how many free places it has at one
event: like a quota, the row is both the number and the lock.
Invariants: a domain belongs to one organisation of an organiser; it matches whole labels only, in ASCII (`forms/addresses.py`), so
that neither `evil-member.org` nor a look-alike in another script is `member.org`; only `Allowance.claim` and `Allowance.release`
touch `used`, which is the live tickets that hold one of its places (checked by `eventsvc check`).
Read first: `models.py`, then `forms/addresses.py`.
"""
