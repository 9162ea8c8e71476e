"""The steps of a case's ladder as rows: planned from its clocks, dropped when a promise is kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from models.tables import CaseRow, ClockRow, StepRow
from models.values import CaseState, StepState
from routing import ladder
from routing.ladder import Running, Step
from routing.profile import Profile


def plan_steps(case: CaseRow, profile: Profile, clocks: Mapping[str, ClockRow]) -> None:
    """Bring the waiting steps of `case` in line with its running `clocks`, by name. What was done stays done, and is
    not done again in the same lap, nor in a later one for the same deadline: nobody is told of it twice."""
    running = {} if case.state == CaseState.CLOSED else clocks
    wanted = {step.name: step for step in wanted_steps(case, profile, running)}
    for row in case.steps:
        if row.state == StepState.DONE:
            if row.lap == case.lap:
                wanted.pop(row.name, None)
        elif row.lap == case.lap and (step := wanted.pop(row.name, None)) is not None:
            _set(row, step, running[step.clock])
        else:
            row.state, row.due_at = StepState.DROPPED, None
    for step in wanted.values():
        row = StepRow(name=step.name, lap=case.lap, clock=step.clock, planned_at=step.due_at, told=[])
        _set(row, step, running[step.clock])
        case.steps.append(row)


def wanted_steps(case: CaseRow, profile: Profile, clocks: Mapping[str, ClockRow]) -> tuple[Step, ...]:
    """The steps that follow from these clocks, without those that were done for the same deadline, in whatever lap."""
    running = {name: Running(row.due_at, row.hours) for name, row in clocks.items() if not row.is_past}
    done = {(row.name, row.planned_at) for row in case.steps if row.state == StepState.DONE}
    found = ladder.steps(profile, case.level, running)
    return tuple(step for step in found if (step.name, step.due_at) not in done)


def overdue(steps: Iterable[StepRow], moment: datetime) -> list[StepRow]:
    """Those whose time has come, the longest waiting first."""
    due = [row for row in steps if row.due_at is not None and row.due_at <= moment]
    return sorted(due, key=lambda row: (row.due_at, row.id))


def _set(row: StepRow, step: Step, clock: ClockRow) -> None:
    due_at = step.due_at if clock.paused_at is None else None
    wanted = {"state": StepState.WAITING, "planned_at": step.due_at, "because": step.because, "due_at": due_at}
    for name, value in wanted.items():
        if getattr(row, name) != value:  # what is set counts as changed, and is compared once more when it is written
            setattr(row, name, value)
