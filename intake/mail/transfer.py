"""Content-Transfer-Encoding (RFC 2045 section 6) undone as far as it can be."""

import binascii
import quopri
import re
from base64 import b64decode

from intake.mail.guess import guess, is_chinese

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_BLANK = re.compile(rb"[\r\n\t ]+")
_ENDED = re.compile(rb"=+")
_RUN = re.compile(rb"[A-Za-z0-9+/]{40}")
_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_BROKEN_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|[ \t]*\Z)")
# Long lines and a last one, or one line that is no word.
_BASE64 = re.compile(
    rb"(?:[A-Za-z0-9+/]{40,100}[ \t]{0,9}\r?\n){1,100000}[A-Za-z0-9+/]{1,100}={0,2}|[A-Za-z0-9+/]{24,20000}={0,2}"
)
_ESCAPE = re.compile(rb"=[0-9A-F]{2}")
_FEW_ESCAPES = 4  # of a text that is encoded so at least every fourth character belongs to an escape
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{1,250}\r?\n", re.MULTILINE)


def decode(data: bytes, declared: str, is_text: bool = True) -> tuple[bytes, str | None]:
    """The bytes, and a defect in words where they had to be guessed at. Of a text, plain lines that somebody put below
    the encoded ones are kept."""
    encoding = declared.partition(";")[0].strip().strip("\"'").strip().lower()
    if encoding.startswith("base64"):
        return _from_base64(data, is_text)
    if encoding.startswith(("quoted-printable", "quoted_printable", "quotedprintable")):
        defect = "broken quoted-printable" if _BROKEN_ESCAPE.search(data) else None
        return quopri.decodestring(_SOFT_BREAK.sub(b"=", data)), defect
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _from_uuencode(data)
    return data, None


def _from_base64(data: bytes, is_text: bool) -> tuple[bytes, str | None]:
    if is_text and _is_plain(data):
        return data, "broken base64"
    encoded, plain = _without_footer(data) if is_text else (data, b"")
    symbols = _NO_BASE64.sub(b"", encoded)
    noise = len(_BLANK.sub(b"", encoded)) - len(symbols)
    out, is_cut = [], False
    for block in _ENDED.split(symbols):
        whole = len(block) // 4 * 4
        rest = block[whole:]
        is_cut = is_cut or len(rest) == 1
        # Two or three symbols left over are one or two bytes; a single one is none.
        padded = block[:whole] + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b"")
        try:
            out.append(b64decode(padded))
        except binascii.Error:  # not to be expected of what was filtered so
            return data, "broken base64"
    decoded = b"".join(out)
    if not decoded and data.strip():
        return data, "broken base64"
    if plain.strip():
        decoded = decoded.rstrip(b"\r\n") + b"\n" + plain
    is_padded = not len(symbols) % 4
    return decoded, "broken base64" if noise or is_cut or plain.strip() or not is_padded else None


def _is_plain(data: bytes) -> bool:
    """It never was base64, whatever its header says: no long run of symbols, and its first words are apart."""
    first = next((line.strip() for line in data.splitlines() if line.strip()), b"")
    return not _RUN.search(data) and (first.count(b" ") > 1 or bool(_NO_BASE64.search(first.replace(b" ", b""))))


def unlabelled(data: bytes, declared: str) -> bytes:
    """The bytes of a text that is all base64 or quoted-printable, though its header does not say so or is gone."""
    if declared.strip().lower().startswith(("base64", "quoted")) or not data.isascii():
        return data
    found = None
    if _BASE64.fullmatch(data.strip()):
        found = _from_base64(data.strip(), is_text=False)[0]
    elif len(_ESCAPE.findall(data)) * 3 * _FEW_ESCAPES > len(data):
        found = decode(data, "quoted-printable")[0]
    return found if found is not None and _is_text(found) else data


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return is_chinese(guess(data))
    return not _CONTROLS.search(text)


def _without_footer(data: bytes) -> tuple[bytes, bytes]:
    """The encoded lines, and plain text below them: mailing lists append theirs without looking."""
    lines = data.splitlines(keepends=True)
    last = max((number for number, line in enumerate(lines) if _RUN.search(line)), default=None)
    for number in range(0 if last is None else last + 1, len(lines)):
        line = lines[number].strip()
        if number and line and _NO_BASE64.search(line) and (last is not None or b" " in line):
            return b"".join(lines[:number]), b"".join(lines[number:])
    return data, b""


def _from_uuencode(data: bytes) -> tuple[bytes, str | None]:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data, "broken uuencode"
    out: list[bytes] = []
    for line in data[begin.end() :].splitlines():
        if line.strip() == b"end":
            return b"".join(out), None
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count the padding in: as many bytes as the first character says are good.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return b"".join(out), "broken uuencode"
    return b"".join(out), "uuencode that does not end"
