"""print-station: asks the server for badges and prints them. It needs no database, and outlives a network that goes away."""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eventsvc.badges.render.labels import BROTHER_DOTS, brother_ql, zpl
from eventsvc.cli import Failed

EVERY, SLOWEST = 1.0, 15.0
"""Seconds between two questions; while the server cannot be reached, up to SLOWEST."""


def add_commands(commands: Any) -> None:
    one = commands.add_parser("print-station", help="print badges that tablets at the door send")
    one.add_argument("address", metavar="ADDRESS", help="as the event's page “Print stations” shows it, once")
    to = one.add_mutually_exclusive_group(required=True)
    to.add_argument("--cups", metavar="QUEUE", help="print the PDF on this CUPS queue (lp)")
    to.add_argument("--socket", metavar="HOST[:PORT]", help="send to a network printer (port 9100)")
    to.add_argument("--file", type=Path, metavar="PATH", help="write to a device such as /dev/usb/lp0; a folder gets a file for each badge")
    one.add_argument("--language", choices=["pdf", "zpl", "brother-ql"], default="pdf", help="what the printer understands")
    one.add_argument("--dpi", type=int, choices=[203, 300, 600], default=300, help="of a ZPL printer")
    one.add_argument("--roll", type=int, choices=sorted(BROTHER_DOTS), default=62, help="millimetres, of a Brother QL")
    one.add_argument("--state", type=Path, default=Path("print-station"), metavar="FOLDER", help="remembers what was begun (print-station)")
    one.add_argument("--once", action="store_true", help="print what waits and stop")
    one.set_defaults(run=print_station)


def print_station(arguments: argparse.Namespace) -> None:
    Station(arguments).run(once=arguments.once)


class Station:
    """Its promise: no badge comes out twice unless somebody asks. What was begun is written down before the printer hears of it; a job
    that comes back begun is reported as uncertain, for a person to look.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        import httpx

        parts = urlsplit(arguments.address)
        slug, _, token = parts.fragment.partition(".")
        if parts.scheme not in ("http", "https") or not slug or not token:
            raise Failed("That is not a station's address. It looks like https://conference.example.org/#event.evs_…; quote it.")
        self.where = f"{parts.scheme}://{parts.netloc}"
        self.client = httpx.Client(
            base_url=f"{self.where}/api/v1/events/{slug}/print-jobs", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        self.how = arguments
        if arguments.cups and not shutil.which("lp"):
            raise Failed("CUPS is not installed here: there is no command lp.")
        try:
            arguments.state.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise Failed(f"Cannot write to {arguments.state}: {exc.strerror}. Choose another folder with --state.") from None

    def run(self, *, once: bool) -> None:
        import httpx

        pause, away = EVERY, False
        print(f"Print station of {self.where}. Stop with Ctrl+C.", flush=True)
        while True:
            try:
                busy = self.step()
            except httpx.HTTPError:
                if not away:
                    print("The server cannot be reached; trying again.", file=sys.stderr, flush=True)
                away, busy, pause = True, False, min(SLOWEST, pause * 2)
            else:
                away, pause = False, EVERY
                if once and not busy:
                    return
            if not busy:
                time.sleep(pause)

    def step(self) -> bool:
        """One badge, when one waits. Raises httpx.HTTPError while the server is away, Failed when it will not have us."""
        answer = self.client.post("/claim")
        if answer.status_code in (401, 403, 404):
            raise Failed("The server does not know this station (any more). Add it anew on the page “Print stations”.")
        answer.raise_for_status()
        jobs = answer.json()["jobs"]
        for job in jobs:
            self.one(job["id"])
        return bool(jobs)

    def one(self, code: str) -> None:
        begun = self.how.state / f"{code}.begun"
        done = self.how.state / f"{code}.done"
        error = ""
        if done.exists():
            pass  # printed; only the word of it did not arrive
        elif begun.exists():
            error = "It may have come out: the station stopped while printing. Look, then print it again if it is missing."
        else:
            body = self.document(code)
            begun.touch()
            try:
                self.send(body, code)
            except OSError as exc:
                error = f"The printer cannot be reached: {exc.strerror or exc}"[:200]
            except subprocess.SubprocessError as exc:
                error = f"lp refused it: {str(getattr(exc, 'stderr', '') or exc).strip()}"[:200]
            else:
                begun.rename(done)
                print(f"Printed {code}.", flush=True)
        self.client.post(f"/{code}/settle", json={"error": error}).raise_for_status()
        for file in (begun, done):
            file.unlink(missing_ok=True)
        if error:
            print(error, file=sys.stderr, flush=True)

    def document(self, code: str) -> bytes:
        """The badge in the printer's language."""
        language = self.how.language
        if language == "pdf":
            answer = self.client.get(f"/{code}/badge.pdf")
        else:
            answer = self.client.get(f"/{code}/badge.png", params={"ppi": self.how.dpi if language == "zpl" else 300})
        answer.raise_for_status()
        turned: dict[str, Callable[[bytes], bytes]] = {"zpl": zpl, "brother-ql": lambda png: brother_ql(png, self.how.roll)}
        return turned[language](answer.content) if language in turned else answer.content

    def send(self, body: bytes, code: str) -> None:
        """Raises OSError, SubprocessError."""
        if self.how.cups:
            raw = [] if self.how.language == "pdf" else ["-o", "raw"]
            subprocess.run(  # noqa: S603
                ["lp", "-d", self.how.cups, *raw, "-t", f"badge {code}"],  # noqa: S607
                input=body,
                check=True,
                capture_output=True,
                timeout=60,
            )
        elif self.how.socket:
            host, _, port = self.how.socket.partition(":")
            with socket.create_connection((host, int(port or 9100)), timeout=15) as printer:
                printer.sendall(body)
        elif self.how.file.is_dir():
            (self.how.file / f"{code}.{self.how.language.replace('brother-ql', 'bin')}").write_bytes(body)
        else:
            with self.how.file.open("wb", buffering=0) as printer:
                printer.write(body)
