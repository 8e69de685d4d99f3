"""The call for proposals: what is asked, what comes in, what reviewers think of it, and what becomes of it.

Words: a *call* is an event's invitation to propose; a *field* is one thing it asks; a *proposal* is an answer, by its *authors*,
who are speakers of the event from the first word on (their link is `/{event}/speaker/{secret}`). A *review* is one reviewer's
scores and words in a *phase*, which says what reviewers see and may do. A decision is *pending* until it is *released*: then the
letters go out, and an accepted proposal becomes a draft session of the agenda.
Invariants: in a blind phase nothing a reviewer is shown names an author; a proposal's state moves by `PROPOSAL_MOVES` only.
Read first: `models/`, then `rules/`.
"""
