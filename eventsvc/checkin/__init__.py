"""Who came in: check-in lists and scans, doors and their tablets.

Words: a *list* says whom it lets in and when; a *door* is a place where tickets are scanned, on some lists; a *device* is a tablet of
a door, with a token of its own. A *scan* is one read of a ticket; it has a UUID of its own, made on the device, and keeps its first
answer for ever. A *verdict* is that answer, from one closed list; `because` says why where there are several reasons. `admits` marks
the one scan that let a ticket in on a list. A *conflict* is a ticket that two tablets let in while they could not ask.
Invariants: exactly one `admits` scan per ticket and list (a partial unique index decides, whoever races); device clocks are
shown, never used for order; an admission is only ever taken back by an explicit undo.
Read first: `rules/admit.py`, then docs/door.md for what a tablet and the server say to each other.
"""
