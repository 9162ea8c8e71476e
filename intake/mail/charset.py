"""Bytes to text when the declared charset is missing, unknown or wrong."""

import codecs

# Senders write the small name and use the large set.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "ks_c_5601-1987": "cp949",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# Python's own, which no mail program writes: they undo escapes, or take quadratic time.
_NO_CHARSETS = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode"})
# Charsets that write other characters with ASCII bytes.
_SHIFTING = ("iso-2022", "iso2022", "utf-7", "hz", "utf-16", "utf-32")
_FREQUENT = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心"
    "多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知样现分将外但"
    "身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电"
    "这來個國說們為時會過學對後麼沒於還發當無開經頭動兩長樣現將與進實點聲話兒問機給幾業間電請謝您貴們務連線系統"
    "请谢您贵务连线系统服器网络络据库备份硬盘报错故障无法登录升级安装设客户公司伺服網路資料庫備份硬碟錯誤障登錄升級安裝設客戶"
    "，。、：；！？（）"
)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Text of `data`, and a defect in words where the declaration could not be followed.

    The declared charset counts where it is known and fits; else UTF-8 where it fits; else GB18030
    or Big5, whichever gives more frequent characters (each reads most of the other's bytes without
    an error, so the first that decodes is no evidence).
    """
    codec = _codec(declared)
    if data.isascii() and not (codec or (declared or "").lower()).startswith(_SHIFTING):
        return data.decode("ascii"), None
    if codec is not None:
        try:
            text = data.decode(codec)
            text.encode()  # UTF-7 can hold half a surrogate pair, which no database takes
            return text, None
        except ValueError:
            pass
    text = guess(data)
    if declared is None:
        return text, "charset not declared"
    return text, f"charset {declared[:40]!r} is " + ("unknown" if codec is None else "wrong")


def guess(data: bytes) -> str:
    """Text of bytes of which nothing is known; unreadable bytes become U+FFFD."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    candidates = []
    for codec in ("gb18030", "big5hkscs"):
        try:
            candidates.append(data.decode(codec))
        except UnicodeDecodeError:
            continue
    best = max(candidates, key=_score, default="")
    if best and _score(best) > 0:
        return best
    if sum(byte > 0x7F for byte in data) * 4 < len(data):  # a few accents in a Western text
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            pass
    return best or data.decode("utf-8", errors="replace")


def _score(text: str) -> float:
    high = [char for char in text if ord(char) > 0x7F]
    return sum(char in _FREQUENT for char in high) / len(high) if high else 0.0


def _codec(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    if name in _NO_CHARSETS:
        return None
    try:
        "".encode(name)  # refuses codecs that are no charsets, such as base64
    except (LookupError, ValueError):
        return None
    return name
