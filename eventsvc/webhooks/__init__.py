"""What other systems hear: each new entry of the journal, sent to the addresses that asked for it, signed as in Standard Webhooks.

Words: an *endpoint* is an address and what it wants to hear; a *delivery* is one entry for one endpoint, with its tries.
Invariants: every entry is delivered at least once or ends as a dead letter that somebody can see and send again; the id of a
delivery stays the same over its tries; no address on a private network is ever connected to, whenever its name changes its mind.
Read first: `models.py`, then `rules/`.
"""
