"""Which language a reporter is answered in, by counting characters."""

import re
from functools import lru_cache
from operator import ne

from opencc import OpenCC

from models.values import Language

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
_SAMPLE_CHARS = 4000

# A Chinese mail may carry an English log, an English one a Chinese signature: this ratio of Han
# characters to Latin words keeps both on their side.
_HAN_PER_WORD = 0.3

# English sentences around Chinese names are English. Of names, firms, products and addresses none has such a character.
_ENGLISH = re.compile(
    r"\b(?:the|is|are|was|has|have|we|our|you|your|please|to|of|and|not|it|for|with|since|can|cannot)\b", re.I
)
_SAID_IN_CHINESE = re.compile("[的了是不我您你请請吗嗎呢无無没沒们們这這那就也还還把被]")
_ENGLISH_WORDS = 5


def detect(text: str) -> Language:
    """Simplified or Traditional Chinese, or English for everything else."""
    text = text[:_SAMPLE_CHARS]
    if text.isascii():
        return Language.ENGLISH
    han = _HAN.findall(text)
    if not han or len(_KANA.findall(text)) * 5 > len(han):
        return Language.ENGLISH
    if len(han) < _HAN_PER_WORD * len(_LATIN_WORD.findall(text)) or _only_names_are_chinese(text):
        return Language.ENGLISH
    return Language.TRADITIONAL if _is_traditional("".join(han)) else Language.SIMPLIFIED


def _only_names_are_chinese(text: str) -> bool:
    """It begins in English below the subject, goes on so, and Chinese are but names. Who pastes an English
    log begins in Chinese."""
    lines = [line for line in text.split("\n")[1:] if line.strip()]
    if not lines or _HAN.search(lines[0]) or _SAID_IN_CHINESE.search(text):
        return False
    return len(_ENGLISH.findall(text)) >= _ENGLISH_WORDS


@lru_cache(maxsize=2)
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def _is_traditional(han: str) -> bool:
    """More characters exist only in Traditional than only in Simplified writing."""
    simplified = _converter("t2s").convert(han)
    if simplified == han:
        return False
    only_traditional = sum(map(ne, han, simplified))
    only_simplified = sum(map(ne, han, _converter("s2t").convert(han)))
    return bool(only_traditional > only_simplified)
