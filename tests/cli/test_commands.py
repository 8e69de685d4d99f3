"""The commands, as somebody at a terminal sees them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from eventsvc.core.db import migrate
from tests.databases import Maker
from tests.server import serving


class Terminal:
    """Runs `eventsvc …` on a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        keep = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
        self.folder = folder
        self.env = {**keep, "EVENTSVC_DATABASE_URL": url, "EVENTSVC_DATA_DIR": str(folder / "var"), "EVENTSVC_SECRET_KEY": "k" * 32}

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "eventsvc", *args], env={**self.env, **env}, capture_output=True, text=True, timeout=120
        )


@pytest.fixture(scope="module")
def terminal(empty_database: Maker, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    made = Terminal(empty_database.migrated(), tmp_path_factory.mktemp("terminal"))
    assert made.run("demo", "--no-serve").returncode == 0
    return made


COMMANDS = [
    *(["serve"], ["demo"], ["migrate"], ["worker"], ["check"], ["user", "add"], ["token", "add"], ["import", "schedule"]),
    *(["import", "attendees"], ["export"], ["door", "link"], ["badges"]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(terminal: Terminal, command: list[str]) -> None:
    done = terminal.run(*command, "--help")

    assert done.returncode == 0
    assert "usage:" in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("user", "add", "not-an-address"), "is not an e-mail address"),
        (("user", "add", "a@example.org", "--event", "nowhere"), "There is no event 'nowhere'. Events: diagnostics"),
        (("user", "add", "a@example.org", "--event", "diagnostics", "--role", "king"), "There is no role 'king'"),
        (("token", "add", "--event", "diagnostics", "--name", "t", "--scopes", "everything"), "There is no scope everything"),
        (("import", "schedule", "/no/such/file.xml"), "Cannot read /no/such/file.xml"),
        (("export", "orders.csv", "--event", "nowhere"), "There is no event 'nowhere'"),
        (("badges", "--event", "diagnostics", "--out", "/tmp/x.pdf", "--design", "poster"), "There is no design “poster”"),
        (("badges", "--event", "diagnostics", "--out", "/tmp/x.pdf", "--ticket", "NOPE"), ""),
        (("serve", "--port", "70000"), "There is no port 70000"),
    ],
)
def test_a_mistake_is_one_clear_line(terminal: Terminal, args: tuple[str, ...], said: str) -> None:
    done = terminal.run(*args)

    assert done.returncode == 1
    assert done.stderr.startswith("eventsvc: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_stops_the_start(terminal: Terminal) -> None:
    done = terminal.run("serve", EVENTSVC_SMTP_URL="nonsense")

    assert done.returncode == 2
    assert "EVENTSVC_SMTP_URL must look like" in done.stderr


def test_a_port_in_use_is_said_so(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = terminal.run("serve", "--port", str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "Choose another with --port" in done.stderr


def test_a_database_that_is_away_is_said_so(terminal: Terminal) -> None:
    done = terminal.run("check", EVENTSVC_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")

    assert done.returncode == 1
    assert "The database cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_schema_is_said_so(empty_database: Maker, tmp_path: Path, kind: str) -> None:
    old = Terminal(empty_database(), tmp_path)

    done = old.run("check") if kind == "sqlite" else old.run("serve")

    assert done.returncode == 1
    assert "Run: eventsvc migrate" in done.stderr


def test_the_demo_is_healthy_and_a_second_start_keeps_it(terminal: Terminal) -> None:
    before = terminal.run("export", "attendees.csv", "--event", "diagnostics").stdout

    again = terminal.run("demo", "--no-serve")
    health = terminal.run("check")

    assert "The demo conference is ready." in again.stdout
    assert health.stdout.startswith("Everything is healthy"), health.stderr
    assert terminal.run("export", "attendees.csv", "--event", "diagnostics").stdout == before
    assert before.count("\n") > 140


def test_schedules_go_out_and_come_in_and_a_second_time_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    for name in ("schedule.xml", "schedule.json"):
        file = tmp_path / name
        terminal.run("export", name, "--event", "diagnostics", "--out", str(file))
        first = terminal.run("import", "schedule", str(file), "--event", f"copy-{name[-3:]}", "--create")
        second = terminal.run("import", "schedule", str(file), "--event", f"copy-{name[-3:]}")

        assert first.returncode == 0, first.stderr
        assert "22 sessions, 25 people. 22 added" in first.stdout
        assert "Nothing changed." in second.stdout


def test_attendees_come_in_whole_or_not_at_all(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nAda,ada@example.org\nBen,nonsense\n")
    command = ("import", "attendees", str(file), "--event", "diagnostics", "--ticket-type", "NHS and academic")

    whole = terminal.run(*command)
    partial = terminal.run(*command, "--partial")

    assert (whole.returncode, partial.returncode) == (1, 0)
    assert "line 3:" in whole.stderr
    assert "1 added, 0 were there already, 1 left out." in partial.stdout


@pytest.mark.parametrize("what", ["schedule.xml", "schedule.json", "agenda.ics", "attendees.csv", "orders.csv", "scans.csv", "replies.csv"])
def test_every_export_is_written_whole(terminal: Terminal, tmp_path: Path, what: str) -> None:
    done = terminal.run("export", what, "--event", "diagnostics", "--out", str(tmp_path / what))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / what).stat().st_size > 500
    assert list(tmp_path.iterdir()) == [tmp_path / what]


def test_badges_and_door_links(terminal: Terminal, tmp_path: Path) -> None:
    printed = terminal.run("badges", "--event", "diagnostics", "--out", str(tmp_path / "b.pdf"), "--design", "a6-4up")
    door = terminal.run("door", "link", "--event", "diagnostics", "--name", "North")

    assert printed.returncode == 0, printed.stderr
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    assert "/door/#diagnostics.evs_" in door.stdout


def test_a_server_ends_cleanly_when_told(empty_database: Maker) -> None:
    with serving(empty_database.migrated()) as server:
        assert httpx.get(f"{server.base_url}/healthz").text == "ok"
        server.process.terminate()

        assert server.process.wait(10) in (0, -15)


def test_migrations_are_at_head(terminal: Terminal) -> None:
    assert migrate.head() in terminal.run("migrate").stdout
