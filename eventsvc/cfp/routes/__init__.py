"""Pages of the call: the public ones, and the organisers' and reviewers'."""

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
manage: list[BaseRoute] = []

__all__ = ["manage", "routes"]
