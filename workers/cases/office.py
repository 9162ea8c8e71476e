"""What the life of a case needs beside the database: who we are, and the scheme that a case was planned by."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.db import Database
from models.errors import Misconfigured
from models.tables import ProfileVersionRow
from routing import profile as profiles
from routing.profile import Profile

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """`addresses` are ours, the first is the main one; `duty` is told where nobody is on call (empty: nobody);
    `means` are the ways in which staff can be told here: email, sms, voice."""

    clock: Callable[[], datetime]
    addresses: tuple[str, ...]
    token_key: bytes
    duty: str = ""
    means: frozenset[str] = frozenset({"email"})
    _pinned: dict[str, Profile] = field(default_factory=dict)

    def profile(self, session: Session, name: str, version: str) -> Profile:
        """The scheme of that name as it was in that version; as it is now where that version is not kept.

        Raises:
            Misconfigured: there is no scheme of that name any more, and that version is not kept.
        """
        if (known := self._pinned.get(version)) is not None:
            return known
        found = self._current(name)
        if found is None or found.version != version:
            kept = session.scalar(select(ProfileVersionRow.text).where(ProfileVersionRow.version == version))
            if kept is not None:
                found = profiles.parse(kept, name)
            elif found is None:
                raise Misconfigured(f"profile {name} is gone, and its version {version} was not kept")
            else:
                log.warning("profile_version_unknown", extra={"profile": name, "version": version})
                return found
        self._pinned[version] = found
        return found

    def _current(self, name: str) -> Profile | None:
        return profiles.load(name) if name in profiles.names() else None


def keep_versions(database: Database, now: datetime) -> None:
    """Write down the schemes as they are now, so that the cases planned by them keep them."""
    folder = resources.files("routing") / "profiles"
    with database.transaction() as session:
        known = set(session.scalars(select(ProfileVersionRow.version)))
        for name in profiles.names():
            text = (folder / f"{name}.toml").read_text(encoding="utf-8")
            version = profiles.load(name).version
            if version not in known:
                session.merge(ProfileVersionRow(version=version, name=name, text=text, since=now))
