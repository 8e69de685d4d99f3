"""Counting the statements of a block: a list must ask as often for three rows as for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tortoise.connection import get_connection


class Count:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def __int__(self) -> int:
        return len(self.statements)


@contextmanager
def counted() -> Iterator[Count]:
    """The statements that the running test's connection executes inside the block."""
    connection: Any = get_connection("default")
    count = Count()
    names = ("execute_query", "execute_query_dict", "execute_insert")
    kept = {name: getattr(connection, name) for name in names}

    def watched(original: Any) -> Any:
        async def run(query: str, *args: Any, **more: Any) -> Any:
            count.statements.append(query)
            return await original(query, *args, **more)

        return run

    for name, original in kept.items():
        setattr(connection, name, watched(original))
    try:
        yield count
    finally:
        for name in names:
            delattr(connection, name)
