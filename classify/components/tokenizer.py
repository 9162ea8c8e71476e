"""Tokens for Chinese and English alike: a CJK character is one, a Latin word is one, whatever the mixture.

spaCy's own `zh` splits English into letters and `xx` keeps a Chinese sentence whole. NORM is what the features
read: lower case, English endings taken off, digits as their shape (`0000`).
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from spacy.attrs import NORM
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# A newline | Han | word, with its apostrophe | digits | a run of one sign | anything else; and the blanks behind it.
TOKEN = re.compile(
    rf"(\n|[{_HAN}]|[^\W\d_{_HAN}]+(?:['’][^\W\d_{_HAN}]+)?|\d+|([^\w\s])\2*|\S)([^\S\n]*)",
)
# The same for ASCII, where sets of characters are quick; \s is as above, which takes more than ASCII's blanks.
_ASCII_TOKEN = re.compile(r"(\n|[A-Za-z]+(?:'[A-Za-z]+)?|[0-9]+|([^\w\s])\2*|\S)([^\S\n]*)")
_MOST_DIGITS = 4
_TEXT = "firstline_text"
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""))


def text_of(doc: Doc) -> str:
    """`doc.text`, which spaCy puts together anew, token by token, each time it is asked for: a third of the time that
    a report took."""
    known: str | None = doc.user_data.get(_TEXT)
    return doc.text if known is None else known


class MixedTokenizer:
    """From text to Doc. The Doc's text is the text given, as long as its blanks are single."""

    def __init__(self, vocab: Vocab) -> None:
        cast(Any, vocab).lex_attr_getters = {NORM: norm}  # nothing reads the other lexical attributes
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        found = tokens(text)
        words = [word for word, _, _ in found]
        spaces = [blanks != "" for _, _, blanks in found]
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc.user_data[_TEXT] = joined(words, spaces)
        return doc

    # Nothing to store, but spaCy asks every tokenizer.
    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> "MixedTokenizer":
        return self

    def to_disk(self, _path: object, **_: Any) -> None:
        return None

    def from_disk(self, _path: object, **_: Any) -> "MixedTokenizer":
        return self


def create() -> Callable[[Language], MixedTokenizer]:
    """The factory that config.cfg names."""
    return lambda nlp: MixedTokenizer(nlp.vocab)


registry.tokenizers.register("firstline.MixedTokenizer.v1", func=create)


def norms(text: str) -> list[str]:
    """The NORM of every token of a text, without a Doc."""
    return [norm(word) for word, _, _ in tokens(text)]


# A hostile sender's words are 2,000 characters long: 16 MB at most.
@lru_cache(maxsize=1 << 13)
def norm_id(word: str) -> int:
    """The id of a token's NORM, as spaCy counts them."""
    return int(get_string_id(norm(word)))


def joined(words: Sequence[str], spaces: Sequence[bool]) -> str:
    """The text of these tokens, with a blank behind those that have one."""
    return "".join([word + " " if is_apart else word for word, is_apart in zip(words, spaces, strict=True)])


def tokens(text: str) -> list[tuple[str, str, str]]:
    """Each token, the sign that it repeats, and the blanks behind it."""
    return (_ASCII_TOKEN if text.isascii() else TOKEN).findall(text)


def norm(word: str) -> str:
    """What a token counts as: `Disks` -> `disk`, `4711` -> `0000`, `!!!!!` -> `!!`."""
    if word.isdecimal():
        return "0" * min(len(word), _MOST_DIGITS)
    if not word[0].isalnum():
        return word[:2]
    word = word.lower().replace("’", "'")
    return stem(word) if word.isascii() else word


def stem(word: str) -> str:
    """A light English stem: enough to bring `crashes`, `crashed` and `crashing` together."""
    word = word.removesuffix("'s")
    if len(word) > 4:
        for ending, rest in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us")):
                word = word.removesuffix(ending) + rest
                break
        if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgmnprt":
            word = word[:-1]
        if len(word) > 3:
            word = word.removesuffix("e")
    return word
