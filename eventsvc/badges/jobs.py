from collections.abc import Awaitable, Callable

jobs: dict[str, Callable[..., Awaitable[None]]] = {}
