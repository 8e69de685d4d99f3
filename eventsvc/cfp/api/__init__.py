"""The call as JSON."""

from eventsvc.cfp.api import review
from eventsvc.core.api import Operation

routes: list[Operation] = [*review.routes]

__all__ = ["routes"]
