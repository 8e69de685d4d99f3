from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
manage: list[BaseRoute] = []
