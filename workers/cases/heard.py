"""What comes by mail or telephone and cannot wait for somebody to look at a list: who has the case is told at once.
Where a customer adds what reads graver than his case is, and nobody is at it yet, the case is as grave as that from now
on."""

from datetime import datetime
from types import MappingProxyType
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import ClassificationRow, StepRow
from models.values import FREE, StepState
from routing.rules import LadderRule
from workers.cases import notices
from workers.cases.people import ASSIGNEE, ON_CALL, People, duty
from workers.cases.work import CaseWork

_UNSURE, _ANSWERED, _PROMISED, _FORGOTTEN = "perhaps-graver", "answered", "call-back-promised", "call-back-missed"
# The clock of the promise to call somebody back.
CALL_BACK = "call_back"
_MANAGER = "service-manager"
_READS = "the customer has added what reads as level {}"
OUTAGE = 1
_ROW = "ucloud, anything along the way that needs someone is told to him, promptly"


_LATE = "every profile 6, what misses its time climbs the ladder by itself, and everyone concerned is told"


def _rule(name: str, clock: str, level: Literal[1, 2, 4], *by: Literal["email", "sms", "voice"]) -> LadderRule:
    told = (ASSIGNEE, ON_CALL, _MANAGER) if name == _FORGOTTEN else (ASSIGNEE, ON_CALL)
    return LadderRule(name=name, clock=clock, levels=(level,), tell=told, by=by, row=_ROW, stated=False)


_ALL = (
    _rule("graver-1", notices.GRAVER, 1, "voice", "sms", "email"),
    _rule("graver-2", notices.GRAVER, 2, "sms", "email"),
    _rule(_UNSURE, notices.GRAVER, 2, "sms", "email"),
    _rule(_ANSWERED, notices.ANSWERED, 4, "email"),
    _rule(_PROMISED, CALL_BACK, 4, "sms", "email"),
    _rule(_FORGOTTEN, CALL_BACK, 4, "sms", "email"),
)
_RULES = MappingProxyType({rule.name: rule for rule in _ALL})


def rule_of(step: str) -> LadderRule | None:
    """How people are told in such a step; None for the steps of a scheme."""
    return _RULES.get(step)


def graver(work: CaseWork, level: int, is_sure: bool, report_id: str) -> None:
    """The addition `report_id` reads as `level`, graver than the case. What a person has judged, or works on, he judges
    anew; where the words are not sure either he decides."""
    if is_sure and is_untouched(work):
        work.raise_level(f"report {report_id} says so", to=level)
        work.settle()
    else:
        _tell(work, f"graver-{level}" if is_sure else _UNSURE, _READS.format(level))


def is_outage(session: Session, case_id: int, since: datetime) -> bool:
    """Whether something that was added since then reads as an outage, which whoever works on the case is told of."""
    told = StepRow.case_id == case_id, StepRow.clock == notices.GRAVER, StepRow.done_at >= since
    query = select(StepRow.id).where(*told, StepRow.because == _READS.format(OUTAGE))
    return session.scalar(query.limit(1)) is not None


def answered(work: CaseWork, because: str) -> None:
    """Who has the case, and has waited for it, is written to that the customer has answered: once for one mail."""
    is_told = any(row.name == _ANSWERED and row.done_at == work.now for row in work.case.steps)
    if work.case.accepted_by is not None and not is_told:
        _tell(work, _ANSWERED, because, again=True)


def call_back_promised(work: CaseWork, because: str) -> None:
    """Somebody waits to be called back: whoever is to do so is told, unless he is called about the case anyway."""
    if work.case.level > OUTAGE or work.case.accepted_by is not None:
        _tell(work, _PROMISED, because, again=True)


def call_back_missed(work: CaseWork) -> None:
    """He waits still, though the time for it is over."""
    _tell(work, _FORGOTTEN, f"{CALL_BACK} was not met in time ({_LATE})", again=True)


def is_untouched(work: CaseWork) -> bool:
    """True as long as nobody has taken the case or judged it."""
    case = work.case
    judged = select(ClassificationRow.id).where(ClassificationRow.case_id == case.id, ClassificationRow.model.is_(None))
    is_free = case.state in FREE and case.accepted_by is None
    return is_free and work.session.scalar(judged.limit(1)) is None


def _tell(work: CaseWork, name: str, because: str, again: bool = False) -> None:
    """Tell who has the case, else who is on call for it; those who were told before only `again`."""
    people, case = People(work.session, work.now), work.case
    found = people.of(case, ON_CALL if case.accepted_by is None else ASSIGNEE)
    found = [*found, *(people.of(case, _MANAGER) if _MANAGER in _RULES[name].tell else ())] or duty(work.office)
    step = _step(work, name, again)
    step.because, step.planned_at, step.done_at = because, work.now, work.now
    told = notices.tell(work, step, _RULES[name], found)
    step.told = [*step.told, *told]
    if told:
        work.note("escalated", f"{name}: told {', '.join(told)}; {because}")


def _step(work: CaseWork, name: str, again: bool) -> StepRow:
    """The step of that name: one in each lap of the ladder, or, where it happens `again`, one each time."""
    case = work.case
    before = {row.lap: row for row in case.steps if row.name == name}
    lap = max(before, default=0) + 1 if again else case.lap
    if lap not in before:
        clock = _RULES[name].clock
        before[lap] = StepRow(name=name, lap=lap, clock=clock, planned_at=work.now, state=StepState.DONE, told=[])
        case.steps.append(before[lap])
    return before[lap]
