"""What happens in the room: questions from the audience with their votes, headcounts, late notices, screens.

Words: a *question* is shown once a chair, a speaker or an organiser let it through; a *vote* is one per person and question.
A *screen* is the page a room's display shows: now, next, the timer.
Read first: `models.py`, then `rules.py`.
"""
