"""Writing once: a request that is sent again with the same Idempotency-Key gets the first answer again, and nothing
is done twice. The answer is kept in the transaction that it tells of, so neither exists without the other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from console.api.problems import KEY_IN_USE, KEY_REUSED, Fault, Refused
from console.services import Services
from models import answers
from models.answers import Answer, Asked

REPLAYED = "Idempotent-Replayed"
_KEY = "Idempotency-Key"
# What an act leads to: None is an answer without a body (204).
Act = Callable[[Session], BaseModel | None]


class KeysInUse:
    """The keys that this process is working on. SQLite would let the second of two equal requests wait until it finds
    the answer of the first; on every database it is told at once that it came too early."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def holding(self, asked: Asked) -> Iterator[None]:
        """Raises InUse where the same key is held."""
        name = (asked.caller, asked.key)
        with self._lock:
            if name in self._keys:
                raise answers.InUse
            self._keys.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(name)


@dataclass(frozen=True, slots=True)
class Writing:
    """How a route writes. `asked` is None where the request has no key."""

    services: Services
    keys: KeysInUse
    asked: Asked | None = None
    body: bytes = field(default=b"", repr=False)

    def once(self, act: Act, status: int = 200, location: str = "") -> Response:
        """Do `act` in a transaction of its own and answer with what it returns; whoever works on what is due is woken
        after it. `location` is where a thing that was made can be seen. Where `act` raises, nothing was done and
        nothing is kept: the request may come again, mended.

        Raises:
            Refused: (409, 422) the key is in use, or was used for another request.
        """
        if self.asked is None:
            with self.services.database.transaction() as session:
                answer = _answer(act(session), status, location)
            self.services.wake()
            return _response(answer)
        try:
            with self.keys.holding(self.asked):
                return self._kept(self.asked, act, status, location)
        except answers.InUse as error:
            raise Refused(409, KEY_IN_USE, "the first request with this key is still being worked on") from error
        except answers.Reused as error:
            fault = Fault(detail="take a new key for another request", header=_KEY)
            raise Refused(422, KEY_REUSED, "another request came with this key before", [fault]) from error

    def _kept(self, asked: Asked, act: Act, status: int, location: str) -> Response:
        with self.services.database.transaction() as session:
            now = self.services.clock()
            known = answers.find(session, asked, now)
            if known is None:
                answer = _answer(act(session), status, location)
                answers.keep(session, asked, answer, now)
        if known is not None:
            return _response(known, {REPLAYED: "true"})
        self.services.wake()
        return _response(answer)


def _answer(found: BaseModel | None, status: int, location: str) -> Answer:
    headers = {"Location": location} if location else {}
    if found is None:
        return Answer(204, headers, b"")
    return Answer(status, headers, found.model_dump_json().encode())


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    kind = "application/json" if answer.content else None
    return Response(answer.content, answer.status, {**answer.headers, **(more or {})}, kind)


async def _writing(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias=_KEY,
            min_length=1,
            max_length=255,
            pattern=r"^[!-~]+$",
            description="any text of your own, a UUID say, that no other request has: the same request sent again "
            "within 24 hours with the same key gets the same answer, and is done once",
        ),
    ] = None,
) -> Writing:
    services: Services = request.app.state.services
    body = await request.body()
    asked = None
    if idempotency_key is not None:
        said = f"{request.method} {request.url.path}?{request.url.query}\n".encode("utf-8", "surrogateescape")
        asked = Asked(request.state.caller, idempotency_key, sha256(said + body).hexdigest())
    return Writing(services, request.app.state.keys_in_use, asked, body)


Write = Annotated[Writing, Depends(_writing)]
