"""eventsvc runs conferences end to end. Start reading at `app.py` (the table of contents) or CONTRIBUTING.md (the map)."""

__version__ = "0.1.0"
