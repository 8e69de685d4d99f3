"""Every test, on SQLite and on PostgreSQL side by side: what `make test` runs.

What is shown by a browser's eyes, on paper or by pure functions is the same on both: it runs once, shared out so that the two end
at about the same time. Each run's output comes whole when it ends. Exit code 1 when either fails.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORD_EVERY = 60.0
ONCE = {
    "SQLite": [
        *("look", "journeys/test_public.py", "journeys/test_review.py", "journeys/test_call.py"),
        *("agenda/test_suggest.py", "agenda/test_clashes.py", "badges/test_programme.py"),
    ],
    "PostgreSQL": [
        *(
            f"journeys/test_{name}.py"
            for name in ("door", "door_offline", "door_staff", "editor", "speaker", "exchange", "questions", "calendar")
        ),
        *("badges/test_print.py", "badges/test_press.py", "badges/test_lettering.py", "badges/test_screen.py"),
    ],
}
"""Which run has the tests that run once: each of these paths below tests/ is left out by the other."""


def arguments(name: str) -> list[str]:
    """What pytest is told for this run."""
    left_out = next(paths for run, paths in ONCE.items() if run != name)
    cache = [] if name == "SQLite" else ["-p", "no:cacheprovider"]
    return ["--database", name.lower(), *cache, *(f"--ignore=tests/{path}" for path in left_out)]


def main() -> int:
    started, told = time.monotonic(), 0.0
    running: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ONCE:
            file = Path(folder) / name
            with file.open("wb") as out:
                command = [sys.executable, "-m", "pytest", *arguments(name), *sys.argv[1:]]
                running[name] = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT), file
        failed = 0
        try:
            while running:
                time.sleep(1)
                for name in [name for name, (process, _) in running.items() if process.poll() is not None]:
                    process, file = running.pop(name)
                    print(f"\n{name}, after {time.monotonic() - started:.0f} s:\n{file.read_text(errors='replace')}", flush=True)
                    failed |= int(process.returncode != 0)
                if running and time.monotonic() - started - told > WORD_EVERY:
                    told = time.monotonic() - started
                    print(f"{told:.0f} s: {' and '.join(running)} still at it", flush=True)
        finally:
            for process, _ in running.values():
                process.terminate()
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
