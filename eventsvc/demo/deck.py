"""A deck of slides, one page a line of text, as the smallest honest PDF."""

from __future__ import annotations


def pdf(lines: list[str]) -> bytes:
    """A PDF 1.4 with one wide page for each line, in Helvetica (Latin-1; anything else as a question mark)."""
    pages = [f"{4 + 2 * n} 0 R" for n in range(len(lines))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(pages)}] /Count {len(lines)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for n, line in enumerate(lines):
        text = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("latin-1", "replace")
        drawn = b"BT /F 32 Tf 60 260 Td (" + text + b") Tj ET"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 960 540] /Resources << /Font << /F 3 0 R >> >> /Contents {5 + 2 * n} 0 R >>"
        objects += [page.encode(), b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream"]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % at for at in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
