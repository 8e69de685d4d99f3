"""Several workers at once, or one that is killed in the middle: each session and each change is told once, and nothing is forgotten."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from typing import Any

from tests.databases import Maker
from tests.races.calendar_work import PEOPLE, SESSIONS

ALL = PEOPLE * SESSIONS


class Workers:
    """Processes of their own on one database."""

    def __init__(self, url: str) -> None:
        keep = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
        more = {"DATABASE_URL": url, "DATA_DIR": tempfile.mkdtemp(prefix="eventsvc-race-"), "SECRET_KEY": "a-key-for-the-tests-only"}
        self.env = {**keep, **{f"EVENTSVC_{name}": value for name, value in more.items()}}

    def start(self, what: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.races.calendar_work", what]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=self.env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        assert process.stderr is not None
        process.stderr.readline()
        return process

    def together(self, what: str, many: int) -> None:
        """So many processes, ready and then let go at once."""
        processes = [self.start(what) for _ in range(many)]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        errors = [process.communicate(timeout=120)[1] for process in processes]
        assert [process.returncode for process in processes] == [0] * many, errors

    def run(self, what: str) -> Any:
        process = self.start(what)
        out, errors = process.communicate("\n", timeout=120)
        assert process.returncode == 0, errors
        return json.loads(out) if out else None

    def told(self) -> dict[str, list[list[int]]]:
        found: dict[str, list[list[int]]] = self.run("count")
        return found


def test_four_workers_at_once_tell_each_thing_once(empty_database: Maker) -> None:
    workers = Workers(empty_database.migrated())
    workers.run("fill")

    workers.together("tell", 4)
    first = workers.told()
    workers.run("move")
    workers.together("tell", 4)
    second = workers.told()

    assert (len(first["letters"]), len(first["told"])) == (ALL, ALL)
    assert first["letters"] == first["told"]
    assert len(second["letters"]) == len({tuple(one) for one in second["letters"]}) == 2 * ALL
    assert {sequence for *_, sequence in second["told"]} == {1000}


def test_a_worker_that_is_killed_neither_forgets_nor_repeats(empty_database: Maker) -> None:
    workers = Workers(empty_database.migrated())
    workers.run("fill")
    chance, cut_short = random.Random(4), 0

    for _ in range(6):
        process = workers.start("tell")
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(chance.uniform(0.02, 0.15))
        process.kill()
        cut_short += process.wait() != 0
    workers.run("tell")
    told = workers.told()

    assert cut_short > 0
    assert told["letters"] == told["told"]
    assert len(told["letters"]) == ALL
