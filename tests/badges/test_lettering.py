"""Which characters are printed, and where long words break."""

from __future__ import annotations

import pytest

from eventsvc.badges.render.lettering import SHY, broken, code_points, covered, printable, tidy
from eventsvc.badges.render.press import FONTS

HELLO = {
    "Latin": "Zoë Łukaszewicz Nguyễn Şəhla Ðórsson ẞ",
    "Greek": "Οδυσσέας ὀνόματι",
    "Cyrillic": "Дмитрий Ђорђевић Їжак",
    "Arabic": "محمد عبد الرحمن چگونه ٹھیک",
    "Hebrew": "דוד בן־גוריון",
    "Devanagari": "अनुष्का शर्मा",
    "Bengali": "রবীন্দ্রনাথ ঠাকুর",
    "Gujarati": "મહાત્મા ગાંધી",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Odia": "ଓଡ଼ିଆ",
    "Tamil": "தமிழ்ச்செல்வி",
    "Telugu": "తెలుగు",
    "Kannada": "ಕನ್ನಡ",
    "Malayalam": "മലയാളം",
    "Sinhala": "සිංහල",
    "Thai": "สมชาย ใจดี",
    "Lao": "ລາວ",
    "Khmer": "ខ្មែរ",
    "Burmese": "မြန်မာ",
    "Armenian": "Հայերեն",
    "Georgian": "ქართული",
    "Amharic": "አማርኛ",
    "Dhivehi": "ދިވެހި",
    "Han": "陳大文 张伟 髙﨑",
    "Kana": "たなか タロー",
    "Hangul": "김민수 뷁",
    "signs": "O’Brien–Smith “Ltd” & Söhne® 50 °C № 7 ½ €",
}


@pytest.fixture(scope="module")
def known() -> frozenset[int]:
    return covered((str(FONTS),))


@pytest.mark.parametrize("script", HELLO)
def test_every_script_has_its_letters(script: str, known: frozenset[int]) -> None:
    assert printable(tidy(HELLO[script]), known) == HELLO[script]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sam 🚀 Green", "Sam Green"),
        ("🦄🦄", ""),
        ("Dev 👩‍💻", "Dev"),
        ("❤️ Health", "Health"),
        ("1️⃣ st", "1 st"),
        ("a\u202eb\u2066c\ufeff", "abc"),
        ("tab\tand\nline\x07", "tab and line"),
        ("می‌خواهم", "می‌خواهم"),
        ("\ue000\U000f0000", ""),
    ],
)
def test_what_no_font_has_is_left_out(text: str, left: str, known: frozenset[int]) -> None:
    assert printable(tidy(text), known) == left


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Donaudampfschifffahrtsgesellschaft", "Donau-dampf-schiff-fahrts-gesell-schaft"),
        ("Παπαδημητρακόπουλος", "Παπα-δημητ-ρακό-που-λος"),
        ("Верхнезаглохинский", "Верх-незаг-лохинс-кий"),
        ("x" * 30, "-".join(["x" * 10] * 3)),
    ],
)
def test_a_long_word_breaks_at_syllables_or_else_anywhere(text: str, parts: str) -> None:
    assert broken(text).replace(SHY, "-") == parts


@pytest.mark.parametrize("text", ["Zoë Łukaszewicz", "Hohenzollern-Sigmaringen", "محمدعبدالرحمنمحمدعبد", "รัฐวิสาหกิจแห่งประเทศ", ""])
def test_short_words_and_joined_scripts_stay_whole(text: str) -> None:
    assert broken(text) == text


@pytest.mark.parametrize("word", ["a" * 200, "Abcdefghijklmnopqrstuvwxyz" * 7, "éèà" * 40, "a1" * 50])
def test_breaking_loses_nothing_and_leaves_no_long_piece(word: str) -> None:
    pieces = broken(word).split(SHY)

    assert "".join(pieces) == word
    assert max(map(len, pieces)) <= 15


def test_a_broken_font_has_no_letters() -> None:
    good = (FONTS / "NotoSans-Regular.ttf").read_bytes()
    assert ord("Z") in code_points(good)

    assert code_points(b"") == set()
    assert code_points(b"not a font") == set()
    assert code_points(good[:2000]) == set()


def test_the_fonts_come_with_their_licences() -> None:
    names = {file.name for file in FONTS.iterdir()}

    assert {"LICENCES.md", "OFL-1.1.txt", "Apache-2.0.txt"} < names
    assert sum(file.stat().st_size for file in FONTS.glob("*.ttf")) < 12_500_000
