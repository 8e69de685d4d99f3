"""What happens in the room: what runs now, late notices, headcounts, questions from the audience with their votes, screens.

Words: a session *runs* from its planned start to its planned end, both later by what was said with `run_late`; the planned times stay.
A *question* waits until a chair, a speaker or an organiser shows it; a *vote* is one per holder and question. A *screen* is the page
that a room's display shows by itself. A *moderator* is whoever may show questions: the session's speakers, its chair, organisers.
Read first: `models.py`, `render/running.py`, then `rules/`.
"""
