"""What is stored in English, in the words that the pages have for it: for staff who are told of it elsewhere."""

from functools import lru_cache

from opencc import OpenCC

from console.pages import reasons, words
from models.values import Language


def step(name: str, language: Language) -> str:
    """A step of a ladder, in words."""
    return _in(language, words.of(_of_pages(language))(f"step.{name}"))


def team(name: str, language: Language) -> str:
    """A team; one that has no words of ours goes by its name."""
    pages = words.of(_of_pages(language))
    return _in(language, pages.flat.get(f"team.{name}", name))


def because(reason: str, language: Language) -> str:
    """A reason; what is not known of it stays as it is."""
    return _in(language, reasons.say(_of_pages(language), reason))


def told(entry: str, language: Language) -> str:
    """Who was told and how, such as `Ann by email`."""
    return _in(language, reasons.people(_of_pages(language), [entry]))


def _of_pages(language: Language) -> str:
    return words.DEFAULT if language is Language.ENGLISH else str(Language.SIMPLIFIED)


def _in(language: Language, said: str) -> str:
    """The pages have no traditional characters."""
    return _converter().convert(said) if language is Language.TRADITIONAL else said


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2twp")
