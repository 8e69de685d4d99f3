"""The code itself: bit for bit the library's, quick, and with white around it."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings, strategies
from PIL import Image
from qrcode import util
from qrcode.constants import ERROR_CORRECT_Q

from eventsvc.badges.render import qr
from eventsvc.core.signing import CROCKFORD, ticket_code


def slow(text: str) -> tuple[int, int]:
    """The symbol as the library draws it."""
    symbol = qrcode.QRCode(version=qr.version_for(len(text)), error_correction=ERROR_CORRECT_Q, mask_pattern=qr.MASK)
    symbol.add_data(util.QRData(text, mode=util.MODE_ALPHA_NUM))
    symbol.make(fit=False)
    return symbol.modules_count, qr.as_int(symbol.modules)


@pytest.mark.parametrize("base", ["HTTP://A.UK", "HTTPS://A.UK", "HTTPS://CONFERENCE.EXAMPLE.ORG", "HTTPS://" + "X" * 80 + ".ORG:8443"])
def test_a_code_is_the_librarys_own_to_the_module(base: str) -> None:
    texts = [f"{base}/T/{ticket_code()}" for _ in range(12)]

    assert [qr.matrix(text) for text in texts] == [slow(text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(strategies.text(CROCKFORD, min_size=16, max_size=16))
def test_whatever_the_code_it_is_the_librarys_own(code: str) -> None:
    assert qr.matrix(qr.url(code)) == slow(qr.url(code))


def test_all_codes_of_an_installation_have_one_size() -> None:
    sides = {qr.matrix(qr.url(ticket_code()))[0] for _ in range(50)}

    assert len(sides) == 1


def test_what_is_learned_is_small() -> None:
    for _ in range(100):
        qr.matrix(qr.url(ticket_code()))

    learned = qr.plate(qr.version_for(len(qr.url("0" * 16))))._flips

    assert len(learned) <= 13, "only the bytes of the code differ"


def test_a_picture_has_its_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr.png("0123456789ABCDEF", scale=4)))
    edge = qr.QUIET * 4

    inner = picture.crop((edge, edge, picture.width - edge, picture.height - edge))

    assert picture.mode == "1"
    assert inner.getbbox() == (0, 0, *inner.size)
    assert Image.eval(picture.convert("L"), lambda value: 255 - value).getbbox() == (
        edge,
        edge,
        picture.width - edge,
        picture.height - edge,
    )
    assert [one.text for one in zxingcpp.read_barcodes(picture.convert("L"))] == ["HTTP://TESTSERVER/T/0123456789ABCDEF"]


def test_a_drawing_is_svg_with_a_quiet_zone_and_the_same_modules() -> None:
    drawing = ElementTree.fromstring(qr.svg("0123456789ABCDEF"))
    size, symbol = qr.matrix(qr.url("0123456789ABCDEF"))

    background, modules = drawing.findall("{http://www.w3.org/2000/svg}path")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", modules.attrib["d"])
    dark = sum(1 << (size * size - 1 - (int(y) * size + int(x) + n)) for x, y, length in runs for n in range(int(length)))

    assert drawing.attrib["viewBox"] == f"0 0 {size + 8} {size + 8}"
    assert background.attrib["fill"] == "#fff"
    assert modules.attrib["transform"] == "translate(4 4)"
    assert dark == symbol


def test_threads_that_ask_at_once_get_their_own_codes() -> None:
    texts = [f"HTTPS://THREADS.EXAMPLE/T/{ticket_code()}" for _ in range(64)]

    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(qr.matrix, texts))

    assert drawn == [slow(text) for text in texts]
