"""What letters and notices are made with: templates by profile and language, their words, text made safe, local time.

Templates get strings that were cleaned here, never a customer's text as it came: what is put in is a value, so signs of
the template language in it stay signs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models.errors import Misconfigured
from models.values import Language

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment, Template

# What a customer writes into a subject or a name may be as long as a mail.
SUBJECT_CHARS = 150
NAME_CHARS = 80
_READ_CHARS = 2000

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BREAKS_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]+")
# Zero-width and text-turning characters hide what a line says; surrogates cannot be encoded.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n{3,}")
# With a scheme, www or a path: the bare name of a host is what faults are about. Chinese is written up to its end.
_PATH = r"[^\s<>\"'，。；、）】」]"
_LINK = re.compile(
    rf"(?a:\b)(?:[a-z]{{2,12}}://|www\.){_PATH}{{1,500}}"
    rf"|(?a:\b)[a-z\d-]{{1,63}}(?:\.[a-z\d-]{{1,63}}){{0,9}}\.[a-z]{{2,24}}/{_PATH}{{1,500}}",
    re.IGNORECASE,
)

Own = Mapping[str, str]
_Texts = tuple[tuple[str, str], ...]


def one_line(text: str, limit: int = SUBJECT_CHARS) -> str:
    """The text as one line of at most `limit` characters, without control characters."""
    head = _INVISIBLE.sub("", _BREAKS.sub(" ", text[: _READ_CHARS + limit]))
    return " ".join(head.split())[:limit].rstrip()


def without_links(text: str) -> str:
    """The text with … in place of web addresses: of what nobody has read, we send none on to whom From names."""
    return _LINK.sub("…", text)


def lines(text: str) -> str:
    """A text of several lines without control characters, its ends trimmed."""
    broken = _LINE_ENDS.sub("\n", text)
    clean = _INVISIBLE.sub("", _BREAKS_BUT_LINES.sub(" ", broken))
    return tidy(clean).strip("\n")


def tidy(text: str) -> str:
    """No spaces at the ends of lines, no two empty lines in a row, one line break at the end."""
    trimmed = "\n".join(line.rstrip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", trimmed).strip("\n") + "\n"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """The moment as people of that zone write it."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "minutes")


def subject_line(token: str, subject: str) -> str:
    """The subject of a letter: the token of the case, and what the customer wrote."""
    return f"[{token}] {one_line(subject)}".rstrip()


def template(name: str, profile: str = "", own: Own | None = None) -> Template:
    """The template `{profile}/{name}` if there is one, else `name`; those of `own` (name -> text) come before ours.

    Raises jinja2.TemplateError where there is none, or it cannot be read.
    """
    names = (f"{profile}/{name}", name) if profile else (name,)
    return _template(names, _texts(own))


def words(table: str, language: Language, own: Own | None = None) -> dict[str, str]:
    """A table of `words.{language}.txt`: promises, clocks, states or questions; `own` may add to it."""
    return _words(table, f"words.{language}.txt", _texts(own))


def _texts(own: Own | None) -> _Texts:
    return tuple(sorted(own.items())) if own else ()


@lru_cache(maxsize=512)
def _template(names: Sequence[str], own: _Texts) -> Template:
    return _environment(own).select_template(list(names))


@lru_cache(maxsize=64)
def _words(table: str, name: str, own: _Texts) -> dict[str, str]:
    ours: dict[str, str] = getattr(_template((name,), ()).module, table)
    if name not in dict(own):
        return ours
    theirs = getattr(_template((name,), own).module, table, {})
    if not isinstance(theirs, Mapping):
        raise Misconfigured(f'template {name}: write {{% set {table} = {{"name": "words"}} %}}, not {theirs!r}')
    return {**ours, **theirs}


@lru_cache(maxsize=16)
def _environment(own: _Texts) -> Environment:
    """Ours alone, or with those of a desk before them, which then may call on ours as `shipped/...` and run in
    Jinja's sandbox: they are text from elsewhere."""
    # Commands that write no letter do without Jinja, which takes a twentieth of their start.
    from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    shipped = PackageLoader("routing", "templates")
    loaders: list[BaseLoader] = [DictLoader(dict(own)), shipped, PrefixLoader({"shipped": shipped})]
    kind = ImmutableSandboxedEnvironment if own else Environment
    return kind(
        loader=ChoiceLoader(loaders) if own else shipped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
    )
