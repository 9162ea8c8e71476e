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
    r"|on .{4,200}\bwrote:|.{0,200}写道:|(?:from|发件人|寄件者|寄件人):\s?\S|_{10,}$|sent from my "
    r"|发自我的|来自我的"
)
_GREETING = re.compile(
    r"(?:hi|hello|dear|hey|good (?:morning|afternoon|evening|day))\b[^,!.:;?]{0,40}[,!.:]?"
    r"|(?:尊敬的|亲爱的)?[^\s,!?。、:;\d]{0,12}(?:您|你|大家)好[,!。:~]*|(?:早上|上午|中午|下午|晚上)好[,!。:~]*"
    r"|(?:尊敬的|亲爱的)[^\s,!?。、:;\d]{1,12}[,!。:]*"
)
_CLOSING = re.compile(
    r"(?:with )?(?:best|kind|warm|many)?\s?(?:regards|wishes|greetings)\b.*|best,|cheers,?|sincerely.*|yours\b.*|br,?"
    r"|(?:many )?thanks,|thank you,|-{2,3}|此致.*|敬礼.*|顺祝.*|祝好.*|祝.{0,6}(?:商祺|工作顺利|顺利|愉快).*"
)
# What somebody adds below it, of which a case must not be closed.
_POSTSCRIPT = re.compile(
    r"p\.? ?p?\.? ?s\b|n\.?b\.?:|btw\b|by the way|one (?:more|last|other) thing|but |however\b"
    r"|又及|附言|补充|另外?[,:\s]|还有|但|不过|对了|顺便"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\u20e3]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "「": '"', "」": '"', "｡": "。"})

_SENTENCE_END = re.compile(r"(?<=[。!?;…])|(?<=\.)(?=\s|$)|\n")
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_CLAUSE_END = re.compile(rf"[,。!;~…{_PICTURES}]+|:-?\)|\.(?=\s|$)|\s-+\s|—+|:(?=\s|$)")
# Our own letter, come back without marks of a quote.
_INSTRUCTION = re.compile(r"请回复:|\breply: |\bif you (?:consent|do not): ")
# A yes with such a face is none.
_UNHAPPY = re.compile(r"[👎❌✗✘🤔☹🙁😕😞😟😠😡😢😣😤😩😫😭🙄🤬🤷]|:-?[(/]")
_LABEL = re.compile(r"^(?:reply|answer|status|re|回复|答复|答|状态)\s?:\s*")
_ASKS = re.compile(
    r"\?|[吗么呢](?:\W|$)|是不是|是否|有没有|能不能|能否|可否|会不会|对不对|好不好|什么时候|何时|怎么|为什么|多久"
    r"|^(?:and |so |but )?(?:is|are|was|were|has|have|had|can|could|will|would|do|does|did|should|shall|may)"
    r"(?: (?!not\b|still\b|now\b)|n't (?:it|this|that|the|you|we|they|i)\b)|^(?:and |so |but )?(?:when|why"
    r"|how|what|who|which) "
)


def said_in(text: str) -> str:
    """What the customer has written himself, its lines as of `own_lines`, without a label such as "Answer:"."""
    return _LABEL.sub("", "\n".join(own_lines(text)))


def is_unhappy(said: str) -> bool:
    """True where a face in it takes back what the words say."""
    return _UNHAPPY.search(said) is not None


def own_lines(text: str) -> Iterator[str]:
    """The lines that the customer wrote himself, each in one form: no quotes and history, no greeting, and nothing
    below the close of his letter but a postscript."""
    has_begun = is_closed = False
    for line in normalized(text[:_READ_CHARS]).split("\n"):
        line = line.strip()
        if _HISTORY.match(line):
            return
        if not line or _QUOTED.match(line):
            continue
        if not has_begun and _GREETING.fullmatch(line):
            continue
        if has_begun and _CLOSING.fullmatch(line):
            is_closed = True
        is_closed = is_closed and _POSTSCRIPT.match(line) is None
        if is_closed:
            continue
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


def clauses(said: str) -> list[tuple[str, bool]]:
    """The clauses, each with whether it asks. In a sentence that ends as a question the last clause asks, and the ones
    before it where they begin like one."""
    found: list[tuple[str, bool]] = []
    for sentence in _SENTENCE_END.split(said):
        if _INSTRUCTION.search(sentence):
            found.append((sentence, True))
            continue
        parts = [part.strip(" \t\"'*_()") for part in _CLAUSE_END.split(sentence)]
        parts = [part for part in parts if re.search(r"\w", part)]
        ends_asking = bool(re.search(r"\?\W*$", sentence))
        for part in parts:
            is_last = part is parts[-1]
            found.append((part.rstrip("? "), bool(_ASKS.search(part)) or (ends_asking and is_last)))
    return found
