from eventsvc.core.api import Operation

routes: list[Operation] = []
