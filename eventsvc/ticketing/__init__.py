"""What is sold: ticket types, quotas, orders, tickets, payments.

Words: an *order* belongs to whoever placed it (one e-mail, one secret link); a *ticket* belongs to one named person (a public
code for the door, a secret link for its owner: two different secrets). A *quota* row is both the number and the lock.
Invariants: `quota.claimed` equals the tickets that hold a place (checked by `eventsvc check` and a test); only `Quota.claim` and
`Quota.release` touch it; an order's total is the sum of its live tickets' prices; states move only along MOVES.
Read first: `models/`, then `rules/orders.py`.
"""
