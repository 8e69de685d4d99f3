"""The call as JSON."""

from eventsvc.core.api import Operation

routes: list[Operation] = []

__all__ = ["routes"]
