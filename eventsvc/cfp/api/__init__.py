"""The call as JSON."""

from eventsvc.cfp.api import proposals, review
from eventsvc.core.api import Operation

routes: list[Operation] = [*proposals.routes, *review.routes]

__all__ = ["routes"]
