"""Rich Text Format to plain text, and Outlook's compressed form of it (MS-OXRTFCP).

The libraries there are (striprtf, compressed_rtf) refuse the whole for one broken byte or one character that is none,
and read bytes of a code page that is not named as nothing; here these are guessed, as those of any other text.
"""

import re
import struct

from intake.mail.charset import decode

LIMIT_CHARS = 1_000_000
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,9})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SIGNS = dict.fromkeys(("par", "line", "row", "sect", "page"), "\n") | dict.fromkeys(("tab", "cell"), "\t")
_SIGNS |= {"emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022", "lquote": "\u2018", "rquote": "\u2019"}
_SIGNS |= {"ldblquote": "\u201c", "rdblquote": "\u201d"}
_ESCAPED = {"\\": "\\", "{": "{", "}": "}", "~": " ", "_": "-", "\n": "\n", "\r": "\n"}
# Groups that hold no text of the document.
_SKIPPED = frozenset(
    {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable"}
    | {"themedata", "fldinst"}
)
_OF_FONT = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 204: "cp1251", 238: "cp1250", 161: "cp1253"}
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20"
    rb"\b\i\u\tab\tx"
)
_WINDOW = 4096
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"


def to_text(source: bytes) -> str:
    """The words of an RTF document; empty for what is none."""
    if not source.lstrip().startswith(b"{\\rtf"):
        return ""
    reader = _Reader()
    for match in _TOKEN.finditer(source[:LIMIT_CHARS].decode("latin-1")):
        reader.take(match)
    return reader.text()


def decompress(data: bytes) -> bytes:
    """The document in a PR_RTF_COMPRESSED property; what can be read of it where it is broken."""
    if len(data) < 16:
        return b""
    size, kind, body = struct.unpack_from("<I", data, 4)[0], data[8:12], data[16:]
    if kind == _PLAIN:
        return body[:size]
    return _unpacked(body, min(size, LIMIT_CHARS)) if kind == _COMPRESSED else b""


def _unpacked(body: bytes, size: int) -> bytes:
    window = bytearray(_BEGINNING.ljust(_WINDOW, b"\0"))
    at, out, position = len(_BEGINNING), bytearray(), 0
    while position < len(body) and len(out) < size:
        flags, position = body[position], position + 1
        for bit in range(8):
            piece, position = body[position : position + 1 + (flags >> bit & 1)], position + 1 + (flags >> bit & 1)
            if flags >> bit & 1 and len(piece) > 1:
                start, length = piece[0] << 4 | piece[1] >> 4, (piece[1] & 15) + 2
                if start == at:
                    return bytes(out[:size])
                piece = b""
                for offset in range(length):
                    sign = window[(start + offset) % _WINDOW]
                    window[at], at = sign, (at + 1) % _WINDOW
                    out.append(sign)
            for sign in piece:
                window[at], at = sign, (at + 1) % _WINDOW
                out.append(sign)
    return bytes(out[:size])


class _Reader:
    """What has been read so far. Bytes are kept until it is known how many characters they are."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._bytes = bytearray()
        self._charset, self._font = "cp1252", -1
        self._charsets: dict[int, str] = {}
        self._stack: list[tuple[str, int, int]] = []
        self._skipped, self._after_unicode, self._left = "", 1, 0

    def text(self) -> str:
        self._flush()
        joined = "".join(self._out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return joined.replace("\0", "").strip()

    def take(self, match: re.Match[str]) -> None:
        word, number, byte, sign, brace, plain = match.groups()
        if brace:
            self._nest(brace)
        elif word:
            self._word(word, int(number) if number else None)
        elif byte:
            if self._left:
                self._left -= 1
            elif not self._skipped:
                self._bytes.append(int(byte, 16))
        elif sign == "*":
            self._skipped = self._skipped or "*"
        else:
            self._add(plain or _ESCAPED.get(sign or "", ""))

    def _add(self, text: str) -> None:
        dropped = min(self._left, len(text))
        self._left -= dropped
        if text[dropped:] and not self._skipped:
            self._flush()
            self._out.append(text[dropped:])

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(decode(bytes(self._bytes), self._charsets.get(self._font, self._charset))[0])
            self._bytes.clear()

    def _nest(self, brace: str) -> None:
        self._left = 0
        if brace == "{":
            self._stack.append((self._skipped, self._after_unicode, self._font))
        elif self._stack:
            skipped, self._after_unicode, font = self._stack.pop()
            if font != self._font:
                self._flush()
            self._skipped, self._font = skipped, font

    def _word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None and not self._skipped:
            self._flush()
            self._out.append(chr(number % 0x10000))
            self._left = self._after_unicode
        elif word == "uc":
            self._after_unicode = min(number or 0, 8)
        elif word == "ansicpg" and number:
            self._charset = f"cp{number}"
        elif word == "fcharset" and number in _OF_FONT:
            self._charsets[self._font] = _OF_FONT[number]
        elif word == "f" and number is not None:
            self._flush()
            self._font = number
        elif word in _SKIPPED:
            self._skipped = self._skipped or word
        else:
            self._add(_SIGNS.get(word, ""))
