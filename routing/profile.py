"""A service scheme, read from one TOML file and checked."""

import hashlib
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any, Literal, get_args

from pydantic import ValidationError, model_validator

from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, Language
from routing import scheme_files
from routing.quiet import QuietRule
from routing.rules import (
    ClockRule,
    LadderRule,
    OwnLevel,
    PriorityRule,
    Strict,
    TeamRule,
    ThreadRule,
    UnentitledRule,
    Word,
    WorkingHours,
)

# Where a scheme says nothing of it.
BY_LEVEL = PriorityRule(
    levels={"1": "highest", "2": "high", "3": "normal", "4": "normal"}, row="the graver first", stated=False
)
# A promise beyond it is a slip of the pen, which would show only when a case cannot be planned.
_MOST_DAYS = 1000

# Where pydantic speaks of its own types to somebody who has never seen them.
_SAID = {
    "missing": "this key is missing",
    "tuple_type": "write a list, in square brackets",
    "too_short": "write at least one",
    "too_long": "write two: where it begins and where it ends",
    "dict_type": "write a table, such as { 1 = '2 hours', 2 = '4 hours' }",
}


class Profile(Strict):
    """One vendor's service scheme. `version` is a digest of the file: a case keeps the one it was planned by.

    `tiers` and `site_classes` are what a contract may name; where nothing is known of it the first counts.
    """

    name: Word
    title: str
    source: str
    level_names: dict[Literal["1", "2", "3", "4"], dict[Literal["zh-Hans", "zh-Hant", "en"], str]]
    hours: WorkingHours
    clocks: tuple[ClockRule, ...]
    ladder: tuple[LadderRule, ...] = ()
    teams: tuple[TeamRule, ...]
    ask_for: tuple[Literal["contact", "company", "phone", "symptom", "serial_number"], ...]
    threads: ThreadRule
    unentitled: UnentitledRule = UnentitledRule()
    priority: PriorityRule = BY_LEVEL
    quiet: QuietRule = QuietRule()
    tiers: tuple[Word, ...] = ()
    site_classes: tuple[str, ...] = ()
    own_levels: tuple[OwnLevel, ...] = ()
    version: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "Profile":
        if set(self.level_names) != {str(level) for level in LEVELS}:
            raise ValueError("level_names must name the levels 1 to 4")
        for key, by_language in self.level_names.items():
            if absent := set(Language) - {language for language, said in by_language.items() if said.strip()}:
                raise ValueError(f"level_names: level {key} has no name in {', '.join(sorted(absent))}")
        self._check_clocks()
        self._check_teams()
        return self

    def _check_teams(self) -> None:
        left = list(product(LEVELS, CATEGORIES))
        for rule in self.teams:
            others = [case for case in left if not rule.fits(*case)]
            if others == left:
                raise ValueError(f"teams: {rule.team} never gets a case by its rule, since those above it fit first")
            left = others
        for level, category in left:
            raise ValueError(f"teams: no rule fits level {level}, category {category}")

    def _check_clocks(self) -> None:
        seen: list[ClockRule] = []
        for clock in self.clocks:
            if clock.after is not None and (clock.after, clock.starts) not in {(r.name, r.starts) for r in seen}:
                raise ValueError(
                    f"clock {clock.name}: after = {clock.after!r} is no clock above it with the same start"
                )
            narrowed = clock.categories, clock.tiers, clock.site_class
            if any(rule.name == clock.name and _always_before(rule, clock) for rule in seen):
                raise ValueError(f"clock {clock.name} is there twice, and the one above always fits first: {narrowed}")
            if unknown := set(clock.tiers) - set(self.tiers):
                known = ", ".join(self.tiers) or "none"
                raise ValueError(
                    f"clock {clock.name}: there is no tier {', '.join(sorted(unknown))}; there are: {known}"
                )
            if clock.site_class is not None and clock.site_class not in self.site_classes:
                known = ", ".join(self.site_classes) or "none"
                raise ValueError(f"clock {clock.name}: there is no site class {clock.site_class}; there are: {known}")
            if too_long := [span.words for span in clock.levels.values() if self.hours.days_of(span) > _MOST_DAYS]:
                raise ValueError(f"clock {clock.name}: {too_long[0]} are more than {_MOST_DAYS} working days")
            seen.append(clock)

    @model_validator(mode="after")
    def _climbable(self) -> "Profile":
        seen: set[str] = set()
        for step in self.ladder:
            if step.name in seen:
                raise ValueError(f"step {step.name} is there twice")
            seen.add(step.name)
            if step.clock not in (names := dict.fromkeys(rule.name for rule in self.clocks)):
                raise ValueError(f"step {step.name}: there is no clock {step.clock}; there are: {', '.join(names)}")
            counted = {level for rule in self.clocks if rule.name == step.clock for level in rule.levels}
            if unreachable := [str(level) for level in step.levels if str(level) not in counted]:
                levels = ", ".join(unreachable)
                raise ValueError(f"step {step.name} is never reached at level {levels}: no clock {step.clock} there")
        return self

    def level_name(self, level: int, language: str, category: str = "") -> str:
        """The scheme's own name of a level; some schemes cut theirs by category too."""
        for own in self.own_levels:
            if own.level == level and category in own.categories:
                return own.names[language]  # type: ignore[index]
        return self.level_names[str(level)][language]  # type: ignore[index]

    def tier(self, named: str | None) -> str | None:
        """The tier of that name, or the first. Raises Misconfigured if there is none of that name."""
        return _one_of("tier", named, self.tiers, self.name)

    def site_class(self, named: str | None) -> str | None:
        """The site class of that name, or the first. Raises Misconfigured if there is none of that name."""
        return _one_of("site class", named, self.site_classes, self.name)

    def sold(self, tier: str | None, site_class: str | None) -> tuple[str | None, str | None]:
        """Tier and site class as far as this scheme has them: what only another version sells is left out, so that the
        first counts."""
        return tier if tier in self.tiers else None, site_class if site_class in self.site_classes else None

    def team_for(self, level: int, category: str) -> TeamRule:
        return next(rule for rule in self.teams if rule.fits(level, category))


def _always_before(rule: ClockRule, clock: ClockRule) -> bool:
    """Whether `rule`, which stands above, fits wherever `clock` does."""
    return (
        set(clock.levels) <= set(rule.levels)
        and (not rule.categories or (bool(clock.categories) and set(clock.categories) <= set(rule.categories)))
        and (not rule.tiers or (bool(clock.tiers) and set(clock.tiers) <= set(rule.tiers)))
        and rule.site_class in (None, clock.site_class)
    )


def _one_of(what: str, named: str | None, known: tuple[str, ...], profile: str) -> str | None:
    if named is None:
        return known[0] if known else None
    if named not in known:
        raise Misconfigured(f"profile {profile} has no {what} {named!r}; there are: {', '.join(known) or 'none'}")
    return named


def names() -> list[str]:
    """The profiles that are there."""
    return scheme_files.names()


def parse(text: str, name: str) -> Profile:
    """A profile from the text of its file.

    Raises:
        Misconfigured: what is wrong with it, and where.
    """
    try:
        values = tomllib.loads(text)
        found = Profile.model_validate(values | {"version": hashlib.sha256(text.encode()).hexdigest()[:12]})
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"profile {name}: {error}") from error
    except ValidationError as error:
        raise Misconfigured(f"profile {name}: {_explained(error, values)}") from error
    if found.name != name:  # by its name contracts and cases find it again
        raise Misconfigured(f"profile {name}: name: it is {found.name!r}, but the file is called {name}.toml")
    return found


def _explained(error: ValidationError, values: dict[str, Any]) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors()[0]
    path = [part for part in first["loc"] if part != "[key]"]
    said = _SAID.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        said = _no_such_key(path)
    place = ".".join(map(str, path)) + _called(path, values)
    return f"{place}: {said}" if place else said


def _no_such_key(path: Sequence[str | int]) -> str:
    """What to write instead of the key at the end of `path`."""
    *tables, key = path
    if tables and key in Profile.model_fields:
        return "this key is the whole scheme's; write it at the top, above the first table"
    table: Any = Profile
    for name in tables:
        if isinstance(name, str):
            kind = table.model_fields[name].annotation
            table = next(iter(get_args(kind)), kind)  # `tuple[ClockRule, ...]` holds them
    known = [name for name in table.model_fields if table is not Profile or name != "version"]
    return f"there is no such key here; there are: {', '.join(known)} (docs/own-schemes.md)"


def _called(path: Sequence[str | int], values: dict[str, Any]) -> str:
    """The name of the clock, step or team of which `path` has but the number."""
    if len(path) < 2 or not isinstance(path[1], int):
        return ""
    table = values[str(path[0])][path[1]]
    name = (table.get("name") or table.get("team")) if isinstance(table, dict) else None
    return f" ({name})" if name else ""


def load(name: str) -> Profile:
    """The profile of that name.

    Raises:
        Misconfigured: there is none, or it is wrong.
    """
    text = scheme_files.text(name)
    if text is None:
        raise Misconfigured(
            f"there is no profile {name!r}; there are: {', '.join(names())}; FIRSTLINE_SCHEMES names the folder of more"
        )
    try:
        return _parsed(text, name)
    except Misconfigured as error:
        if (file := scheme_files.file(name)) is None:
            raise
        raise Misconfigured(f"{file}: {error}") from error


_parsed = lru_cache(parse)
