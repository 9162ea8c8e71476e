"""Twilio's REST API on a port of this machine: calls, messages, recordings, as its OpenAPI describes them.

What it does not describe is refused. A call that is made is placed with the exchange's phones, and told step by step.
"""

import base64
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.twilio.callee import place
from tests.fakes.twilio.exchange import ACCOUNT, API_VERSION, Exchange

_ROOT = f"/{API_VERSION}/Accounts/{ACCOUNT}"
_CALL_PARAMETERS = """
    To From Url Twiml ApplicationSid Method FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent
    StatusCallbackMethod SendDigits Timeout Record RecordingChannels RecordingStatusCallback
    RecordingStatusCallbackMethod RecordingStatusCallbackEvent SipAuthUsername SipAuthPassword MachineDetection
    MachineDetectionTimeout Trim CallerId MachineDetectionSpeechThreshold MachineDetectionSpeechEndThreshold
    MachineDetectionSilenceTimeout AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod Byoc CallReason
    CallToken RecordingTrack TimeLimit
"""
_MESSAGE_PARAMETERS = """
    To From Body MessagingServiceSid MediaUrl StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt
    ValidityPeriod ForceDelivery ContentRetention AddressRetention SmartEncoded PersistentAction TrafficType
    ShortenUrls ScheduleType SendAt SendAsMms ContentVariables RiskCheck ContentSid
"""
_CALL = frozenset(_CALL_PARAMETERS.split())
_MESSAGE = frozenset(_MESSAGE_PARAMETERS.split())
_EVENTS = ("initiated", "ringing", "answered", "completed")


class Api:
    """The server. `calls` and `messages` are what was asked for; `fails` answers so many requests with that status."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.calls: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.fails: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Api":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer("GET", {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                form: dict[str, list[str]] = {}
                for name, value in parse_qsl(body, keep_blank_values=True):
                    form.setdefault(name, []).append(value)
                self._answer("POST", form)

            def _answer(self, method: str, form: Mapping[str, list[str]]) -> None:
                status, kind, content = api.answer(
                    method, urlsplit(self.path).path, form, self.headers.get("Authorization", "")
                )
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is printed."""

        return Handler

    def answer(self, method: str, path: str, form: Mapping[str, list[str]], shown: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        credentials = base64.b64encode(f"{ACCOUNT}:{self.exchange.token}".encode()).decode()
        if shown != f"Basic {credentials}":
            return _refused(401, 20003, "Authenticate")
        if self.fails:
            return _refused(self.fails.pop(0), 20500, "An internal server error has occurred")
        match (method, path.removeprefix(_ROOT)):
            case ("POST", "/Calls.json"):
                return self._call(form)
            case ("POST", "/Messages.json"):
                return self._message(form)
            case ("GET", ".json"):
                return _json(200, {"sid": ACCOUNT, "status": "active", "friendly_name": "tests", "type": "Full"})
            case ("GET", rest):
                return self._stored(rest)
        return _refused(404, 20404, f"The requested resource {path} was not found")

    def _call(self, form: Mapping[str, list[str]]) -> tuple[int, str, bytes]:
        if unknown := set(form) - _CALL:
            return _refused(400, 20001, f"unknown parameters {sorted(unknown)}")
        if not form.get("From"):
            return _refused(400, 21213, "'From' is required")
        if not form.get("To") or not form["To"][0].startswith("+"):
            return _refused(400, 21211, "The phone number you are attempting to call is not valid")
        if not form.keys() & {"Url", "Twiml", "ApplicationSid"}:
            return _refused(400, 21205, "Url parameter is required")
        if bad := set(form.get("StatusCallbackEvent", [])) - set(_EVENTS):
            return _refused(400, 21626, f"StatusCallbackEvent {bad} is unknown")
        call = {"sid": self.exchange.sid("CA"), "status": "queued", **_first(form)}
        self.calls[call["sid"]] = call
        events = form.get("StatusCallbackEvent", ["completed"])
        threading.Thread(target=place, args=(self.exchange, call, events), daemon=True).start()
        return _json(201, _resource(call, "Calls"))

    def _message(self, form: Mapping[str, list[str]]) -> tuple[int, str, bytes]:
        if unknown := set(form) - _MESSAGE:
            return _refused(400, 20001, f"unknown parameters {sorted(unknown)}")
        if not form.get("To") or not form["To"][0].startswith("+"):
            return _refused(400, 21211, "The 'To' number is not a valid phone number.")
        if not form.keys() & {"From", "MessagingServiceSid"}:
            return _refused(400, 21603, "A 'From' phone number is required.")
        body = form.get("Body", [""])[0]
        if not body and "MediaUrl" not in form:
            return _refused(400, 21602, "Message body is required.")
        if len(body) > 1600:
            return _refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        message = {"sid": self.exchange.sid("SM"), "status": "queued", **_first(form)}
        self.messages[message["sid"]] = message
        return _json(201, _resource(message, "Messages"))

    def _stored(self, rest: str) -> tuple[int, str, bytes]:
        name, _, kind = rest.rpartition("/")[2].partition(".")
        audio = self.exchange.recordings.get(name)
        if rest.startswith("/Recordings/") and kind in ("mp3", "wav") and audio is not None:
            return 200, "audio/mpeg" if kind == "mp3" else "audio/x-wav", audio
        found = self.calls.get(name) or self.messages.get(name)
        if found is not None and kind == "json":
            return _json(200, _resource(found, rest.split("/")[1]))
        return _refused(404, 20404, f"The requested resource {rest} was not found")


def _first(form: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in form.items()}


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


def _refused(status: int, code: int, message: str) -> tuple[int, str, bytes]:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return _json(status, {"code": code, "message": message, "more_info": more, "status": status})


def _json(status: int, value: Mapping[str, Any]) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(value).encode()
