"""What a mail adds to the ones it quotes."""

import re

from mailparser_reply.parser import EmailMessage

# The library's expressions backtrack: 60,000 characters in one line took it half a minute, as many blank
# lines more. Beyond these limits a text is kept whole; runs of white space are shortened before.
LIMIT_CHARS = 60_000
LIMIT_LINE = 2_000

_LANGUAGES = ("en", "zh", "de", "fr", "es", "ja")
_ANY_TEXT = re.compile(r"\w")
_LONG_LINE = re.compile(rf"[^\n]{{{LIMIT_LINE}}}")
_MANY_SPACES = re.compile(r"\s{40,}")
# The library has an expression for this header that never matches.
_HEADER_ZH = re.compile(
    r"\n[> ]*(?:[^\n]{0,20}\d{4}[-年/][^\n]{0,200}[写寫]道[：:]|-{4,} ?(?:原始邮件|原始郵件) ?-{4,})[ \t]*(?:\n|$)"
)
# What opens a closing formula may open a sentence too: "Thanks, but the server is still down."
_FORMULA = re.compile(r"(thank|best|kind|regards|谢谢)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+|[\u4e00-\u9fff]{2}")
_FORMULA_WORDS = 4


def new_text(text: str) -> str:
    """The part of `text` above quoted history and signature; all of it where nothing would be left."""
    if len(text) > LIMIT_CHARS or _LONG_LINE.search(text) or not _ANY_TEXT.search(text):
        return text
    calm = _MANY_SPACES.sub(lambda run: "\n\n" if "\n" in run[0] else " " * 40, text)
    above = _HEADER_ZH.split(calm, maxsplit=1)[0]
    if _ANY_TEXT.search(above):
        calm = above
    message = EmailMessage(calm, languages=[*_LANGUAGES], keep_hyphen_lists=True)
    first = message.read().replies[0]  # type: ignore[no-untyped-call]
    first.disclaimers = []  # what it takes for one, "Warning: the mail store is full", may be the fault
    if _is_sentence(first.signatures or ""):
        first.signatures = ""
    body = first.body.strip()
    return body if _ANY_TEXT.search(body) else text


def _is_sentence(signature: str) -> bool:
    line = signature.partition("\n")[0]
    return bool(_FORMULA.match(line)) and len(_WORD.findall(line)) > _FORMULA_WORDS
