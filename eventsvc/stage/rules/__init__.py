"""Running a room (`room`), questions from the audience (`questions`)."""

from eventsvc.stage.rules.room import clear_late, count_heads, is_today, run_late, tools_of

__all__ = ["clear_late", "count_heads", "is_today", "run_late", "tools_of"]
