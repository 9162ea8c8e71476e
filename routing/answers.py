"""What a customer answers to a letter of ours, brought into one form before it is read: his own lines, half-width, in
Simplified characters, lower case."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from opencc import OpenCC

# Nobody answers a short question at such length.
_READ_CHARS = 4000
_QUOTED = re.compile(r"\s*[>|》]")
_HISTORY = re.compile(
    r"-{2,}\s?(?:original message|forwarded message|原始邮件|原邮件|回复的原邮件|转发邮件)"
    r"|on .{4,200}\bwrote:|.{0,200}写道:|(?:from|发件人|寄件者|寄件人):\s?\S|_{10,}$|-{2,3}$|sent from my "
    r"|发自我的|来自我的"
)
_GREETING = re.compile(
    r"(?:hi|hello|dear|hey|good (?:morning|afternoon|evening|day))\b[^,!.:;?]{0,40}[,!.:]?"
    r"|(?:尊敬的|亲爱的)?[^\s,!?。、:;\d]{0,12}(?:您|你|大家)好[,!。:~]*|(?:早上|上午|中午|下午|晚上)好[,!。:~]*"
    r"|(?:尊敬的|亲爱的)[^\s,!?。、:;\d]{1,12}[,!。:]*"
)
_CLOSING = re.compile(
    r"(?:with )?(?:best|kind|warm|many)?\s?(?:regards|wishes|greetings)\b.*|best,|cheers,?|sincerely.*|yours\b.*|br,?"
    r"|(?:many )?thanks,|thank you,|此致.*|敬礼.*|顺祝.*|祝好.*|祝.{0,6}(?:商祺|工作顺利|顺利|愉快).*"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\u20e3]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "「": '"', "」": '"', "｡": "。"})


def own_lines(text: str) -> Iterator[str]:
    """The lines that the customer wrote himself, each in one form: no quotes and history, no greeting, and nothing
    below the close of his letter."""
    has_begun = False
    for line in normalized(text[:_READ_CHARS]).split("\n"):
        line = line.strip()
        if _HISTORY.match(line):
            return
        if not line or _QUOTED.match(line):
            continue
        if not has_begun and _GREETING.fullmatch(line):
            continue
        if has_begun and _CLOSING.fullmatch(line):
            return
        has_begun = True
        yield line


def normalized(text: str) -> str:
    """Half-width (NFKC), Simplified, lower case; typed quotes made plain, what is not seen left out."""
    unified = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))
    simplified: str = _converter().convert(unified.translate(_QUOTES))
    return simplified.casefold()


@lru_cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
