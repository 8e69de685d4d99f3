"""Pages of the call: the public ones, and the organisers' and reviewers'."""

from starlette.routing import BaseRoute

from eventsvc.cfp.routes import decisions, proposer, review, reviewers, setup, visitor

routes: list[BaseRoute] = [*visitor.routes, *proposer.routes]
manage: list[BaseRoute] = [*decisions.manage, *setup.manage, *reviewers.manage, *review.manage]

__all__ = ["manage", "routes"]
