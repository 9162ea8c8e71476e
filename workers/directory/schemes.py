"""Cells that name a part of a service scheme: profiles, teams, site classes."""

from collections.abc import Iterable
from functools import lru_cache

from models.values import directory_key
from routing import profile as profiles
from routing.rules import ROLES
from workers.directory import cells
from workers.directory.cells import Wrong


def profile(cell: str) -> str:
    found = cells.word(cell)
    if found not in _schemes():
        raise Wrong(
            f"there is no profile {cell!r}; {choice(_schemes())}, or set FIRSTLINE_SCHEMES to the folder it lies in"
        )
    return found


def team(cell: str) -> str:
    found = cells.word(cell)
    if found not in teams():
        raise Wrong(f"no scheme has a team {cell!r}; {choice(teams())}")
    return found


def some_teams(cell: str) -> list[str]:
    return [team(part) for part in cells.parts(cell)]


def role(cell: str) -> str:
    """A rung that a scheme can tell: who has another one would never hear of a case."""
    found = cells.word(cell)
    if found not in ROLES:
        raise Wrong(f"no scheme tells a role {cell!r}; {choice(ROLES)}")
    return found


def site_class(cell: str) -> str:
    """The class in the scheme's own spelling."""
    classes = site_classes(_schemes())
    for name in classes:
        if directory_key(name) == directory_key(cell):
            return name
    raise Wrong(f"no scheme has a site class {cell!r}; {choice(classes)}")


def site_classes(of: Iterable[str]) -> list[str]:
    return sorted({name for scheme in of for name in profiles.load(scheme).site_classes})


@lru_cache
def teams() -> tuple[str, ...]:
    """The teams to which the schemes give cases."""
    return tuple(sorted({rule.team for name in _schemes() for rule in profiles.load(name).teams}))


@lru_cache
def _schemes() -> tuple[str, ...]:
    """Their names: the folder is not to be looked through for every row."""
    return tuple(profiles.names())


def choice(known: Iterable[str]) -> str:
    listed = ", ".join(known)
    return f"write {listed}" if listed else "leave it empty"
