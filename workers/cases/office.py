"""What the life of a case needs beside the database: who we are, and the scheme that a case was planned by."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.db import Database
from models.errors import Misconfigured
from models.inserting import insert
from models.tables import ProfileVersionRow
from routing import profile as profiles
from routing import scheme_files
from routing.profile import Profile
from workers.profiles import by_name

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """`addresses` are ours, the first is the main one; `duty` is told where nobody is on call (empty: nobody);
    `means` are the ways in which staff can be told here: email, sms, voice; `notice_limit` is how often in an hour
    one telephone is called or written to; `default` is the desk's scheme."""

    clock: Callable[[], datetime]
    addresses: tuple[str, ...]
    token_key: bytes
    duty: str = ""
    means: frozenset[str] = frozenset({"email"})
    notice_limit: int = 20
    default: str = "yilong"
    _pinned: dict[str, Profile] = field(default_factory=dict)

    def profile(self, session: Session, name: str, version: str) -> Profile:
        """The scheme of that name as it was in that version; as it is now where that version is not kept, or was
        written for another version of ours; the desk's own where there is none of that name any more. A case is never
        left without one: its ladder would stop, and its customer's mail be set aside.
        """
        key = f"{name} {version}"
        if (known := self._pinned.get(key)) is None:
            known = self._pinned[key] = self._find(session, name, version)
        return known

    def _find(self, session: Session, name: str, version: str) -> Profile:
        current = by_name(name)
        if current is not None and current.version == version:
            return current
        kept = session.scalar(select(ProfileVersionRow.text).where(ProfileVersionRow.version == version))
        try:
            if kept is not None:
                return profiles.parse(kept, name)
            because = "it was not kept"
        except Misconfigured as error:
            because = str(error)
        log.warning("profile_version_unknown", extra={"profile": name, "version": version, "because": because})
        return current or profiles.load(self.default)


def keep_versions(database: Database, now: datetime) -> None:
    """Write down the schemes as they are now, so that the cases planned by them keep them."""
    rows = [
        {
            "version": profiles.load(name).version,
            "name": name,
            "text": scheme_files.text(name),
            "since": now,
        }
        for name in profiles.names()
    ]
    with database.transaction() as session:
        # Processes that start together write the same.
        session.execute(insert(session, ProfileVersionRow).on_conflict_do_nothing(), rows)
