"""The outbox. A letter is a row, written in the transaction of the verb that promises it; so nothing is sent unless that commits.

Words: a *letter* has a kind ("ticketing/confirmation") and facts; a *composer* (in the domain's `jobs.py`) turns both into a
message when the worker gets to it; the finished message is stored as bytes, then sent or written as an `.eml` file.
Invariants: one letter per `dedupe`; a letter's Message-ID never changes; a letter is sent, waiting, no longer needed, or given up.
"""
