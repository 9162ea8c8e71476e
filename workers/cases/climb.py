"""What happens when a promise was not kept: one step of the ladder, written in the caller's transaction."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from models.tables import ClockRow, OutgoingRow, StepRow
from models.values import CaseState, StepState
from models.webhooks import Event
from routing import ladder
from routing.rules import LadderRule
from workers.cases import heard, notices
from workers.cases.people import People, Person, duty
from workers.cases.steps import overdue
from workers.cases.work import CaseWork

EXPERT = "expert"
_CHANGES = frozenset({"raise-level", "take-back", "close"})


def breach(work: CaseWork, late: Iterable[ClockRow]) -> list[str]:
    """Note that these clocks of the case have missed their time; returns the names of the promises among them."""
    missed = []
    for row in late:
        work.book.breach(row)
        if row.is_promise:
            missed.append(row.name)
            work.tell(Event.CASE_BREACHED, clock=row.name, due_at=row.due_at)
            work.note("breached", f"{row.name} was due at {row.due_at:%Y-%m-%d %H:%M} UTC: {row.because}")
            if row.name == heard.CALL_BACK:  # it is the desk's own promise, and stands on no scheme's ladder
                heard.call_back_missed(work)
    return missed


def changes_case(work: CaseWork, due: Iterable[StepRow]) -> bool:
    """True where one of these steps does more than tell people."""
    rules = (_rule(work, step) for step in due)
    return any(rule is not None and not _CHANGES.isdisjoint(rule.does) for rule in rules)


def climb(work: CaseWork, people: People, due: Sequence[StepRow]) -> list[str]:
    """Do the steps of the case whose time has come, one after the other: a step may bring the next one on. Returns
    the names of those that were done. Where nothing but people are told, the rest of the ladder is not looked at."""
    done = []
    is_changed = changes_case(work, due)
    while due and work.case.state != CaseState.CLOSED:
        step = due[0]
        rule = _rule(work, step)
        step.state, step.due_at, step.done_at = StepState.DONE, None, work.now
        if rule is not None:
            _do(work, people, step, rule)
            done.append(step.name)
        due = overdue(work.case.steps, work.now) if is_changed else due[1:]
    if is_changed:
        work.settle()
    return done


def _do(work: CaseWork, people: People, step: StepRow, rule: LadderRule) -> None:
    if "raise-level" in rule.does:
        work.raise_level(step.because)
        work.settle()
    roles = tuple(dict.fromkeys((*rule.tell, EXPERT))) if EXPERT in rule.does else rule.tell
    found = _people(work, people, roles)
    is_alone = bool(roles) and not found
    if is_alone:
        found = _people_above(work, people, step)
        # Where nobody is listed at all, no case stands out by it; the doctor says so.
        if people.has_any:
            work.case.needs_review = True
    step.told = notices.tell(work, step, rule, found)
    work.note("escalated", f"{step.name}: {_sentence(step, roles, is_alone)}; {step.because}")
    if "take-back" in rule.does and work.case.state == CaseState.ACCEPTED:
        work.move(CaseState.ACKNOWLEDGED, f"{work.case.accepted_by} accepted it and nothing followed")
    if "close" in rule.does and work.case.state == CaseState.SOLVED:
        work.move(CaseState.CLOSED, step.because)


def pass_on(work: CaseWork, people: People, step_id: int | None = None) -> str:
    """Who was told passes it on: those of the next rung are told what he was; returns what was done, in words. It is
    the step of that id, else the last one. Where its clock was kept meanwhile nobody needs to hear of it any more:
    another one who was told has taken the case."""
    done = [row for row in work.case.steps if row.state == StepState.DONE and row.told]
    step = max(done, key=lambda row: (row.id == step_id, row.done_at, row.id), default=None)
    rule = _rule(work, step) if step is not None else None
    if step is None or rule is None:
        return "passes it on: nobody was told before"
    if not _is_needed(work, step):
        return f"passes {step.name} on: it is not needed any more"
    told = notices.tell(work, step, rule, _people_above(work, people, step))
    step.told = [*step.told, *told]
    return f"passes {step.name} on: {'told ' + ', '.join(told) if told else 'nobody else is there'}"


def tell_otherwise(work: CaseWork, people: People, step: StepRow, means: str, recipient: str) -> list[str]:
    """Who was not reached by telephone is written to, and where that is not possible either those of the next rung are
    told; returns whom that was."""
    rule = _rule(work, step)
    if rule is None or work.case.state == CaseState.CLOSED or not _is_needed(work, step):
        return []
    if means == notices.EMAIL:
        told = notices.tell(work, step, rule, _people_above(work, people, step))
    else:
        same = [person for person in _people(work, people, (*rule.tell, EXPERT)) if person.phone == recipient]
        told = notices.tell(work, step, rule.model_copy(update={"by": (notices.EMAIL,)}), same)
    step.told = [*step.told, *told]
    return told


def _rule(work: CaseWork, step: StepRow) -> LadderRule | None:
    return ladder.rule_of(work.profile, step.name) or heard.rule_of(step.name)


def _is_needed(work: CaseWork, step: StepRow) -> bool:
    return step.clock in notices.HEARD or step.clock in work.book.newest()


def _people(work: CaseWork, people: People, roles: tuple[str, ...]) -> list[Person]:
    found: dict[str, Person] = {}
    for role in roles:
        found |= {person.address: person for person in people.of(work.case, role)}
    return list(found.values())


def _people_above(work: CaseWork, people: People, step: StepRow) -> list[Person]:
    """Those of the next step that finds anybody who has not been told of this one, which itself stays for its time;
    else whoever is on duty."""
    told: set[str] | None = None
    for row in _waiting(work) if people.has_any or work.case.accepted_by is not None else ():
        rule = _rule(work, row)
        found = _people(work, people, rule.tell) if row is not step and rule is not None else []
        if not found:
            continue
        told = _told(work, step) if told is None else told
        if others := [person for person in found if not {person.address.casefold(), person.phone} & told]:
            return others
    return duty(work.office)


def _waiting(work: CaseWork) -> list[StepRow]:
    """The steps of this lap that are still to come, the next one first."""
    waiting = [row for row in work.case.steps if row.state == StepState.WAITING and row.lap == work.case.lap]
    return sorted(waiting, key=lambda row: (row.planned_at, row.id))


def _told(work: CaseWork, step: StepRow) -> set[str]:
    """The addresses and telephones that were told of this step."""
    if step.id is None:  # planned just now; without an id all letters would count as its notices
        work.session.flush()
    return set(work.session.scalars(select(OutgoingRow.recipient_key).where(OutgoingRow.step_id == step.id)))


def _sentence(step: StepRow, roles: tuple[str, ...], is_alone: bool) -> str:
    nobody = f"there is no {' and no '.join(roles)}" if is_alone else ""
    if step.told:
        return "; ".join(part for part in ("told " + ", ".join(step.told), nobody) if part)
    return f"nobody could be told, {nobody}" if roles else "done"
