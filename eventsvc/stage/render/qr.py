"""A QR code of an address (ISO/IEC 18004, level M), for a screen that people point their phones at."""

from __future__ import annotations

import functools

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004:2015 §6.3.8)."""


@functools.lru_cache(maxsize=600)
def svg(address: str, label: str) -> Markup:
    """Black on white whatever the page's colours; `label` is what it says to whoever does not see it."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    symbol.add_data(address)
    rows = symbol.get_matrix()
    drawn = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{drawn}"/></svg>'
    ).format(side=len(rows), label=label, drawn=drawn)
