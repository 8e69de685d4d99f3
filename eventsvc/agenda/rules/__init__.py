"""The verbs of the agenda: `sessions` (one session at a time), `places` (rooms and tracks), `imports` (a whole schedule)."""
