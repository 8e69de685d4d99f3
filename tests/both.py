"""Every test, on SQLite and on PostgreSQL side by side: what `make test` runs.

Each run's output comes whole when it ends; pages are looked at once, on SQLite. Exit code 1 when either fails.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = {
    "SQLite": ["--database", "sqlite"],
    "PostgreSQL": ["--database", "postgresql", "--ignore", "tests/look", "-p", "no:cacheprovider"],
}
WORD_EVERY = 60.0


def main() -> int:
    started, told = time.monotonic(), 0.0
    running: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in RUNS.items():
            file = Path(folder) / name
            with file.open("wb") as out:
                command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
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
