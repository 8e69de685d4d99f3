"""Pages of the call: the public ones, and the organisers' and reviewers'."""

from starlette.routing import BaseRoute

from eventsvc.cfp.routes import access, builder, call, decisions, proposals, proposer, review, reviewers, setup, visitor

routes: list[BaseRoute] = [*visitor.routes, *proposer.routes]
manage: list[BaseRoute] = [
    *call.manage,
    *builder.manage,
    *access.manage,
    *proposals.manage,
    *decisions.manage,
    *setup.manage,
    *reviewers.manage,
    *review.manage,
]

__all__ = ["manage", "routes"]
