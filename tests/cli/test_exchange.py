"""`import sessions` and the tables of `export`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.agenda.test_imports import talk, xml
from tests.databases import Maker


class Shell:
    """`eventsvc …` on a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
        self.folder = folder
        self.env = {**kept, "EVENTSVC_DATABASE_URL": url, "EVENTSVC_DATA_DIR": str(folder), "EVENTSVC_SECRET_KEY": "k" * 32}

    def run(self, *args: str) -> tuple[int, str, str]:
        done = subprocess.run([sys.executable, "-m", "eventsvc", *args], env=self.env, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def file(self, name: str, body: bytes) -> str:
        (self.folder / name).write_bytes(body)
        return str(self.folder / name)


@pytest.fixture
def shell(empty_database: Maker, tmp_path: Path) -> Shell:
    """With the event `fair` of one talk."""
    made = Shell(empty_database.migrated(), tmp_path)
    code, _, said = made.run("import", "schedule", made.file("fair.xml", xml(talk(1))), "--create")
    assert code == 0, said
    return made


def test_sessions_go_out_and_come_in_again(shell: Shell) -> None:
    for name in ("sessions.csv", "sessions.xlsx", "speakers.csv", "speakers.xlsx"):
        out = str(shell.folder / name)
        assert shell.run("export", name, "--event", "fair", "--out", out) == (0, "", "")
        assert shell.run("import", "sessions", out, "--event", "fair") == (0, "Nothing changed.", "")


def test_a_bad_row_keeps_everything_out_unless_partial(shell: Shell) -> None:
    table = shell.file("more.csv", b"title,minutes\nGood,30\nBad,soon\n")

    whole = shell.run("import", "sessions", table, "--event", "fair")
    dry = shell.run("import", "sessions", table, "--event", "fair", "--partial", "--dry-run")
    partial = shell.run("import", "sessions", table, "--event", "fair", "--partial")

    assert (whole[0], whole[2].splitlines()[0]) == (1, "line 3: “soon” is not a length. Write it in minutes, such as 45.")
    assert "Nothing was imported" in whole[2]
    assert (dry[0], dry[1]) == (0, "This would happen: 1 session added.")
    assert (partial[0], partial[1]) == (0, "1 session added.")
    assert "Good" in shell.run("export", "sessions.csv", "--event", "fair")[1]


def test_a_file_that_is_nothing_is_one_line(shell: Shell) -> None:
    code, out, said = shell.run("import", "sessions", shell.file("x.bin", b"\x00\x01\x02" * 30), "--event", "fair")

    assert (code, out, len(said.splitlines())) == (1, "", 1)
