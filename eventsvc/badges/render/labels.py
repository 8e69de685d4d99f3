"""A badge's picture in the languages of label printers: ZPL II (Zebra) and the raster commands of Brother QL.

Both print black or white: a dot is black where the picture is darker than half, without dithering, so that codes stay sharp.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

BROTHER_DOTS = {29: (306, 6), 38: (413, 12), 50: (554, 12), 54: (590, 0), 62: (696, 12)}
"""Width of a continuous roll in millimetres → (dots that can be printed, dots left blank at the right). 300 dpi, 720 pins."""
PINS = 720


def _black_and_white(png: bytes, width: int | None = None) -> Image.Image:
    """The picture with 1 bit a dot; 1 is black."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(png)) as picture:
        grey = picture.convert("L")
    if width and grey.width != width:
        grey = grey.resize((width, round(grey.height * width / grey.width)), Image.Resampling.LANCZOS)
    return ImageOps.invert(grey.point(lambda value: 255 if value > 127 else 0)).convert("1", dither=Image.Dither.NONE)


def zpl(png: bytes) -> bytes:
    """One label: a graphic field (^GF, ASCII hexadecimal) as large as the label (Zebra, ZPL II Programming Guide)."""
    picture = _black_and_white(png)
    row = (picture.width + 7) // 8
    body = picture.tobytes().hex().upper()
    head = f"^XA^PW{picture.width}^LL{picture.height}^LH0,0^FO0,0^GFA,{len(body) // 2},{len(body) // 2},{row},"
    return (head + body + "^FS^XZ\n").encode()


def brother_ql(png: bytes, roll: int = 62) -> bytes:
    """One label on a continuous roll, cut after it (Brother, Raster Command Reference QL-800, QL-700 series)."""
    dots, margin = BROTHER_DOTS[roll]
    picture = _black_and_white(png, dots)
    out = bytearray(400)  # leave whatever it was doing
    out += b"\x1b@"  # begin anew
    out += b"\x1bia\x01"  # raster commands follow
    out += b"\x1biz" + struct.pack("<BBBBIBB", 0x80 | 0x40 | 0x04 | 0x02, 0x0A, roll, 0, picture.height, 0, 0)
    out += b"\x1biM\x40" + b"\x1biA\x01" + b"\x1biK\x08"  # cut after each
    out += b"\x1bid" + struct.pack("<H", 35)  # 3 mm before and after
    out += b"M\x00"  # not packed
    rows, stride = picture.tobytes(), (dots + 7) // 8
    for number in range(picture.height):
        bits = int.from_bytes(rows[number * stride : (number + 1) * stride], "big") >> (stride * 8 - dots)
        mirrored = int(format(bits, f"0{dots}b")[::-1], 2)  # the first pin is at the right edge
        out += b"g\x00" + bytes([PINS // 8]) + (mirrored << (PINS - dots - margin)).to_bytes(PINS // 8, "big")
    return bytes(out + b"\x1a")
