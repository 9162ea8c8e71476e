"""Whether the templates that a desk brings of its own can be used, found out before a customer waits for a letter."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from models.errors import Misconfigured
from models.values import CaseState, Language
from routing.letters import Kind, LetterFacts, write
from routing.wording import Own, words

_NAME = re.compile(
    rf"(?:(?P<profile>[\w-]+)/)?(?P<kind>{'|'.join((*Kind, 'letter', 'words'))})\.(?P<lang>zh-Han[st]|en)\.txt"
)
_RECEIVED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def check(own: Own) -> None:
    """Write every letter that a template of `own` has a part in, with much and with little to say.

    Raises:
        Misconfigured: a name is none that is ever looked for, a template is wrong, or a letter lacks the case number.
    """
    for name in sorted(own):
        match = _NAME.fullmatch(name)
        if match is None:
            kinds = ", ".join(Kind)
            raise Misconfigured(
                f"template {name!r} is never used; write KIND.LANGUAGE.txt or PROFILE/KIND.LANGUAGE.txt, KIND one of "
                f"{kinds}, letter, words and LANGUAGE one of {', '.join(Language)}"
            )
        shared = match["kind"] in ("letter", "words")
        for kind in Kind if shared else (Kind(match["kind"]),):
            _check_letter(name, kind, Language(match["lang"]), match["profile"] or "", own)


def _check_letter(name: str, kind: Kind, language: Language, profile: str, own: Own) -> None:
    for facts in _samples(language, profile):
        if facts.number not in write(kind, facts, own).text:
            raise Misconfigured(f"template {name}: the letter {kind} does not name the case; write {{{{ number }}}}")


def _samples(language: Language, profile: str) -> Iterator[LetterFacts]:
    clocks = [(name, _RECEIVED + timedelta(hours=1)) for name in words("promises", language)]
    full = LetterFacts(
        number="FL-000000",
        token="FL-000000-aaaaaaaaaa",
        subject="subject",
        language=language,
        level_name="level",
        state=CaseState.IN_PROGRESS,
        greeting_name="name",
        body="body",
        next_clocks=clocks,
        zone=ZoneInfo("Asia/Shanghai"),
        cause="cause",
        solution="solution",
        missing=("symptom",),
        other="FL-000001",
        received_at=_RECEIVED,
        at=_RECEIVED,
        profile=profile,
    )
    yield full
    yield replace(full, subject="", greeting_name="", body="", next_clocks=(), cause="", solution="", missing=())
