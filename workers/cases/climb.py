"""What happens when a promise was not kept: one step of the ladder, written in the caller's transaction."""

from models.tables import StepRow
from models.values import CaseState, StepState
from routing.ladder import rule_of
from routing.rules import LadderRule
from workers.cases import notices
from workers.cases.people import People, Person
from workers.cases.steps import overdue
from workers.cases.work import CaseWork

EXPERT = "expert"


def breach(work: CaseWork) -> int:
    """Note which clocks of the case have missed their time; returns how many have now."""
    late = [
        row for row in work.book.unmet if row.paused_at is None and row.breached_at is None and row.due_at <= work.now
    ]
    for row in late:
        work.book.breach(row)
        if row.is_promise:
            work.note("breached", f"{row.name} was due at {row.due_at:%Y-%m-%d %H:%M} UTC: {row.because}")
    return len(late)


def climb(work: CaseWork, people: People) -> list[str]:
    """Do the steps of the case whose time has come, one after the other: a step may bring the next one on. Returns
    the names of those that were done."""
    done = []
    while (due := overdue(work.case, work.now)) and work.case.state != CaseState.CLOSED:
        step = due[0]
        rule = rule_of(work.profile, step.name)
        step.state, step.due_at, step.done_at = StepState.DONE, None, work.now
        if rule is None:
            continue
        _do(work, people, step, rule)
        done.append(step.name)
    work.settle()
    return done


def _do(work: CaseWork, people: People, step: StepRow, rule: LadderRule) -> None:
    if "raise-level" in rule.does:
        work.raise_level(step.because)
        work.settle()
    roles = (*rule.tell, EXPERT) if EXPERT in rule.does else rule.tell
    found: dict[str, Person] = {}
    for role in roles:
        found |= {person.address: person for person in people.of(work.case, role)}
    if roles and not found and work.office.duty:
        found = {work.office.duty: Person(work.office.duty, work.office.duty)}
    step.told = notices.tell(work, step, rule, list(found.values()))
    work.note("escalated", f"{step.name}: {_sentence(step, roles)}; {step.because}")
    if "take-back" in rule.does and work.case.state == CaseState.ACCEPTED:
        work.move(CaseState.ACKNOWLEDGED, f"{work.case.accepted_by} accepted it and nothing followed")
    if "close" in rule.does and work.case.state == CaseState.SOLVED:
        work.move(CaseState.CLOSED, step.because)
    if roles and not found:
        hurry(work)


def _sentence(step: StepRow, roles: tuple[str, ...]) -> str:
    if step.told:
        return "told " + ", ".join(step.told)
    return f"nobody could be told, there is no {' and no '.join(roles)}" if roles else "done"


def hurry(work: CaseWork) -> None:
    """Where nobody could be told, the next step that tells somebody comes at once."""
    work.case.needs_review = True
    work.settle()
    waiting = sorted((row for row in work.case.steps if row.due_at is not None), key=lambda row: row.planned_at)
    for row in waiting:
        rule = rule_of(work.profile, row.name)
        if rule is not None and rule.tell and rule.clock not in ("confirm", "close"):
            row.due_at = min(row.due_at or work.now, work.now)
            return
