"""What happens to a case after it was opened: each act changes its state, its clocks, its ladder and its timeline
together, within the caller's transaction."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotPossible
from models.merged import survivor_id
from models.tables import CaseRow
from models.values import AT_WORK, CaseState
from models.webhooks import Event as Told
from models.webhooks import announce_case
from routing import clocks, life
from routing.letters import Kind
from routing.rules import Event
from workers.cases import letters, notices
from workers.cases.clocks import ClockBook
from workers.cases.office import Office
from workers.cases.steps import plan_steps
from workers.knowledge import remember
from workers.record.journal import MACHINE, Rows, enter

Consent = Literal["asked", "given", "refused"]
_NOTED = {
    CaseState.ACCEPTED: "accepted",
    CaseState.IN_PROGRESS: "begun",
    CaseState.WAITING: "waiting",
    CaseState.RECOVERED: "recovered",
    CaseState.SOLVED: "solved",
    CaseState.CLOSED: "closed",
}
# What it means that a case of that state is only acknowledged.
_BACK = {CaseState.NEW: "acknowledged", CaseState.CLOSED: "reopened"}
# Who brings a case into these works on it, though he did not say so before.
_BEGUN = frozenset({CaseState.IN_PROGRESS, CaseState.WAITING, CaseState.RECOVERED, CaseState.SOLVED})
# What has to be promised again when a case that was held recovered, solved or closed is not.
_PROMISED_AGAIN: frozenset[Event] = frozenset({"replied", "recovered", "solved", "on-site", "delivered"})

ACTOR_CHARS, _ADDRESS_CHARS = 100, 320  # what the columns hold

_REOPENED: frozenset[Event] = _PROMISED_AGAIN | {"accepted"}


def lock(session: Session, case_id: int) -> CaseRow | None:
    """The case, which nobody else changes until the transaction is over."""
    return session.scalar(
        select(CaseRow).where(CaseRow.id == case_id).with_for_update().execution_options(populate_existing=True)
    )


def lock_survivor(session: Session, case_id: int) -> CaseRow | None:
    """The case that this one goes on in, locked: itself, unless it was merged."""
    case = lock(session, survivor_id(session, case_id))
    while case is not None and case.merged_into is not None:  # just now, while its lock was waited for
        case = lock(session, case.merged_into)
    return case


def lock_both(session: Session, case_id: int, other_id: int) -> tuple[CaseRow, CaseRow]:
    """Both cases, in the order of their numbers: of two people who are at the same two at once, one waits.

    Raises:
        NotPossible: one of them does not exist.
    """
    query = select(CaseRow).where(CaseRow.id.in_((case_id, other_id))).order_by(CaseRow.id).with_for_update()
    found = {case.id: case for case in session.scalars(query.execution_options(populate_existing=True))}
    if case_id not in found or other_id not in found:
        raise NotPossible("there is no such case")
    return found[case_id], found[other_id]


def refuse_merged(case: CaseRow) -> None:
    """Raises NotPossible where the case was merged: whatever is done, is done to the one that it goes on in."""
    if case.merged_into is not None:
        raise NotPossible(f"{case.number} was merged into {case.goes_on_in}: work on that one")


class CaseWork:
    """One case in the hands of `actor` at the moment `now`. The caller holds its lock. `rows` takes what is noted on
    its timeline: the session, unless the caller writes that for many cases at once."""

    def __init__(self, session: Session, office: Office, case: CaseRow, now: datetime, actor: str) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.now = now
        self.actor = actor
        self.profile = office.profile(session, case.profile, case.profile_version)
        self.book = ClockBook(session, case, self.profile, now)
        self.rows: Rows = session

    def note(self, kind: str, text: str) -> None:
        enter(self.rows, self.case.id, self.now, self.actor[:ACTOR_CHARS], kind, text)

    def tell(self, event: Told, **data: object) -> None:
        """Tell the receivers of webhooks, who see the case as it is now."""
        announce_case(self.session, event, self.case, self.now, **data)

    def settle(self) -> None:
        """Bring the ladder in line with the clocks; the last thing of each act."""
        plan_steps(self.case, self.profile, self.book.newest())

    def move(self, to: CaseState, because: str = "", cause: str | None = None, solution: str | None = None) -> None:
        """Bring the case into another state.

        Raises:
            NotPossible: that state cannot follow, or a fault ends without its cause and solution.
        """
        case, state = self.case, CaseState(self.case.state)
        if not life.may_follow(state, to):
            possible = ", ".join(sorted(life.NEXT[state]))
            raise NotPossible(f"{case.number} is {state}; from there it can become: {possible}")
        case.cause, case.solution = cause or case.cause, solution or case.solution
        if to in (CaseState.SOLVED, CaseState.CLOSED):
            self._end(to)
        elif state in life.LATE and to not in life.LATE:
            self.book.drop_started("the fault is not over")
            self._promise_again(_REOPENED if state == CaseState.CLOSED else _PROMISED_AGAIN)
        case.state = to
        if to == CaseState.ACCEPTED or (case.accepted_by is None and self.actor != MACHINE and to in _BEGUN):
            case.accepted_by = self.actor[:_ADDRESS_CHARS]
        is_first = to == CaseState.ACKNOWLEDGED and case.acknowledged_at is None
        if to == CaseState.ACKNOWLEDGED:
            case.accepted_by = None
            case.acknowledged_at = case.acknowledged_at or self.now
        if is_first:
            self.tell(Told.CASE_ACKNOWLEDGED)
        self.tell(Told.CASE_STATE_CHANGED, before=str(state))
        self.note(_NOTED.get(to) or _BACK.get(state, "taken-back"), because)
        self._keep(state, to)
        notices.withdraw(self)
        if to == CaseState.SOLVED:
            letters.queue(self, Kind.SOLVED, "")
        elif to == CaseState.CLOSED:
            letters.after_closing(self)
            remember(self.session, case, self.now)
        self.settle()

    def take_over(self, because: str) -> None:
        """The case goes on in the hands of the actor: its state and its promises stay as they are.

        Raises:
            NotPossible: nobody works on it, or he does himself.
        """
        case, before = self.case, self.case.accepted_by
        if before is None or case.state not in AT_WORK:
            raise NotPossible(f"{case.number} is {case.state}: nobody works on it who could be relieved")
        if before.casefold() == self.actor.casefold():
            raise NotPossible(f"{before} has it already")
        case.accepted_by = self.actor[:_ADDRESS_CHARS]
        self.note("taken-over", f"taken over from {before}" + (f": {because}" if because.strip() else ""))
        self.settle()

    def consent(self, answer: Consent, because: str = "") -> None:
        """The customer's consent to remote access; the clocks stand still while it is waited for.

        Raises:
            NotPossible: it is asked for, and is so already, or the case is solved or closed.
        """
        if answer == "asked" == self.case.consent:
            raise NotPossible(f"{self.case.number}: the consent is asked for already; remind the customer by a letter")
        if answer == "asked" and self.case.state in (CaseState.SOLVED, CaseState.CLOSED):
            raise NotPossible(f"{self.case.number} is {self.case.state}: there is nothing to log in for")
        self.case.consent = answer
        self.note(f"consent-{answer}", because)
        self.stand_or_go()
        if answer == "asked":
            letters.queue(self, Kind.CONSENT, because)
        self.settle()

    def meet(self, clock: str, because: str) -> None:
        """A promise was kept that no state tells of: a visit, a part delivered.

        Raises:
            NotPossible: no clock of that name runs.
        """
        if not self.book.meet_one(clock, because):
            running = ", ".join(sorted(self.book.newest())) or "none"
            raise NotPossible(f"{self.case.number} has no running clock {clock}; running are: {running}")
        self.note("kept", f"{clock}: {because}")
        self.settle()

    def reply(self, kind: Kind, text: str, letter_id: str | None = None) -> None:
        """Write to the customer; the clocks that wait for a reply are met when it has been sent. The letter has that
        id, if one is given.

        Raises:
            EmptyLetter: it would say nothing.
        """
        letters.refuse_empty(kind, text)
        if letters.queue(self, kind, text, letter_id=letter_id):
            self.note("replied", f"{kind} letter: {text[:500]}")

    def happened(self, event: Event, because: str) -> None:
        """Note that an event has kept what it keeps."""
        self.book.meet(event, because)
        self.stand_or_go()
        self.settle()

    def raise_level(self, because: str, to: int | None = None) -> bool:
        """One level up, or up to the level `to`, with that level's times from now; False where it is as grave."""
        case, before = self.case, self.case.level
        level = max(1, before - 1) if to is None else to
        if level >= before:
            return False
        case.level = level
        case.level_name = self.profile.level_name(case.level, case.language, case.category)
        case.priority = self.profile.priority.levels[str(case.level)]  # type: ignore[index]
        case.process = "fault"
        case.assigned_team = self.profile.team_for(case.level, case.category).team
        case.lap += 1
        self.tell(Told.CASE_LEVEL_CHANGED, before=before)
        self.note("raised", f"to level {case.level}, team {case.assigned_team}: {because}")
        planned = clocks.plan(
            self.profile, case.level, self.now, case.category, *self.profile.sold(case.tier, case.site_class)
        )
        self.book.hasten(planned, because)
        self.stand_or_go()
        return True

    def call_again(self, because: str) -> None:
        """Others are meant now, who have heard nothing of the case: the ladder begins anew with the call to them."""
        self.case.lap += 1
        self.book.call_again(because)

    def _end(self, to: CaseState) -> None:
        case = self.case
        # A case that a person held solved, and that became a fault afterwards, is not kept open by a machine.
        if self.actor != MACHINE and case.process == "fault" and not (case.cause and case.solution):
            raise NotPossible(f"{case.number} is a fault: say its cause and its solution when it ends")
        case.solved_at = case.solved_at or self.now
        if to == CaseState.CLOSED:
            case.closed_at = self.now
        if case.consent == "asked":
            case.consent = None  # nobody waits for it any more; else a case that is opened again would stand still

    def _promise_again(self, events: frozenset[Event]) -> None:
        case = self.case
        case.closed_at = case.solved_at = None
        case.lap += 1
        planned = clocks.plan(
            self.profile, case.level, self.now, case.category, *self.profile.sold(case.tier, case.site_class)
        )
        running = self.book.newest()
        self.book.start(
            clock for clock in planned if clock.name not in running and life.met_by(self.profile, clock.name) in events
        )

    def _keep(self, state: CaseState, to: CaseState) -> None:
        """What the new state says of the promises."""
        if to == CaseState.ACKNOWLEDGED and state == CaseState.ACCEPTED:
            self.case.lap += 1
            for name in sorted({row.name for row in self.case.clocks}):
                if life.met_by(self.profile, name) == "accepted":
                    self.book.restart(name)
            self.book.drop("begun", "the case was taken back")
        elif (event := life.EVENT_OF.get(to)) is not None:
            self.book.meet(event, f"the case is {to}")
        if to in (CaseState.ACCEPTED, CaseState.RECOVERED, CaseState.SOLVED):
            self.book.start_at(to.value)  # type: ignore[arg-type]
        self.stand_or_go()

    def stand_or_go(self) -> None:
        """Let the clocks stand still while somebody is waited for, and go on when nobody is."""
        if self.case.state == CaseState.WAITING:
            self.book.pause("the customer is waited for")
        elif self.case.consent == "asked":
            self.book.pause("the customer's consent is waited for")
        else:
            self.book.resume("nothing is waited for any more")
