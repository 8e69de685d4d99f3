"""The press: a process of its own that runs Typst, so that the server stays small and a bad page cannot take it down.

It reads jobs from standard input and answers on standard output, each as a 4-byte length and that many bytes. A job is JSON:
`{"template", "data", "format": "pdf"|"png"|"query", "ppi", "query", "fonts": [folders]}`.
An answer is `+` and the document, or `-` and a sentence.
It ends when its input does, and after a job that made it large.
"""

from __future__ import annotations

import contextlib
import gc
import io
import resource
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from eventsvc.badges.render.lettering import covered, printable

HOME = Path(__file__).resolve().parents[1]
TEMPLATES, FONTS = HOME / "typst", HOME / "fonts"
LARGE = 400
"""Megabytes at which it is cheaper to start anew: Typst keeps what it has laid out for the next time."""
COLOURS = 64


def read(stream: BinaryIO) -> bytes | None:
    """One message; None at the end."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    return stream.read(length)


def write(stream: BinaryIO, body: bytes) -> None:
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


class Press:
    """Keeps the fonts loaded between jobs."""

    def __init__(self) -> None:
        self.fonts: dict[tuple[str, ...], Any] = {}

    def run(self, job: dict[str, Any]) -> bytes:
        """The finished document. Raises typst.TypstError."""
        import typst

        folders = (str(FONTS), *job["fonts"])
        if folders not in self.fonts:
            self.fonts[folders] = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
        data = set_in(covered(folders), job["data"])
        inputs = {"data": orjson.dumps(data).decode()}
        compiler = typst.Compiler(str(TEMPLATES / job["template"]), root=str(TEMPLATES), font_paths=self.fonts[folders], sys_inputs=inputs)
        if job["format"] == "query":
            return str(compiler.query(job["query"])).encode()
        if job["format"] == "png":
            return finish(_first(compiler.compile(format="png", ppi=job["ppi"])), job["ppi"])
        try:
            return _first(compiler.compile(format="pdf", pdf_standards=["ua-1"]))
        except typst.TypstError:
            # PDF/UA refuses a document for one letter that cannot be shaped. Everybody else's badge is still wanted.
            return _first(compiler.compile(format="pdf"))


def set_in(known: frozenset[int], data: Any) -> Any:
    """The same data, every text with only the characters that can be set."""
    if isinstance(data, str):
        return printable(data, known)
    if isinstance(data, list):
        return [set_in(known, one) for one in data]
    return {name: set_in(known, one) for name, one in data.items()} if isinstance(data, dict) else data


def _first(made: Any) -> bytes:
    return bytes(made[0] if isinstance(made, list) else made)


def finish(raw: bytes, ppi: int) -> bytes:
    """A PNG with few colours and its resolution written in, so that it prints at its true size."""
    from PIL import Image

    with Image.open(io.BytesIO(raw)) as picture:
        flat = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    flat.save(out, "PNG", dpi=(ppi, ppi), compress_level=6)
    return out.getvalue()


def size() -> int:
    """How large this process has been, in megabytes. Linux hands `ru_maxrss` down from the parent, so `VmHWM` is asked first."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    with contextlib.suppress(OSError):
        # Where memory runs out, Linux shall end this process and not the server or the database.
        Path("/proc/self/oom_score_adj").write_text("500")
    press, source, sink = Press(), sys.stdin.buffer, sys.stdout.buffer
    while (message := read(source)) is not None:
        try:
            write(sink, b"+" + press.run(orjson.loads(message)))
        except Exception as exc:
            write(sink, b"-" + f"{type(exc).__name__}: {exc}".encode()[:2000])
        del message
        gc.collect()
        if size() >= LARGE:
            return


if __name__ == "__main__":
    main()
