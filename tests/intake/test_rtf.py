"""Rich text: in winmail.dat, as a part, and as a file."""

import random
import struct

import pytest

from intake.mail import tnef
from intake.mail.rtf import decompress, to_text
from tests.intake.test_mail_enclosed import attached, own
from tests.intake.test_mail_parts import read, read_parts

# The example of MS-OXRTFCP section 4.1.
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c09002062770 5b06c647d0a800fa0".replace(
        " ", ""
    )
)
HEAD = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fswiss Arial;}}{\*\generator x;}\pard "
PLAIN = HEAD + r"The array is down.\par \'ca\'fd\'be\'dd\'bf\'e2}"


def test_the_example_of_the_specification_is_unpacked() -> None:
    assert decompress(COMPRESSED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (PLAIN, "The array is down.\n数据库"),
        (
            r"{\rtf1\ansicpg1252{\fonttbl{\f1\fcharset134 SimSun;}}\f0 caf\'e9 \f1\'ca\'fd\'be\'dd\f0  \'fcber}",
            "café 数据 über",
        ),
        (r"{\rtf1\uc1 \u25968?\u25454?\u-10179?\u-8704? \{x\}\~\emdash}", "数据😀 {x} —"),
        (r"{\rtf1{\info{\title secret}}{\pict\pngblip 89504e47}seen\tab b}", "seen\tb"),
        (r"{\rtf1\fromhtml1{\*\htmltag64 <p>}words\htmlrtf\par\htmlrtf0{\*\htmltag72 </p>}more}", "words\nmore"),
        (r"{\rtf1 one \u99999999? two}", "one \ue0ff two"),
        (r"{\rtf1\ansicpg0 \'ca\'fd\'be\'dd\'bf\'e2\'c1\'ac\'bd\'d3\'b2\'bb\'c9\'cf}", "数据库连接不上"),
        ("no rtf", ""),
    ],
)
def test_rich_text_is_read(source: str, text: str) -> None:
    assert to_text(source.encode()) == text


def test_rich_text_is_read_wherever_it_stands() -> None:
    as_part = read("Content-Type: text/rtf", PLAIN)
    as_file = read_parts("mixed", own(""), attached("application/msword", "report.rtf", PLAIN.encode()))

    assert as_part.text == as_file.text == "The array is down.\n数据库"


def test_a_winmail_dat_that_has_nothing_else_is_read() -> None:
    rich = struct.pack("<II", len(PLAIN) + 12, len(PLAIN)) + b"MELA" + bytes(4) + PLAIN.encode()
    padded = rich + bytes(-len(rich) % 4)
    properties = struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(rich)) + padded
    stream = b"\x78\x9f\x3e\x22\0\0" + struct.pack("<BII", 1, 0x69003, len(properties)) + properties + bytes(2)

    assert tnef.unpack(stream).text == "The array is down.\n数据库"


def test_what_is_broken_is_read_as_far_as_it_goes() -> None:
    chance = random.Random(1)

    for _ in range(2000):
        broken = bytearray(COMPRESSED)
        broken[chance.randrange(16, len(broken))] = chance.randrange(256)
        unpacked = decompress(bytes(broken[: chance.randrange(len(broken))]))
        for text in (to_text(unpacked), to_text(b"{\\rtf" + chance.randbytes(60))):
            assert "\0" not in text
            assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("unit", "sign"),
    [
        ("{", ""),
        ("}", ""),
        ("\\\\", "\\"),
        ("\\'e4", "ä"),
        ("\\u233?", "é"),
        ("\\f1 x", "x"),
        ("{\\f1 ", ""),
        ("a", "a"),
    ],
)
def test_a_long_rich_text_is_read_to_its_end(unit: str, sign: str) -> None:
    assert to_text(b"{\\rtf1 " + unit.encode() * 100_000) == sign * 100_000
