"""A real server in a process of its own, for what only shows over the wire: races, browsers, signals."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import databases

SCHEDULE = """{"schedule": {"conference": {"acronym": "race", "title": "Race", "start": "2099-01-01", "end": "2099-01-01",
"time_zone_name": "Europe/London", "days": [{"date": "2099-01-01", "rooms": {"Hall": [{"id": 1, "guid": "11111111-1111-4111-8111-111111111111",
"title": "Talk", "date": "2099-01-01T10:00:00+00:00", "duration": "00:30"}]}}]}}}"""
"""An event `race` in 2099."""


@dataclass
class Server:
    """Where it listens, what it runs on, and how to run a command beside it."""

    base_url: str
    database_url: str
    data_dir: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]

    def run(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `eventsvc …` with the server's settings."""
        done = subprocess.run([sys.executable, "-m", "eventsvc", *args], env=self.env, capture_output=True, text=True, timeout=120)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    def token(self, event: str, *scopes: str) -> str:
        """A new API token."""
        return self.run("token", "add", "--event", event, "--name", "test", "--scopes", ",".join(scopes)).stdout.split()[-1]

    def letters(self) -> list[Path]:
        folder = self.data_dir / "outbox"
        return sorted(folder.glob("*.eml")) if folder.is_dir() else []

    def wait_for_letters(self, count: int, seconds: float = 60) -> list[Path]:
        """The outbox, once it holds at least `count` letters."""
        until = time.monotonic() + seconds
        while len(self.letters()) < count and time.monotonic() < until:
            time.sleep(0.1)
        assert len(self.letters()) >= count, f"{len(self.letters())} letters after {seconds} s"
        return self.letters()

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(database_url: str, *args: str, port: int | None = None, data_dir: Path | None = None, **env: str) -> Iterator[Server]:
    """Run `eventsvc serve` (and a worker, on PostgreSQL) until the block ends."""
    port = port or free_port()
    data = data_dir or Path(tempfile.mkdtemp(prefix="eventsvc-server-"))
    settings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")},
        "EVENTSVC_DATABASE_URL": database_url,
        "EVENTSVC_DATA_DIR": str(data),
        "EVENTSVC_BASE_URL": f"http://127.0.0.1:{port}",
        "EVENTSVC_SECRET_KEY": "a-key-for-the-tests-only",
        **env,
    }
    log = (data / "server.log").open("ab")
    command = [sys.executable, "-m", "eventsvc"]
    if database_url not in databases.AT_HEAD:
        subprocess.run([*command, "migrate"], env=settings, check=True, capture_output=True)
    process = subprocess.Popen([*command, "serve", "--port", str(port), *args], env=settings, stdout=log, stderr=log)
    worker = None
    if database_url.startswith("postgresql"):
        worker = subprocess.Popen([*command, "worker"], env=settings, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/readyz", process, data)
        yield Server(f"http://127.0.0.1:{port}", database_url, data, settings, process)
    finally:
        for one in filter(None, (process, worker)):
            one.terminate()
        for one in filter(None, (process, worker)):
            try:
                one.wait(15)
            except subprocess.TimeoutExpired:
                one.kill()
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes], data: Path) -> None:
    until = time.monotonic() + 120  # a busy machine takes its time
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError("the server did not start:\n" + (data / "server.log").read_text()[-3000:])


@dataclass
class Demo:
    """A served demo and the ways in that it printed."""

    server: Server
    ways: dict[str, str]

    def sign_in_link(self) -> str:
        """A fresh one-time link of the demo's organiser."""
        return self.server.run("user", "add", "organiser@example.org").stdout.strip()


@contextlib.contextmanager
def filled_demo(database_url: str) -> Iterator[Demo]:
    with serving(database_url) as server:
        said = server.run("demo", "--no-serve").stdout
        ways = {name.strip(): to for name, to in re.findall(r"^  (\w[\w ]*?)  +(\S+)$", said, re.MULTILINE)}
        yield Demo(server, ways)
