"""Any text as a QR code for a screen or paper. Tickets have a faster one of their own, in badges."""

from __future__ import annotations

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004:2015 §6.3.8)."""


def svg(text: str, says: str) -> Markup:
    """As SVG with its quiet zone, black on white whatever the page's colours; `says` is what a screen reader reads."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    symbol.add_data(text)
    rows = symbol.get_matrix()
    drawn = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{says}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{drawn}"/></svg>'
    ).format(side=len(rows), says=says, drawn=drawn)
