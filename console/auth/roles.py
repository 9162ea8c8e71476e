"""The roles, each of which may do what those before it may; and who is logged in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """VIEWER looks; AGENT works on cases; SUPERVISOR also decides about mail that was set aside and sees the log;
    ADMIN also manages users."""

    VIEWER = "viewer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


_ORDER = tuple(Role)


def allows(role: Role, needed: Role) -> bool:
    """True where who has `role` may do what `needed` may."""
    return _ORDER.index(role) >= _ORDER.index(needed)


def highest(roles: Iterable[Role]) -> Role | None:
    return max(roles, key=_ORDER.index, default=None)


@dataclass(frozen=True, slots=True)
class User:
    """Who is logged in. `address` signs what he does; `csrf` is what his forms carry; `client` is where he is. Where
    `own_teams_only`, he sees the cases of `teams` alone (console.auth.visible). `how` is by what he came
    in; where `must_enrol`, he has to set up an authenticator before he sees anything."""

    id: int
    name: str
    address: str
    role: Role
    language: str | None
    theme: str | None
    csrf: str
    client: str
    teams: tuple[str, ...] = ()
    own_teams_only: bool = False
    how: str = "password"
    has_totp: bool = False
    has_password: bool = True
    must_enrol: bool = False

    def may(self, needed: str) -> bool:
        return allows(self.role, Role(needed))
