"""What staff are told by mail, SMS and telephone: which case, which promise, what is asked, who was told before.

Of the customer's mail nothing is passed on but its subject: an SMS and a mailbox at home are read by others too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from models.values import Language
from routing import fitting
from routing.wording import NAME_CHARS, local, one_line, template, tidy, words

_SMS_GSM = (160,)
_SMS_UCS2 = (70, 134)  # one part, or two with their headers
_SPOKEN = (300,)
_SMS_WORD = 30  # of a level or a promise
_BECAUSE_CHARS = 300
_TOLD_NAMES = 20
_MISSED = {Language.ENGLISH: "missed: ", Language.SIMPLIFIED: "已超时：", Language.TRADITIONAL: "已逾時："}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a notice may say. `step` is the step of the ladder and `because` its reason; `due_at` the deadline of
    `clock`, which was missed; with `is_missed` False it is no promise, and the time for it has come. `told_before`
    names who was told earlier; that it was nobody is said of a rung of a ladder alone (`is_rung`). `token` is what a
    reply must hold to accept; without one the number is named."""

    number: str
    level: int
    level_name: str
    customer: str
    subject: str
    team: str
    step: str
    because: str
    due_at: datetime
    zone: ZoneInfo
    language: Language
    told_before: Sequence[str]
    asks_acceptance: bool
    clock: str = ""
    token: str = ""
    is_missed: bool = True
    is_rung: bool = True


@dataclass(frozen=True)
class Notice:
    """One notice in three shapes: a mail, an SMS (English in GSM 03.38, at most 160; Chinese one part of 70 if it can
    be, else two of 67), and at most 300 characters to be said. Each is made when it is first asked for: most people
    are told in one way. Pure: the same facts give the same text."""

    facts: NoticeFacts

    @cached_property
    def subject(self) -> str:
        facts, values = self.facts, self._values
        what = f"{_MISSED[facts.language]}{values['promise']}" if facts.is_missed and facts.clock else values["step"]
        head = f"[{values['token']}] {values['level']}: {what}"
        return one_line(" - ".join(part for part in (head, str(values["subject"])) if part), 200)

    @cached_property
    def text(self) -> str:
        return tidy(template(f"notice.{self.facts.language}.txt").render(self._values))

    @cached_property
    def sms(self) -> str:
        return _sms(self.facts, self._values)

    @cached_property
    def spoken(self) -> str:
        return _spoken(self.facts, self._values)

    @cached_property
    def _values(self) -> dict[str, object]:
        return _values(self.facts)


def _values(facts: NoticeFacts) -> dict[str, object]:
    """What the templates see: cleaned text only."""
    name = one_line(facts.clock.replace("_", " "), NAME_CHARS)
    return {
        "number": facts.number,
        "token": facts.token or facts.number,
        "level": one_line(facts.level_name, NAME_CHARS) or str(facts.level),
        "customer": one_line(facts.customer, NAME_CHARS),
        "subject": one_line(facts.subject),
        "team": one_line(facts.team, NAME_CHARS),
        "step": one_line(facts.step, NAME_CHARS),
        "because": one_line(facts.because, _BECAUSE_CHARS),
        "promise": words("clocks", facts.language).get(facts.clock, name),
        "is_missed": facts.is_missed,
        "is_rung": facts.is_rung,
        "due": local(facts.due_at, facts.zone),
        "zone": facts.zone.key,
        "told_before": [one_line(name, NAME_CHARS) for name in facts.told_before[:_TOLD_NAMES]],
        "asks": facts.asks_acceptance,
    }


def _sms(facts: NoticeFacts, values: Mapping[str, object]) -> str:
    is_gsm = facts.language is Language.ENGLISH
    clean: Callable[[str], str] = fitting.gsm_clean if is_gsm else str
    size, limits = (fitting.gsm_size, _SMS_GSM) if is_gsm else (fitting.ucs2_size, _SMS_UCS2)
    short = {
        "level": clean(str(values["level"]))[:_SMS_WORD].strip() or str(facts.level),
        "promise": clean(str(values["promise"]))[:_SMS_WORD].strip(),
        "due": facts.due_at.astimezone(facts.zone).strftime("%m-%d %H:%M"),
    }
    return fitting.fit(partial(_shortened, "notice-sms", facts, {**values, **short}, clean), size, limits)


def _spoken(facts: NoticeFacts, values: Mapping[str, object]) -> str:
    said = {
        "number": fitting.spelled(facts.number, facts.language),
        "level": fitting.sayable(str(values["level"]))[:_SMS_WORD],
        "promise": fitting.sayable(str(values["promise"]))[:60],
        "due": _said_time(facts),
    }
    return fitting.fit(partial(_shortened, "notice-spoken", facts, {**values, **said}, fitting.sayable), len, _SPOKEN)


def _shortened(
    name: str,
    facts: NoticeFacts,
    values: Mapping[str, object],
    clean: Callable[[str], str],
    customer_chars: int,
    subject_chars: int,
) -> str:
    cut = {
        "customer": clean(str(values["customer"]))[:customer_chars].strip(),
        "subject": clean(str(values["subject"]))[:subject_chars].strip(),
        "told_before": [clean(told)[:20].strip() for told in facts.told_before[:3]] if subject_chars else [],
    }
    return " ".join(template(f"{name}.{facts.language}.txt").render({**values, **cut}).split())


def _said_time(facts: NoticeFacts) -> str:
    moment = facts.due_at.astimezone(facts.zone)
    if facts.language is Language.ENGLISH:
        return f"{moment:%H:%M} on {moment.day} {_MONTHS[moment.month - 1]}"
    hour, minute = ("點", "分") if facts.language is Language.TRADITIONAL else ("点", "分")
    return f"{moment.month}月{moment.day}日{moment.hour}{hour}{moment.minute:02d}{minute}"
