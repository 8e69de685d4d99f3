"""Pages of the call: the public ones, and the organisers' and reviewers'."""

from starlette.routing import BaseRoute

from eventsvc.cfp.routes import access, builder, call, decisions, opinions, proposals, proposer, review, reviewers, setup, visitor

routes: list[BaseRoute] = [*visitor.routes, *proposer.routes]
manage: list[BaseRoute] = [
    *call.manage,
    *builder.manage,
    *access.manage,
    *proposals.manage,
    *decisions.manage,
    *opinions.manage,
    *setup.manage,
    *reviewers.manage,
    *review.manage,
]

__all__ = ["manage", "routes"]
