"""Who came in: check-in lists and scans.

Words: a *scan* is one read of a ticket; it has a UUID of its own, made on the device, and keeps its first answer for ever. A
*verdict* is that answer, from one closed list. `admits` marks the one scan that let a ticket in on a list.
Invariants: exactly one `admits` scan per ticket and list (a partial unique index decides, whoever races); device clocks are
shown, never used for order; an admission is only ever taken back by an explicit undo.
"""
