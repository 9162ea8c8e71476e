"""Twilio's REST API on a port of this machine: calls, messages, recordings, media, as the table of facts has them.

What is not in the table is refused. A call that is made is placed with the exchange's phones, and told step by step.
Media are at a host of their own, as Twilio's are: the API sends there.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.twilio.callee import deliver, place
from tests.fakes.twilio.exchange import ACCOUNT, API_VERSION, Exchange
from tests.fakes.twilio.facts import ROUTES, Refused

_ROOT = f"/{API_VERSION}/Accounts/{ACCOUNT}"
_LIMIT_BODY_CHARS = 1600
Form = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


# (method, path, form, Authorization) -> what is answered.
Answer = Callable[[str, str, Form, str], Reply]


class Server:
    """A server on a port of this machine, for the time of a with block."""

    def __init__(self, answer: Answer) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Api:
    """The API and its media host. `calls` and `messages` are what was asked for; `fails` answers so many requests with
    that status, `refuses` with a status and a code of the error dictionary, `loses` does so many of what is posted and
    has a proxy answer with that status. `asked` is what was, in order; `elsewhere` is a URL that media are said to be
    at, instead of where they are."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.calls: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.fails: list[int] = []
        self.loses: list[int] = []
        self.refuses: list[tuple[int, int]] = []
        self.asked: list[str] = []
        self.elsewhere = ""
        self.handlers: dict[str, Callable[[tuple[str, ...], Form], Reply]] = {
            "FetchAccount": self._account,
            "CreateCall": self._create_call,
            "FetchCall": lambda sids, form: _found(self.calls.get(sids[0]), "Calls"),
            "CreateMessage": self._create_message,
            "FetchMessage": lambda sids, form: _found(self.messages.get(sids[0]), "Messages"),
            "ListMessage": self._list_messages,
            "ListCall": self._list_calls,
            "ListMedia": self._list_media,
            "DeleteMedia": lambda sids, form: _deleted(self.exchange.media.pop(sids[1], None)),
            "DeleteRecording": lambda sids, form: _deleted(self.exchange.recordings.pop(sids[0], None)),
            "MediaFile": self._media,
            "RecordingFile": self._recording,
        }
        self._made: dict[str, datetime] = {}
        self._placed: list[threading.Thread] = []
        self._server = Server(self.answer)
        self._media_host = Server(self._media_answer)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def is_telling(self) -> bool:
        """A call is not over, or a text message still on its way."""
        return any(thread.is_alive() for thread in self._placed)

    def __enter__(self) -> "Api":
        self._server.__enter__()
        self._media_host.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._media_host.__exit__(kind, error, at)
        self._server.__exit__(kind, error, at)
        for call in self._placed:
            call.join()

    def answer(self, method: str, path: str, form: Form, shown: str) -> Reply:
        """What the API answers."""
        self.asked.append(f"{method} {path}")
        credentials = base64.b64encode(f"{ACCOUNT}:{self.exchange.token}".encode()).decode()
        if shown != f"Basic {credentials}":
            return _refused(401, 20003, "Authenticate")
        if self.fails:
            return _refused(self.fails.pop(0), 20500, "An internal server error has occurred")
        if self.refuses:
            return _refused(*self.refuses.pop(0), "refused")
        for route in ROUTES.values():
            sids = route.sids(method, path.removeprefix(_ROOT)) if path.startswith(_ROOT) else None
            if sids is None:
                continue
            try:
                route.check(form)
                reply = self.handlers[route.name](sids, form)
                lost = self.loses.pop(0) if self.loses and method == "POST" else 0
                return Reply(lost, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}) if lost else reply
            except Refused as refused:
                return _refused(400, refused.code, str(refused))
        return _refused(404, 20404, f"The requested resource {path} was not found")

    def _account(self, sids: tuple[str, ...], form: Form) -> Reply:
        return _json(200, {"sid": ACCOUNT, "status": "active", "friendly_name": "tests", "type": "Full"})

    def _create_call(self, sids: tuple[str, ...], form: Form) -> Reply:
        call = {"sid": self.exchange.sid("CA"), "status": "queued", **_first(form)}
        self.calls[call["sid"]] = call
        events = form.get("StatusCallbackEvent", ["completed"])
        self._placed.append(threading.Thread(target=place, args=(self.exchange, call, events), daemon=True))
        self._placed[-1].start()
        return _json(201, _resource(call, "Calls"))

    def _create_message(self, sids: tuple[str, ...], form: Form) -> Reply:
        if len(form.get("Body", [""])[0]) > _LIMIT_BODY_CHARS:
            raise Refused(21617, "The concatenated message body exceeds the 1600 character limit")
        message = {"sid": self.exchange.sid("SM"), "status": "queued", **_first(form)}
        self._made[message["sid"]] = self.exchange.clock()
        self.messages[message["sid"]] = message
        answer = _json(201, _resource(message, "Messages"))
        self._placed.append(threading.Thread(target=deliver, args=(self.exchange, message), daemon=True))
        self._placed[-1].start()
        return answer

    def _list_messages(self, sids: tuple[str, ...], form: Form) -> Reply:
        came = [
            _came(at, {**told, "sid": told["MessageSid"], "status": "received"}) for at, told in self.exchange.inbox
        ]
        sent = [
            _came(self._made[sid], message) | {"Direction": "outbound-api"} for sid, message in self.messages.items()
        ]
        return _list("messages", "DateSent>", [*came, *sent], form)

    def _list_calls(self, sids: tuple[str, ...], form: Form) -> Reply:
        came = [
            _came(at, {**told, "sid": told["CallSid"], "status": "completed"}) for at, told in self.exchange.dialled
        ]
        return _list("calls", "StartTime>", [*came, *self.calls.values()], form)

    def _list_media(self, sids: tuple[str, ...], form: Form) -> Reply:
        told = next((told for _, told in self.exchange.inbox if told["MessageSid"] == sids[0]), {})
        kinds = {told[name]: told[name.replace("Url", "ContentType")] for name in told if name.startswith("MediaUrl")}
        media = [{"uri": f"{urlsplit(url).path}.json", "content_type": kind} for url, kind in kinds.items()]
        return _json(200, {"media_list": media, "page": 0, "next_page_uri": None})

    def _media(self, sids: tuple[str, ...], form: Form) -> Reply:
        """Twilio keeps media elsewhere, at a URL that is signed and good for a while."""
        if sids[1] not in self.exchange.media:
            return _refused(404, 20404, f"The requested resource {sids[1]} was not found")
        return Reply(307, b"", {"Location": self.elsewhere or f"{self._media_host.url}/{sids[1]}"})

    def _recording(self, sids: tuple[str, ...], form: Form) -> Reply:
        audio = self.exchange.recordings.get(sids[0])
        if audio is None:
            return _refused(404, 20404, f"The requested resource {sids[0]} was not found")
        return Reply(200, audio, {"Content-Type": "audio/mpeg"})

    def _media_answer(self, method: str, path: str, form: Form, shown: str) -> Reply:
        """The media host takes its own signature, and refuses a request that shows credentials beside it."""
        self.asked.append(f"{method} {path} at the media host")
        found = self.exchange.media.get(path.removeprefix("/"))
        if shown or found is None:
            return Reply(400 if shown else 404, b"<Error/>", {"Content-Type": "application/xml"})
        kind, content = found
        return Reply(200, content, {"Content-Type": kind})


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_DELETE(self) -> None:
            self._answer("DELETE")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            asked = urlsplit(self.path)
            form = parse_qs(body or asked.query, keep_blank_values=True)
            reply = answer(method, asked.path, form, self.headers.get("Authorization", ""))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    return Handler


def _first(form: Form) -> dict[str, str]:
    return {name: values[0] for name, values in form.items()}


def _found(found: Mapping[str, Any] | None, kind: str) -> Reply:
    if found is None:
        return _refused(404, 20404, f"The requested resource is not among {kind}")
    return _json(200, _resource(found, kind))


def _deleted(found: object) -> Reply:
    return Reply(204) if found is not None else _refused(404, 20404, "The requested resource was not found")


def _resource(found: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "sid": found["sid"],
        "account_sid": ACCOUNT,
        "api_version": API_VERSION,
        "status": found["status"],
        "to": found.get("To"),
        "from": found.get("From"),
        "body": found.get("Body"),
        "uri": f"{_ROOT}/{kind}/{found['sid']}.json",
    }


def _came(at: datetime, told: Mapping[str, str]) -> dict[str, str]:
    return {**told, "Direction": "inbound", "At": format_datetime(at), "Day": f"{at:%Y-%m-%d}"}


def _list(kind: str, after: str, stored: Sequence[Mapping[str, str]], form: Form) -> Reply:
    """The latest first. Of the filters those that the product uses."""
    asked = _first(form)
    assert set(asked) <= {"To", "From", after, "PageSize"}, f"the fake knows no such filter yet: {asked}"
    same = [each for each in stored if all(each[name] == asked[name] for name in ("To", "From") if name in asked)]
    found = [each for each in same if each.get("Day", "9") >= asked.get(after, "")]
    listed = [_resource(each, kind.capitalize()) | _listed(each) for each in reversed(found)]
    return _json(200, {kind: listed, "page": 0, "next_page_uri": None})


def _listed(each: Mapping[str, str]) -> dict[str, str | None]:
    at = each.get("At")
    came = {"direction": each.get("Direction", "outbound-api"), "num_media": each.get("NumMedia", "0")}
    return {**came, "date_sent": at, "date_created": at}


def _refused(status: int, code: int, message: str) -> Reply:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return _json(status, {"code": code, "message": message, "more_info": more, "status": status})


def _json(status: int, value: Mapping[str, Any]) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})
