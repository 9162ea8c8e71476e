"""Whether somebody is there for what the desk promises: staff for the ladder, a rota without gaps."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.errors import FirstlineError
from models.staff import is_there
from models.tables import ContractRow, ShiftRow, StaffRow
from routing.profile import Profile
from workers.cases.people import ASSIGNEE, ON_CALL
from workers.directory.rota import team_gaps
from workers.profiles import by_name

_AHEAD = timedelta(days=7)
_HOW = "firstline directory import takes in staff and shifts"
_NOBODY = (
    "nobody is told when a case comes in or its time runs out: set FIRSTLINE_DUTY=you@your.domain, or list who is to "
    "be told in staff.csv (docs/directory.md) and run firstline directory import staff.csv"
)


def staff(session: Session, profile: Profile, duty: str, now: datetime) -> str:
    """Whether each role that a ladder tells has somebody, of the desk's scheme and of those of running contracts; where
    it has nobody, the duty address is told.

    Raises:
        FirstlineError: nobody is told.
    """
    active = session.scalars(select(StaffRow).where(is_there())).all()
    instead = f"{duty} is told instead" if duty else f"nobody is told instead: set FIRSTLINE_DUTY; {_HOW}"
    if session.scalar(select(StaffRow.id).limit(1)) is None:
        if not duty:
            raise FirstlineError(_NOBODY)
        return f"the directory has none; {instead}"
    schemes = _schemes(session, profile, now)
    absent = {scheme.name: found for scheme in schemes if (found := _absent(session, scheme, active))}
    if not absent:
        return f"{len(active)} people, somebody for each role that {', '.join(one.name for one in schemes)} tells"
    named = "; ".join(f"{name} tells roles that nobody has: {', '.join(roles)}" for name, roles in absent.items())
    text = f"{named}; {instead}"
    if not duty:
        raise FirstlineError(text)
    return text


def refuse_lost_schemes(session: Session, default: str, now: datetime) -> None:
    """Raises FirstlineError where a running contract names a scheme that is not there: its customer is served by the
    desk's own."""
    if lost := [name for name in _named(session, now) if by_name(name) is None]:
        raise FirstlineError(
            f"contracts name {', '.join(lost)}, which is not there, so their customers are served by {default}: "
            "put the scheme's file into the folder that FIRSTLINE_SCHEMES names and restart, or mend contracts.csv"
        )


def _named(session: Session, now: datetime) -> Sequence[str]:
    """The schemes of the contracts that run or will."""
    runs = or_(ContractRow.ends_on.is_(None), ContractRow.ends_on >= now.date())
    return session.scalars(select(ContractRow.profile).where(runs).distinct().order_by(ContractRow.profile)).all()


def _schemes(session: Session, profile: Profile, now: datetime) -> list[Profile]:
    """The desk's own scheme, then those that customers are served by."""
    others = (by_name(name) for name in _named(session, now) if name != profile.name)
    return [profile, *(scheme for scheme in others if scheme is not None)]


def _absent(session: Session, profile: Profile, active: Sequence[StaffRow]) -> list[str]:
    """The roles that its ladder tells and nobody has."""
    told = {role for rule in profile.ladder for role in rule.tell} - {ASSIGNEE}
    told |= {"expert"} if any("expert" in rule.does for rule in profile.ladder) else set()
    absent = sorted(told - {ON_CALL} - {row.role for row in active})
    if ON_CALL in told:
        absent += [f"on call for {team}" for team in _unattended(session, profile, active)]
    return absent


def _unattended(session: Session, profile: Profile, active: Sequence[StaffRow]) -> list[str]:
    """The scheme's teams that have neither a rota nor an engineer."""
    kept = set(session.scalars(select(ShiftRow.team).distinct()))
    manned = {team for row in active if row.role == "engineer" for team in row.teams}
    return sorted({rule.team for rule in profile.teams} - kept - manned)


def rota(session: Session, now: datetime) -> str:
    """Whether somebody is on call in the days to come, for the teams that have a rota.

    Raises:
        FirstlineError: at some time nobody is.
    """
    found = team_gaps(session, now, now + _AHEAD)
    empty = [gap for gap in found if not gap.names]
    if empty:
        first = min(empty, key=lambda gap: gap.gap.starts_at)
        raise FirstlineError(
            f"nobody is on call for {first.team} from {first.gap.starts_at:%Y-%m-%d %H:%M} UTC; of such gaps there are "
            f"{len(empty)} within {_AHEAD.days} days: firstline directory gaps lists them"
        )
    alone = f"; somebody is alone at times ({len(found)}): firstline directory gaps lists them" if found else ""
    return f"no time without anybody within {_AHEAD.days} days{alone}"
