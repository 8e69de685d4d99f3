"""What is on a printed page: sizes in millimetres, the code read back, and where there is ink."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pypdf
import zxingcpp
from PIL import Image

POINT = 72 / 25.4
"""PDF points in a millimetre."""


def sizes(body: bytes) -> list[tuple[float, float]]:
    """Each page's width and height in millimetres."""
    pages = pypdf.PdfReader(io.BytesIO(body)).pages
    return [(round(float(page.mediabox.width) / POINT, 2), round(float(page.mediabox.height) / POINT, 2)) for page in pages]


def words(body: bytes) -> list[str]:
    """Each page's text, as one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(body)).pages]


@dataclass
class Code:
    """A QR code on a picture: what it says, and its symbol's box in millimetres."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left


class Picture:
    """A printed page as a picture with its true size."""

    def __init__(self, png: bytes) -> None:
        self.image = Image.open(io.BytesIO(png)).convert("RGB")
        self.dots = round(Image.open(io.BytesIO(png)).info["dpi"][0]) / 25.4
        self.size = (self.image.width / self.dots, self.image.height / self.dots)

    def codes(self) -> list[Code]:
        """Every QR code, its box measured by its ink: the finder patterns reach all corners but one."""
        found = []
        for read in zxingcpp.read_barcodes(self.image, formats=zxingcpp.BarcodeFormat.QRCode):
            corner = read.position
            box = [
                value / self.dots
                for value in (corner.top_left.x, corner.top_left.y, corner.bottom_right.x, max(corner.bottom_left.y, corner.bottom_right.y))
            ]
            found.append(Code(read.text, *box))
        return found

    def colours(self, left: float, top: float, right: float, bottom: float) -> set[tuple[int, int, int]]:
        """The colours inside a box in millimetres."""
        box = (round(left * self.dots), round(top * self.dots), round(right * self.dots), round(bottom * self.dots))
        counted = self.image.crop(box).getcolors(1 << 24)
        assert counted is not None
        return {colour for _, colour in counted}

    def blank(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a box in millimetres is pure white."""
        return self.colours(left, top, right, bottom) == {(255, 255, 255)}
