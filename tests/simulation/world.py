"""What happens at a simulated desk: cases that arrive, staff and customers who do this or that, all at random."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.inserting import insert_rows
from models.tables import (
    CaseRow,
    ClassificationRow,
    ClockEventRow,
    ClockRow,
    EventRow,
    OutgoingRow,
    ReportRow,
    ShiftRow,
    StaffRow,
    StepRow,
)
from models.values import CATEGORIES, CaseState, Channel, ReportState, Standing, new_id
from routing import profile as profiles
from routing.decide import decide
from routing.letters import Kind
from routing.profile import Profile
from routing.rules import ROLES
from workers.cases import news
from workers.cases.correct import correct
from workers.cases.office import Office
from workers.cases.sent import ACKNOWLEDGEMENT, note_sent
from workers.cases.work import CaseWork, lock
from workers.learning import Correction
from workers.record.journal import MACHINE
from workers.record.opening import promises

S = CaseState
# What may come next, how likely each; as often as not the next state, now and then anything else.
LIKELY: dict[CaseState, dict[str, int]] = {
    S.NEW: {"acknowledged": 12, "accept": 2, "pass-on": 1, "alarm": 1, "correct": 1},
    S.ACKNOWLEDGED: {"accept": 12, "begin": 2, "wait": 1, "pass-on": 2, "correct": 2, "solve": 1, "reply": 2},
    S.ACCEPTED: {"begin": 10, "wait": 2, "take-back": 1, "correct": 1, "reply": 2, "ask-consent": 1, "nothing": 3},
    S.IN_PROGRESS: {"recover": 4, "solve": 4, "wait": 4, "reply": 5, "correct": 2, "ask-consent": 2, "consent": 2}
    | {"on-site": 1, "nothing": 3, "close": 1},
    S.WAITING: {"customer": 6, "begin": 3, "correct": 1, "reply": 2, "recover": 1, "nothing": 2, "pass-on": 1},
    S.RECOVERED: {"solve": 8, "relapse": 2, "wait": 1, "alarm": 1, "reply": 2, "correct": 1, "nothing": 2},
    S.SOLVED: {"confirm": 8, "deny": 3, "close": 2, "relapse": 1, "correct": 1, "nothing": 6},
    S.CLOSED: {"customer": 2, "nothing": 8},
}
GRID = timedelta(minutes=30)
TEAMS = ("incident", "infrastructure", "software", "security", "service-desk")


def staff(random_: random.Random, start: datetime, days: int) -> tuple[list[StaffRow], list[ShiftRow]]:
    """Engineers of each team with a rota that has gaps, and people of most other roles, not all with a telephone."""
    people: list[StaffRow] = []
    for role in (*("engineer" for _ in range(2 * len(TEAMS))), *ROLES):
        if role != "engineer" and random_.random() < 0.15:
            continue  # nobody has this role
        number = len(people) + 1
        teams = [TEAMS[number % len(TEAMS)]] if role == "engineer" else []
        address = f"p{number}@firstline.example"
        phone = f"+86138{number:08d}" if random_.random() < 0.6 else None
        people.append(
            StaffRow(
                id=number, name=f"P{number}", address=address, address_key=address, role=role, teams=teams, phone=phone
            )
        )
    shifts = [
        ShiftRow(team=person.teams[0], staff_id=person.id, starts_at=begin, ends_at=begin + timedelta(hours=12))
        for person in people
        if person.teams and person.teams[0] in TEAMS[:2]
        for begin in (start + timedelta(hours=12 * half) for half in range(2 * days))
        if random_.random() < 0.6
    ]
    return people, shifts


class World:
    """Acts on the cases of one database, each act in the caller's transaction."""

    def __init__(self, random_: random.Random, office: Office, staff_addresses: list[str]) -> None:
        self._random = random_
        self._office = office
        self._staff = staff_addresses
        self._profiles = [profiles.load(name) for name in profiles.names()]

    def arrive(self, session: Session) -> int:
        """A case of any scheme, level and category, as the recorder opens one; returns its id."""
        random_, now = self._random, self._office.clock()
        profile = random_.choice(self._profiles)
        level, category = random_.choices((1, 2, 3, 4), (2, 3, 3, 2))[0], random_.choice(CATEGORIES)
        tier = random_.choice((None, *profile.tiers))
        site_class = random_.choice((None, *profile.site_classes))
        decision = decide(profile, level, category, now, tier, site_class)
        by_machine = random_.random() < 0.15
        case = _case(profile, level, category, now, tier, site_class, decision.process, decision.team)
        session.add(case)
        session.flush()
        session.add_all(
            (
                _report(case.id, now, by_machine),
                _judgement(case, now),
                EventRow(
                    case_id=case.id, at=now, actor=MACHINE, kind="classified", text=f"to level {level}, {category}"
                ),
            )
        )
        clocks = [clock for clock in decision.clocks if not by_machine or clock.name != "first_reply"]
        for table, values in zip((ClockRow, ClockEventRow, StepRow), promises(case, clocks, profile, now), strict=True):
            insert_rows(session, table, values)
        return case.id

    def act(self, session: Session, case_id: int) -> str:
        """Something happens to the case that can happen to it now; returns what."""
        case = lock(session, case_id)
        assert case is not None
        likely = LIKELY[S(case.state)]
        name = self._random.choices(list(likely), list(likely.values()))[0]
        work = CaseWork(session, self._office, case, self._office.clock(), self._random.choice(self._staff))
        _ACTS[name](self, work)
        return name

    def _correct(self, work: CaseWork) -> None:
        level, category = self._random.choice((1, 2, 3, 4)), self._random.choice(CATEGORIES)
        correction = Correction(level, category, work.actor, "")
        correct(work.session, work.case, correction, self._office, work.profile, work.now)

    def _acknowledged(self, work: CaseWork) -> None:
        if work.session.query(ReportRow.auto).filter(ReportRow.case_id == work.case.id).scalar() is None:
            note_sent(work.session, [OutgoingRow(kind=ACKNOWLEDGEMENT, case_id=work.case.id)], self._office)
        else:
            work.move(S.ACCEPTED)

    def _reply(self, work: CaseWork) -> None:
        work.reply(Kind.STATUS, "we are at it")
        note_sent(work.session, [OutgoingRow(kind=Kind.STATUS, case_id=work.case.id)], self._office)

    def _on_site(self, work: CaseWork) -> None:
        if "on_site" in work.book.newest():
            work.meet("on_site", "the engineer is there")


def _mail(text: str) -> Callable[[World, CaseWork], None]:
    def act(_world: World, work: CaseWork) -> None:
        work.actor = MACHINE
        news.from_customer(work, text)

    return act


def _move(to: CaseState) -> Callable[[World, CaseWork], None]:
    def act(_world: World, work: CaseWork) -> None:
        work.move(to, cause="a cable", solution="another cable")

    return act


_ACTS: dict[str, Callable[[World, CaseWork], None]] = {
    "acknowledged": World._acknowledged,
    "accept": _move(S.ACCEPTED),
    "begin": _move(S.IN_PROGRESS),
    "wait": _move(S.WAITING),
    "recover": _move(S.RECOVERED),
    "relapse": _move(S.IN_PROGRESS),
    "solve": _move(S.SOLVED),
    "close": _move(S.CLOSED),
    "take-back": _move(S.ACKNOWLEDGED),
    "correct": World._correct,
    "reply": World._reply,
    "on-site": World._on_site,
    "customer": _mail("Any news of it?"),
    "confirm": _mail("Yes, solved."),
    "deny": _mail("No, it is still broken."),
    "alarm": lambda _world, work: news.from_machine(work),
    "pass-on": lambda _world, work: news.from_staff(work, "2", work.actor, is_proven=True),
    "ask-consent": lambda _world, work: work.consent("asked"),
    "consent": lambda _world, work: work.consent("given"),
    "nothing": lambda _world, _work: None,
}


def _case(
    profile: Profile,
    level: int,
    category: str,
    now: datetime,
    tier: str | None,
    site_class: str | None,
    process: str,
    team: str,
) -> CaseRow:
    return CaseRow(
        state=S.NEW,
        level=level,
        category=category,
        level_name=profile.level_name(level, "en", category),
        process=process,
        confidence=0.9,
        needs_review=False,
        language="en",
        channel=Channel.EMAIL,
        subject="It is broken",
        customer="ann@customer.example",
        profile=profile.name,
        profile_version=profile.version,
        assigned_team=team,
        missing=[],
        created_at=now,
        tier=tier,
        site_class=site_class,
        standing=Standing.UNKNOWN,
    )


def _judgement(case: CaseRow, now: datetime) -> ClassificationRow:
    read = {"channel": case.channel, "subject": case.subject, "body": "It is broken."}
    return ClassificationRow(
        case_id=case.id, at=now, by="machine", model="1", level=case.level, category=case.category, read=read
    )


def _report(case_id: int, now: datetime, by_machine: bool) -> ReportRow:
    number = new_id()
    return ReportRow(
        id=number,
        channel=Channel.EMAIL,
        external_id=number,
        source="smtp",
        received_at=now,
        rcpt_tos=[],
        state=ReportState.DONE,
        case_id=case_id,
        auto="auto-generated" if by_machine else None,
    )
