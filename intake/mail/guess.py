"""Which charset bytes are in, when nobody says so or what is said cannot be: by the text that each would give."""

import re
from collections.abc import Callable

_CHINESE = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心"
    "多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知样现分将外但"
    "身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电"
    "这來個國說們為時會過學對後麼沒於還發當無開經頭動兩長樣現將與進實點聲話兒問機給幾業間電請謝您貴們務連線系統"
    "请谢您贵务连线系统服器网络据库备份硬盘报错故障无法登录升级安装设客户公司伺服網路資料庫備份硬碟錯誤障登錄升級安裝設客戶"
    "测试測試装裝证證检檢查维維护護更换換主机機柜櫃阵列陣控制器路由交端口内存記憶體源风扇風停产產线急救助帮幫忙热熱备"
    "昨今早晚午周週月年号號个個台臺份件次点分小时半天晨夜再又曾已刚剛才现现在請问題题原因结果影响響业务務處处理快速"
    "，。、：；！？（）"
)
_KOREAN = frozenset("이다는의에가을를하고은지로사기도서시어대리한그것보아나자만들해니습요정원일인장전제안주수과")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HAN = re.compile("[\u3400-\u9fff]")
_GOOD_FOR_BROKEN = 8
_READ_BYTES = 50_000
_FEW_HIGH = 4  # at most every fourth character
# Accents stand alone or in twos; two characters of two bytes each make a run.
_LONG_RUN = re.compile(rb"[\x80-\xff]{4}")


def guess(data: bytes) -> str:
    """Text of bytes of which nothing is known; unreadable bytes become U+FFFD."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if (text := _utf_8_with_gaps(data)) is not None:
        return text
    scored = [(score(text), text) for codec, score in _CANDIDATES if (text := _strict(data, codec)) is not None]
    best_score, best = max(scored, key=lambda found: found[0], default=(0.0, ""))
    if best_score > 0:
        return best
    if not is_dense(data):
        western = _strict(data, "cp1252")
        if western is not None:
            return western if not _is_central_european(data, western) else data.decode("cp1250", errors="replace")
    return best or data.decode("utf-8", errors="replace")


def codec_of(data: bytes) -> str | None:
    """The charset of a mail in which nothing is declared, by all of its text; None where it is ASCII or unclear."""
    data = data[:_READ_BYTES]
    if data.isascii():
        return None
    if _utf_8_with_gaps(data) is not None:
        return "utf-8"
    found, codec = max(
        (score(text), codec) for codec, score in _CANDIDATES if (text := _strict(data, codec)) is not None
    )
    return codec if found > 0 else None


def _utf_8_with_gaps(data: bytes) -> str | None:
    """The text where but for a byte here and there it is UTF-8, as when it was cut off."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return text if len(_high(text)) >= _GOOD_FOR_BROKEN * broken else None


def is_dense(data: bytes) -> bool:
    """Bytes above 127 stand together as characters of two bytes do; accents are alone, or two."""
    return _LONG_RUN.search(data) is not None


def is_chinese(text: str) -> bool:
    """Most of its characters above ASCII are those of everyday Chinese."""
    return chinese(text) > 0.4


def escaped(data: bytes) -> str | None:
    """Text of ASCII bytes that carry another charset in escapes: ISO-2022, HZ, UTF-7. None where they carry none."""
    if b"\x1b$" in data or b"\x1b(" in data:
        for codec in ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"):
            if (text := _strict(data, codec)) is not None and not text.isascii():
                return text
        if (text := _iso_2022_cn(data)) is not None:
            return text
    if b"~{" in data and b"~}" in data and (text := _strict(data, "hz")) is not None and is_chinese(text):
        return text
    if _has_utf_7(data) and (text := _strict(data, "utf-7")) is not None and (is_chinese(text) or _KANA.search(text)):
        return text
    return None


# RFC 1922, with GB 2312 alone: from shift-out to shift-in each byte is without its high bit.
_SHIFTED = re.compile(rb"\x0e([\x21-\x7e]*)\x0f?")


def _iso_2022_cn(data: bytes) -> str | None:
    if b"\x1b$)A" not in data:
        return None
    high = _SHIFTED.sub(lambda run: bytes(byte | 0x80 for byte in run[1]), data.replace(b"\x1b$)A", b""))
    text = _strict(high, "gb18030")
    return text if text is not None and is_chinese(text) else None


# A whole run of base64 with a hyphen behind it: from each plus to the end of the run, 100 KB of `+1` took ten seconds.
_RUN_OF_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{5,}+-")


def _has_utf_7(data: bytes) -> bool:
    """There is `+`, four characters of base64 or more, and `-`."""
    return b"+" in data and any(b"+" in run[:-5] for run in _RUN_OF_BASE64.findall(data))


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _high(text: str) -> list[str]:
    return [char for char in text if ord(char) > 0x7F]


def _share(wanted: frozenset[str]) -> Callable[[str], float]:
    def score(text: str) -> float:
        high = _high(text)
        return sum(char in wanted for char in high) / len(high) if high else 0.0

    return score


chinese = _share(_CHINESE)


def _gb(text: str) -> float:
    """GB holds kana too: a text of many is Japanese in EUC."""
    return 0.0 if _kana(text) > 0.25 else chinese(text)


def _kana(text: str) -> float:
    high = _high(text)
    return len(_KANA.findall(text)) / len(high) if high else 0.0


def _japanese(text: str) -> float:
    """Kana and kanji together; half-width kana alone are what other charsets look like."""
    share = _kana(text)
    return share + 0.3 * len(_HAN.findall(text)) / max(1, len(_high(text))) if share > 0.2 else 0.0


def _alphabet(common: str) -> Callable[[str], float]:
    """For charsets of one alphabet: the share of its commonest small letters. Another's text gives capitals and rare
    letters in the middle of words."""
    letters = frozenset(common + " ")

    def score(text: str) -> float:
        high = _high(text)
        share = sum(char in letters for char in high) / len(high) if high else 0.0
        return share if share > 0.5 and len(high) * _FEW_HIGH > len(text) else 0.0

    return score


def _is_central_european(data: bytes, western: str) -> bool:
    """True where the letters are those of Czech, Polish, Slovak or Hungarian: read as Western they are signs within
    words, or accents that no Western language has together."""
    central = _strict(data, "cp1250")
    if central is None:
        return False
    signs = len(_SIGN_IN_WORD.findall(western))
    czech = len(_CZECH.findall(central))
    return signs > 0 or (czech >= 2 and bool(_DANISH.search(western)) and bool(_ITALIAN.search(western)))


_SIGN_IN_WORD = re.compile(r"(?<=[a-z])[\u00b3\u00b9\u00bf\u00be\u00bb\u00a5\u00a3](?=[a-z])|\b[\u00b3\u00b9](?=[a-z])")
_CZECH = re.compile("[ěřůčťďň]")
_DANISH = re.compile("[øØ]")
_ITALIAN = re.compile("[èìùòï]")


_CANDIDATES: tuple[tuple[str, Callable[[str], float]], ...] = (
    ("gb18030", _gb),
    ("big5hkscs", chinese),
    ("euc_jp", _japanese),
    ("cp932", _japanese),
    ("cp949", _share(_KOREAN)),
    ("cp1251", _alphabet("оеаинтсрвлкмдпуяыьгзбчй")),
    ("koi8-r", _alphabet("оеаинтсрвлкмдпуяыьгзбчй")),
    ("cp1253", _alphabet("αοιετσνηυρπκμλωςάίόέήώύγδ")),
    ("cp1255", _alphabet("יוהלאתרשבמנדעפחקםכ")),
    ("cp874", _alphabet("านรกเอวดทยลงมสคบตปพ่้ีิัแหขะไใำู")),
)
