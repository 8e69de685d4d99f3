"""What is sold: ticket types, quotas, orders, tickets, payments.

Words: an *order* belongs to whoever placed it (one e-mail, one secret link); a *ticket* belongs to one named person (a public
code for the door, a secret link for its owner: two different secrets). A *quota* row is both the number and the lock; several
ticket types and add-ons may share one.
A ticket is *passed on* to a colleague: theirs is a new ticket, the old one is cancelled and knows it.
A *reserved* order keeps its places until it is confirmed or its time is over: for a card payment, a proof, an approval.
An *add-on* goes with a ticket (a dinner, a workshop, a gift), at a price or as a part of its type, and holds a place of its own quota.
A *place* of an organisation is a ticket that its contact took without a name; a colleague *claims* it.
A *bank line* is money that came in by a statement, known by its fingerprint so that it counts once.
Invariants: `quota.claimed` equals the tickets and add-ons that hold a place (checked by `eventsvc check` and a test); only
`Quota.claim` and `Quota.release` touch it; an order's total is what its live tickets and their add-ons cost and what is
kept of cancelled ones (`rules/ledger.py`); states move only along MOVES;
what orders cost is what came in, less what went back, plus what is due or let go, less what is owed back (`rules/books.py`).
Read first: `models/`, then `rules/orders.py`, `rules/holding.py`.
"""
