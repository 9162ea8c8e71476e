"""The clocks of one case: started, met, paused, resumed and planned anew; each change is an entry in their log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockEventRow, ClockRow
from models.values import CaseState
from routing import clocks, life
from routing.clocks import Clock
from routing.profile import Profile
from routing.rules import Event, Start
from workers.cases.clock_plan import is_open, replanned
from workers.record.journal import Rows

# What a clock is, beside its case, and that it was met.
COPIED = ("name", "starts_at", "due_at", "hours", "paused_at", "breached_at", "is_promise", "because")


class ClockBook:
    """The clocks of `case` at the moment `now`, by the scheme that it is served by. `rows` takes entries of a log that
    nobody reads here, as in `CaseWork`."""

    def __init__(self, session: Session, case: CaseRow, profile: Profile, now: datetime) -> None:
        self._session = session
        self._case = case
        self._profile = profile
        self._now = now
        self.rows: Rows = session

    @property
    def unmet(self) -> list[ClockRow]:
        return [row for row in self._case.clocks if row.met_at is None]

    def newest(self) -> dict[str, ClockRow]:
        """The clocks that are not met, by name; of several of one name the one that was started last."""
        return {row.name: row for row in sorted(self.unmet, key=lambda row: (row.starts_at, row.due_at))}

    def start(self, planned: Iterable[Clock]) -> None:
        for clock in planned:
            row = ClockRow(
                name=clock.name,
                starts_at=clock.starts_at,
                due_at=clock.due_at,
                hours=clock.hours,
                is_promise=clock.is_promise,
                because=clock.because,
            )
            self._case.clocks.append(row)
            self._log(row, "started", clock.because)

    def start_at(self, event: Start) -> None:
        """Start the clocks that begin with that event in the life of the case, and do not run yet."""
        case = self._case
        begun = clocks.plan(
            self._profile,
            case.level,
            self._now,
            case.category,
            *self._profile.sold(case.tier, case.site_class),
            starts=event,
        )
        running = self.newest()
        self.start(clock for clock in begun if clock.name not in running)

    def meet(self, event: Event, because: str) -> None:
        """Stop the clocks whose promise `event` keeps; those that repeat begin again with each reply, until the case
        is held recovered or solved."""
        kept = {row.name for row in self.unmet if life.keeps(self._profile, row.name, event)}
        for name in kept:
            self.meet_one(name, because)
        if event == "replied" and self._case.state not in life.LATE:
            for name in sorted(kept):
                if life.repeats(self._profile, name):
                    self.restart(name)

    def meet_one(self, name: str, because: str) -> bool:
        """Stop the clocks of that name; False where there is none that runs."""
        kept = [row for row in self.unmet if row.name == name]
        for row in kept:
            row.met_at, row.paused_at = self._now, None
            self._log(row, "met", because)
        return bool(kept)

    def pause(self, because: str) -> None:
        """Let the clocks stand still that have not missed their time."""
        for row in self.unmet:
            if row.paused_at is None and row.breached_at is None and row.due_at > self._now:
                row.paused_at = self._now
                self._log(row, "paused", because)

    def resume(self, because: str) -> None:
        """Let them go on, with the time given back for which they stood still."""
        for row in self.unmet:
            if row.paused_at is not None:
                row.due_at = clocks.delayed(self._profile, row.due_at, row.hours, row.paused_at, self._now)
                row.paused_at = None
                self._log(row, "resumed", because)

    def breach(self, row: ClockRow) -> None:
        row.breached_at = self._now
        self._log(row, "breached", "its time has passed")

    def correct(self, planned: Sequence[Clock], because: str) -> None:
        """Put `planned`, the clocks of the case as it is now counted from its arrival, in the place of those that are
        not met (`replanned`). Time for which the case has stood still counts for them too."""
        unmet = self.unmet
        met = {row.name for row in self._case.clocks if row.met_at is not None}
        wanted = replanned(self._profile, self._case, unmet, met, planned)
        wanted = [clock for clock in wanted if is_open(self._profile, self._case, clock.name)]
        is_waiting = self._case.state == CaseState.WAITING  # though all of its clocks were late already
        is_paused = is_waiting or any(row.paused_at is not None for row in unmet)
        for row in unmet:
            self._stop(row, because)
        pauses = self._pauses()
        by_name = {clock.name: clock for clock in wanted}
        self.start(self._after(clock, self._begin(clock, by_name), pauses) for clock in wanted)
        if is_paused:
            self.pause(because)

    def hasten(self, planned: Sequence[Clock], because: str) -> None:
        """Start these for what is not met: no promise becomes later by it, and one that was broken stays on record."""
        met = {row.name for row in self._case.clocks if row.met_at is not None} - {row.name for row in self.unmet}
        for clock in planned:
            earlier = [row for row in self.unmet if row.name == clock.name and row.breached_at is None]
            if clock.name in met or not is_open(self._profile, self._case, clock.name):
                continue
            if any(row.due_at <= clock.due_at for row in earlier):
                continue
            for row in earlier:
                self._stop(row, because)
            self.start([clock])

    def take_over(self, others: Iterable[ClockRow], because: str) -> list[ClockRow]:
        """Start the clocks of another case here where none of ours is due as soon: no promise becomes later by it, and
        one that was broken stays so. Returns those of the other case that go on here."""
        met = {row.name for row in self._case.clocks if row.met_at is not None} - {row.name for row in self.unmet}
        taken = []
        for other in others:
            ours = [row for row in self.unmet if row.name == other.name]
            if other.name in met or not is_open(self._profile, self._case, other.name):
                continue
            if any(row.due_at <= other.due_at for row in ours):
                continue
            for row in ours:
                self._stop(row, because)
            self.put(other, because)
            taken.append(other)
        return taken

    def put(self, other: ClockRow, because: str) -> None:
        """Start a clock that is just like this one."""
        columns = {name: getattr(other, name) for name in COPIED}
        row = ClockRow(**columns)
        self._case.clocks.append(row)
        self._log(row, "started", because)
        if row.breached_at is not None:
            self._log(row, "breached", "its time had passed before")

    def end(self, gone_on: Iterable[ClockRow], because: str) -> list[ClockRow]:
        """Stop all clocks: nobody waits here any more. What was broken, and is not among those that have `gone_on` in
        another case, stays on record as late; returns these."""
        elsewhere = list(gone_on)
        late = [row for row in self.unmet if row.breached_at is not None and row not in elsewhere]
        for row in self.unmet:
            if row in late:
                row.met_at, row.paused_at = self._now, None
                self._log(row, "met", because)
            else:
                self._stop(row, because)
        return late

    def forget(self, rows: Iterable[ClockRow]) -> None:
        """Take these away without a word: others are put in their place."""
        for row in rows:
            self._case.clocks.remove(row)
            self._session.delete(row)

    def drop(self, event: Event, because: str) -> None:
        """Stop the clocks that `event` alone would keep: it is not waited for any more."""
        for row in self.unmet:
            if life.met_by(self._profile, row.name) == event:
                self._stop(row, because)

    def drop_started(self, because: str) -> None:
        """Stop the clocks that the end of a fault has started: it is not over."""
        for row in self.unmet:
            if life.started_by(self._profile, row.name) in ("recovered", "solved", "confirmed"):
                self._stop(row, because)

    def restart(self, name: str) -> None:
        """Start the clock of that name anew, now, where the scheme has one for such a case."""
        case = self._case
        clock = clocks.again(
            self._profile, name, case.level, self._now, case.category, *self._profile.sold(case.tier, case.site_class)
        )
        if clock is not None:
            self.start([clock])

    def call_again(self, because: str) -> None:
        """Begin those anew that promise nothing, and call whoever is to accept the case."""
        for row in self.unmet:
            if not row.is_promise and life.met_by(self._profile, row.name) == "accepted":
                self._stop(row, because)
                self.restart(row.name)

    def _stop(self, row: ClockRow, because: str) -> None:
        self._log(row, "stopped", because)
        self._case.clocks.remove(row)
        if row in self._session.new:
            self._session.expunge(row)  # started in this very act
        else:
            self._session.delete(row)

    def _pauses(self) -> list[tuple[datetime, datetime]]:
        """The spans in which the case stood still, until now, from the log. Each ends when the clocks that stood still
        go on, or when the last of them was met: what is solved while its customer is waited for never goes on."""
        spans: list[tuple[datetime, datetime]] = []
        still: set[str] = set()
        since = self._now
        for entry in self._case.clock_events:
            if entry.kind == "paused":
                since = since if still else entry.at
                still.add(entry.name)
            elif still and entry.kind in ("resumed", "met", "stopped"):
                still = set() if entry.kind == "resumed" else still - {entry.name}
                if not still:
                    spans.append((since, entry.at))
        return [*spans, (since, self._now)] if still else spans

    def _begin(self, clock: Clock, others: Mapping[str, Clock]) -> datetime:
        """Since when time for which the case stood still counts for this clock: one that begins with the deadline of
        another is put off with that one."""
        after = next((rule.after for rule in self._profile.clocks if rule.name == clock.name), None)
        before = others.get(after or "")
        is_chained = before is not None and before.due_at == clock.starts_at
        return self._begin(before, others) if before is not None and is_chained else clock.starts_at

    def _after(self, clock: Clock, begin: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> Clock:
        due_at = clock.due_at
        for since, until in pauses:
            if begin <= since < due_at:
                due_at = clocks.delayed(self._profile, due_at, clock.hours, since, until)
        return replace(clock, due_at=due_at)

    def _log(self, row: ClockRow, kind: str, because: str) -> None:
        case = self._case
        entry = ClockEventRow(
            case_id=case.id, name=row.name, at=self._now, kind=kind, due_at=row.due_at, because=because
        )
        if "clock_events" in inspect(case).unloaded:  # of a log that nobody reads here nothing is loaded
            self.rows.add(entry)
        else:
            case.clock_events.append(entry)
