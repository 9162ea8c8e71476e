"""Profiles by the names that rows have: a row may outlive its profile."""

from models.errors import Misconfigured
from routing import profile as profiles
from routing.profile import Profile


def by_name(name: str) -> Profile | None:
    """The profile of that name; None where there is none, or it cannot be read."""
    try:
        return profiles.load(name)
    except Misconfigured:
        return None


def named(name: str, default: Profile) -> Profile:
    """The profile of that name, or the default where that is gone."""
    return default if name == default.name else by_name(name) or default
