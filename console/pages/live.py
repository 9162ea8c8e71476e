"""`/events`: what has changed, told to open pages by server-sent events (HTML standard, section 9.2).

One thread looks at the database for all of them, and only while somebody listens. An event is a hint to look again:
one that is lost costs nothing but time.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from console.auth.roles import User
from console.auth.visible import sees, visible_to
from console.pages.gate import Viewer
from console.services import Services
from models.db import Database
from models.errors import Temporary
from models.tables import CaseRow, EventRow

log = logging.getLogger(__name__)
router = APIRouter()

PERIOD_SECONDS = 1.0
# A stream ends after this: the browser comes again, and is asked again who it is.
LONGEST_SECONDS = 600.0
_KEEP_ALIVE_SECONDS = 20.0
_MOST_CASES = 200  # that are named one by one
# Who has not been heard of for so long has gone elsewhere; pages that look at a case say so more often.
PRESENT = timedelta(seconds=30)

Told = tuple[str, str]
_Listener = Callable[[Told | None], None]


class Live:
    """Tells listeners what is new: `("case", number of its id)` and `("queue", its length)`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._listeners: list[_Listener] = []
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._last_event: int | None = None
        self._length: int | None = None

    def listen(self, listener: _Listener) -> None:
        """Have `listener` called, from another thread; with None when it is over."""
        with self._lock:
            if self._stopped.is_set():
                listener(None)
                return
            self._listeners.append(listener)
            if self._length is not None:
                listener(("queue", str(self._length)))
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="live", daemon=True)
                thread.start()
                self._thread = thread

    def leave(self, listener: _Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def tell(self, kind: str, about: str) -> None:
        with self._lock:
            for listener in self._listeners:
                listener((kind, about))

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._stopped.set()
        with self._lock:
            for listener in self._listeners:
                listener(None)
            self._listeners.clear()
            thread = self._thread
        if thread is not None:
            thread.join()

    def look(self) -> None:
        """Look at the database once, and tell what is new."""
        with self._database.reading() as session:
            length = review_length(session)
            newest = session.scalar(select(func.max(EventRow.id))) or 0
            changed: set[int] = set()
            if self._last_event is not None and newest > self._last_event:
                entries = (
                    select(EventRow.case_id)
                    .where(EventRow.id > self._last_event)
                    .order_by(EventRow.id.desc())
                    .limit(_MOST_CASES)
                )
                changed = set(session.scalars(entries))
        self._last_event = newest
        for case_id in sorted(changed):
            self.tell("case", str(case_id))
        if length != self._length or changed:
            self._length = length
            self.tell("queue", str(length))

    def _run(self) -> None:
        # The first look is at once: what happens within the first second is news, too.
        while not self._stopped.is_set():
            try:
                self.look()
            except Temporary as error:
                log.warning("live_busy", extra={"error": str(error)})
            except Exception as error:
                log.error("live_failed", exc_info=error)  # nobody else begins to look again
            if self._stopped.wait(PERIOD_SECONDS):
                return
            with self._lock:
                if not self._listeners:
                    self._thread, self._last_event, self._length = None, None, None
                    return


class Presence:
    """Who looks at which case just now, as far as this process knows."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[int, dict[str, tuple[str, datetime]]] = {}

    def look(self, case_id: int, address: str, name: str) -> bool:
        """Note that somebody looks at the case, and at no other; True where he has just come."""
        now = self._clock()
        with self._lock:
            for other, people in self._seen.items():
                if other != case_id:
                    people.pop(address, None)
            self._seen = {other: people for other, people in self._seen.items() if people}
            people = self._seen.setdefault(case_id, {})
            before = people.get(address)
            people[address] = (name, now)
        return before is None or now - before[1] > PRESENT

    def others(self, case_id: int, address: str) -> list[str]:
        """The names of those who look at the case beside the one of that address."""
        now = self._clock()
        with self._lock:
            people = self._seen.get(case_id, {})
            return sorted(name for key, (name, at) in people.items() if key != address and now - at <= PRESENT)


def present(request: Request, case_id: int, user: User) -> list[str]:
    """Who looks at the case beside the user, who does so, too; those who do are told where he has just come."""
    presence: Presence = request.app.state.presence
    if presence.look(case_id, user.address, user.name):
        request.app.state.live.tell("presence", str(case_id))
    return presence.others(case_id, user.address)


def review_length(session: Session, among: ColumnElement[bool] | None = None) -> int:
    """How many cases wait for a person's look; counted along an index of just these."""
    waiting = select(func.count()).select_from(CaseRow).where(CaseRow.needs_review.is_(True))
    return session.scalar(waiting.where(true() if among is None else among)) or 0


@router.get("/events")
async def events(request: Request, user: Viewer) -> StreamingResponse:
    services: Services = request.app.state.services
    told = _stream(request.app.state.live, services.database, user)
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def for_own(database: Database, user: User, told: Told) -> Told | None:
    """What `user`, who is kept to his own teams, is told in place of that; None where it is of no case of theirs."""
    kind, about = told
    try:
        with database.reading() as session:
            if kind == "queue":
                return kind, str(review_length(session, visible_to(user)))
            return told if sees(session, user, int(about)) else None
    except Temporary:
        return None  # a hint that is lost costs nothing but time


async def _stream(live: Live, database: Database, user: User) -> AsyncIterator[str]:
    loop, waiting = asyncio.get_running_loop(), asyncio.Queue[Told | None]()

    def listener(told: Told | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(waiting.put_nowait, told)

    await asyncio.to_thread(live.listen, listener)
    ends_at = loop.time() + LONGEST_SECONDS
    try:
        yield "retry: 3000\n\n"
        while loop.time() < ends_at:
            try:
                told = await asyncio.wait_for(waiting.get(), _KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield ":\n\n"
                continue
            if told is None:
                return
            if user.own_teams_only and (told := await asyncio.to_thread(for_own, database, user, told)) is None:
                continue
            yield f"event: {told[0]}\ndata: {told[1]}\n\n"
    finally:
        live.leave(listener)
