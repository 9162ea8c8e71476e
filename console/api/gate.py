"""Who comes in: nothing of an API call is read, not even its body, without the token, and no more than it may hold."""

import hmac
import re
import threading
import time
from collections.abc import Callable
from hashlib import sha256

from starlette.types import ASGIApp, Receive, Scope, Send

from console.api.problems import problem
from console.limits import limited

API = "/api/"
LIMIT_BODY = 1024 * 1024
# A mended mail is typed by a person; what is larger came by mistake.
LIMIT_SOURCE = 64 * 1024 * 1024
_SOURCE = re.compile(r"/api/v1/reports/[^/]+/source")
_MAIL = ("message/rfc822", "application/octet-stream", "")
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MINUTE = 60.0


class TokenGate:
    """ASGI middleware: lets API calls with the token through (RFC 6750), `per_minute` of them where that is limited,
    and refuses bodies that no route reads. Whoever calls is `scope["state"]["caller"]`: not his token, its digest."""

    def __init__(self, app: ASGIApp, token: str, per_minute: int | None = None) -> None:
        self._app = app
        self._token = token.encode()
        self._caller = sha256(self._token).hexdigest()
        self._bucket = Bucket(per_minute) if per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        if not self._admits(scope):
            answer = problem(
                401, "send the header 'Authorization: Bearer TOKEN'", headers={"WWW-Authenticate": "Bearer"}
            )
        elif self._bucket is not None and (wait := self._bucket.take()):
            headers = {"Retry-After": str(int(wait) + 1)}
            answer = problem(429, "more calls than FIRSTLINE_API_LIMIT_PER_MINUTE allows", headers=headers)
        elif refusal := _refusal(scope):
            answer = problem(*refusal)
        else:
            scope.setdefault("state", {})["caller"] = self._caller
            limit = _limit(scope)
            await self._app(scope, limited(receive, limit, f"the body may have {limit} bytes"), send)
            return
        await answer(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        scheme, _, token = _header(scope, b"authorization").partition(b" ")
        token = token.strip()
        return bool(token) and scheme.lower() == b"bearer" and hmac.compare_digest(token, self._token)


class Bucket:
    """Lets so many through in a minute: as many at once, then evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._lock = threading.Lock()
        self._left, self._at = self._most, clock()

    def take(self) -> float:
        """0 where one more may come, else in how many seconds."""
        with self._lock:
            now = self._clock()
            self._left = min(self._most, self._left + (now - self._at) * self._most / _MINUTE)
            self._at = now
            if self._left < 1:
                return (1 - self._left) * _MINUTE / self._most
            self._left -= 1
            return 0.0


def _refusal(scope: Scope) -> tuple[int, str] | None:
    """Status and reason where the head of the request says enough."""
    if scope["method"] not in _WRITES:
        return None
    length = _header(scope, b"content-length")
    if length.isdigit() and int(length) > _limit(scope):
        return 413, f"the body may have {_limit(scope)} bytes"
    if not length.strip(b"0") and not _header(scope, b"transfer-encoding"):
        return None  # there is no body
    kind = _header(scope, b"content-type").decode("latin-1").partition(";")[0].strip().lower()
    if _SOURCE.fullmatch(scope["path"]):
        return None if kind in _MAIL else (415, "send the mail as message/rfc822")
    return None if _JSON.fullmatch(kind) else (415, "send JSON, with 'Content-Type: application/json'")


def _limit(scope: Scope) -> int:
    return LIMIT_SOURCE if _SOURCE.fullmatch(scope["path"]) else LIMIT_BODY


def _header(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")
