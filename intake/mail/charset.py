"""Bytes to text when the declared charset is missing, unknown or wrong."""

import codecs
import re

from intake.mail.guess import chinese, escaped, guess, is_chinese, is_dense

# Senders write the small name and use the large set (WHATWG Encoding, "legacy" labels).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "ascii": "utf-8",
    "ks_c_5601-1987": "cp949",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso2022_jp": "iso2022_jp_ext",
}
# What programs write that Python does not know.
_ALIASES = {
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "x-euc-jp": "euc_jp",
    "x-windows-949": "cp949",
    "ks_c_5601": "cp949",
    "x-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "gb-2312": "gb18030",
    "gb_2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb-18030": "gb18030",
    "gb_18030": "gb18030",
    "gb18030-2022": "gb18030",
    "csgb2312": "gb18030",
    "windows-936": "gb18030",
    "x-cp20936": "gb18030",
    "cp54936": "gb18030",
    "windows-950": "big5hkscs",
    "x-windows-950": "big5hkscs",
    "big5-eten": "big5hkscs",
    "chinesesimplified": "gb18030",
    "ms936": "gb18030",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "dos-850": "cp850",
    "hz-gb-2312": "hz",
    "windows-874": "cp874",
    "unicode": "utf-16",
    "euc-cn": "gb18030",
    "x-euc-cn": "gb18030",
}
# Names that say nothing, as good as none.
_NONE = frozenset(
    {"", "default", "unknown", "unknown-8bit", "x-unknown", "8bit", "7bit", "binary", "none", "x-user-defined"}
)
# Python's own, which no mail program writes: they undo escapes, or take quadratic time.
_NO_CHARSETS = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode"})
_ASCII = frozenset({"us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us"})
_JIS = re.compile(rb"\x1b\$[@B]|\x1b\([BJI]")
# Charsets that write other characters with ASCII bytes.
_SHIFTING = ("iso-2022", "iso2022", "utf-7", "hz", "utf-16", "utf-32")
_META = re.compile(rb"<meta[^>]{0,300}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
# A word of a language of Latin letters and accents; in GB taken for one, letters stand among signs.
_LATIN = re.compile(r"[a-z][ß-öø-ÿ][a-z]")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_C1 = re.compile("[\x80-\x9f]")
# Of a text that follows its declaration but for a few broken bytes.
_BROKEN_SHARE = 0.02
_BROKEN_FEW = 2


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Text of `data`, and a defect in words where the declaration could not be followed.

    The declared charset counts where it is known and fits; else UTF-8 where it fits; else the charset whose text
    has the most everyday characters (GB18030 reads most of Big5's bytes without an error, and the reverse, so the
    first that decodes is no evidence). A few broken bytes do not make a declaration wrong.
    """
    if data.startswith(_MARKS) and (text := _as_declared(data, "utf-16")) is not None:
        return text, None
    codec = _codec(declared)
    shifts = (codec or "").lower().startswith(_SHIFTING)
    if data.isascii() and not shifts:
        found = escaped(data)
        return (data.decode("ascii"), None) if found is None else (found, f"charset {declared!r} is wrong")
    as_declared = _as_declared(data, codec) if codec is not None else None
    if codec == "utf-8" and as_declared is not None and (once := _encoded_once(as_declared)) is not None:
        return once, "it was encoded as UTF-8 once more"
    if codec is not None and as_declared is not None and _is_plausible(data, as_declared, codec):
        is_ascii = (declared or "").strip().lower() in _ASCII
        return as_declared, f"charset {declared[:40]!r} is wrong" if is_ascii and declared else None
    if codec is not None and codec.startswith("iso2022_jp") and (text := _jis(data)) is not None:
        return text, None
    text = guess(data)
    if declared is None or declared.strip().lower() in _NONE:
        return text, "charset not declared"
    if codec is not None and as_declared is None and (mended := _with_gaps(data, codec, text)) is not None:
        return mended, f"bytes that are no {declared[:40]}"
    return text, f"charset {declared[:40]!r} is " + ("unknown" if codec is None else "wrong")


def in_html(data: bytes) -> str | None:
    """The charset that an HTML document names in its head."""
    found = _META.search(data[:4096])
    return found[1].decode("ascii") if found else None


def _as_declared(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        text.encode()  # UTF-7 can hold half a surrogate pair, which no database takes
    except (ValueError, LookupError):
        return None
    return text


def _encoded_once(text: str) -> str | None:
    """The Chinese that `text` was before a program took its UTF-8 or its GB for Latin-1; no other text reads so."""
    try:
        data = text.encode("latin-1")
    except UnicodeError:
        return None
    if _C1.search(text) and (once := _as_declared(data, "utf-8")) is not None and is_chinese(once):
        return once
    once = _as_declared(data, "gb18030") if is_dense(data) else None
    return once if once is not None and is_chinese(once) and not _LATIN.search(text) else None


def _jis(data: bytes) -> str | None:
    """ISO-2022-JP with characters of NEC and IBM (circled digits), which Windows writes under that name: two bytes
    each, moved to where code page 932 has them."""
    out = bytearray()
    position, double = 0, False
    for escape in [*_JIS.finditer(data), None]:
        piece = data[position : escape.start() if escape else len(data)]
        for at in range(0, len(piece) - double, 1 + double):
            out += _shifted(piece[at], piece[at + 1]) if double and piece[at] > 0x20 else piece[at : at + 1 + double]
        if escape:
            position, double = escape.end(), escape[0].startswith(b"\x1b$")
    try:
        return out.decode("cp932")
    except UnicodeDecodeError:
        return None


def _shifted(first: int, second: int) -> bytes:
    """JIS X 0208 as Shift_JIS."""
    lead = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0)
    trail = second + (0x1F if second < 0x60 else 0x20) if first % 2 else second + 0x7E
    return bytes((lead & 0xFF, trail & 0xFF))


def _is_plausible(data: bytes, text: str, codec: str) -> bool:
    """False where the bytes are something else that the declared charset happens to read: every single-byte
    charset reads everything, and GB and Big5 read most of UTF-8."""
    if codec.startswith(("utf-16", "utf-32")):
        return b"\0" in data  # line ends and figures have some
    if codec.startswith(("utf", "iso2022", "hz")):
        return True
    if sum(0xC0 <= byte <= 0xF7 for byte in data) >= 2 and (as_utf_8 := _as_declared(data, "utf-8")) is not None:
        # A short Chinese name can be UTF-8 by chance, but then that of letters with accents.
        return codec in ("gb18030", "big5hkscs") and not any(char >= "\u2e80" for char in as_utf_8)
    if codec in ("gb18030", "big5hkscs"):
        other = _as_declared(data, "big5hkscs" if codec == "gb18030" else "gb18030")
        return other is None or chinese(other) < chinese(text) + 0.2
    if codec in ("cp1252", "cp1254", "iso8859-15", "cp1250", "iso8859-2"):
        read = [_as_declared(data, other) for other in ("gb18030", "big5hkscs")] if is_dense(data) else []
        return not any(text is not None and is_chinese(text) for text in read)
    return True


def _with_gaps(data: bytes, codec: str, guessed: str) -> str | None:
    """The text as declared with U+FFFD for a few broken bytes; None where they are too many for that, or where
    the bytes are a whole text in another charset."""
    try:
        text = data.decode(codec, errors="replace")
        text.encode()
    except (ValueError, LookupError):
        return None
    broken = text.count("\ufffd")
    if broken > max(_BROKEN_FEW, _BROKEN_SHARE * len(text)):
        return None
    return None if "\ufffd" not in guessed and is_chinese(guessed) and not is_chinese(text) else text


def _codec(declared: str | None) -> str | None:
    """Python's name of a declared charset; None for what is none."""
    name = (declared or "").strip().strip("\"'`<>[]").strip().lower().replace(" ", "-")
    if name in _NONE:
        return None
    for candidate in (
        _ALIASES.get(name),
        name,
        name.replace("cp-", "cp"),
        name.removeprefix("x-"),
        name.split("$")[0].lstrip("_"),
    ):
        if candidate and (found := _known(candidate)):
            return found
    return None


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    found = _WIDER.get(found, found)
    if found in _NO_CHARSETS:
        return None
    try:
        "".encode(found)  # refuses codecs that are no charsets, such as base64
    except (LookupError, ValueError):
        return None
    return found
