"""A call to the hotline in the terminal: what is said is printed, what is typed is pressed or said.

It speaks to a Firstline of its own as Twilio would, with signed webhooks, and obeys the TwiML that comes back as far as
this menu uses it.
"""

import shutil
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from twilio.request_validator import RequestValidator

from models.errors import FirstlineError
from models.values import new_id
from workers.demo.__main__ import free_port
from workers.process import Firstline

PUBLIC_URL = "https://demo.invalid"
NUMBER = "+862155550100"
CALLER = "+8613800138000"
_TOKEN = "the demonstration's own"
_ANSWER_SECONDS = 15.0
HANG_UP = "hang up"


class Line:
    """One call. `tell` is given what is heard, `ask` returns what the caller types: keys, words, nothing for silence,
    or `hang up`; `wait` lets seconds pass."""

    def __init__(
        self, port: int, tell: Callable[[str], None], ask: Callable[[str], str], wait: Callable[[float], None]
    ) -> None:
        self._port = port
        self._tell, self._ask, self._wait = tell, ask, wait
        self.sid = f"CA{new_id():0>32}"
        self._verbs: deque[Element] = deque()

    def call(self) -> None:
        """Dial, and stay on the line until one of both hangs up."""
        self._fetch(f"{PUBLIC_URL}/twilio/voice", {})
        while self._verbs:
            self._do(self._verbs.popleft())
        self._post(f"{PUBLIC_URL}/twilio/status", {"CallStatus": "completed"})
        self._tell("[the call is over]")

    def _do(self, verb: Element) -> None:
        match verb.tag:
            case "Say":
                self._tell(verb.text or "")
            case "Pause":
                self._wait(float(verb.get("length", "1")))
            case "Redirect":
                self._fetch((verb.text or "").strip(), {})
            case "Gather":
                for nested in verb:
                    self._do(nested)
                self._answered(verb, self._ask("keys or words> "))
            case "Record":
                typed = self._ask("[recording; Enter ends it]> ")
                self._answered(verb, typed, {"RecordingUrl": f"{PUBLIC_URL}/RE{new_id():0>32}", "Digits": "#"})
            case "Dial":
                self._tell(f"[{''.join(verb.itertext()).strip()} rings, and nobody answers]")
                self._fetch(verb.get("action", ""), {"DialCallStatus": "no-answer"})
            case "Hangup":
                self._verbs.clear()

    def _answered(self, verb: Element, typed: str, recorded: Mapping[str, str] | None = None) -> None:
        typed = typed.strip()
        if typed == HANG_UP:
            self._verbs.clear()
        elif recorded is not None:
            self._fetch(verb.get("action", ""), recorded)
        elif typed and all(char in "0123456789*#" for char in typed):
            is_one = verb.get("numDigits") == "1"
            self._fetch(verb.get("action", ""), {"Digits": typed[:1] if is_one else typed.rstrip("#") or typed})
        elif typed and "speech" in verb.get("input", ""):
            self._fetch(verb.get("action", ""), {"SpeechResult": typed, "Confidence": "0.9"})
        else:
            self._fetch(verb.get("action", ""), {})

    def _fetch(self, url: str, answer: Mapping[str, str]) -> None:
        body = self._post(url, {"CallStatus": "in-progress", **answer})
        self._verbs = deque(ElementTree.fromstring(body)) if body else deque()

    def _post(self, url: str, more: Mapping[str, str]) -> str:
        form = {"CallSid": self.sid, "From": CALLER, "To": NUMBER, **more}
        signature = RequestValidator(_TOKEN).compute_signature(url, form)
        request = urllib.request.Request(
            url.replace(PUBLIC_URL, f"http://127.0.0.1:{self._port}", 1),
            urlencode(form).encode(),
            {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, TimeoutError) as error:
            raise FirstlineError(f"the hotline does not answer: {error}") from error


def desk_for_a_call(folder: Path) -> Firstline:
    """A Firstline of its own with the hotline on, in an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    return Firstline(
        folder.resolve(),
        free_port(0),
        free_port(0),
        public_url=PUBLIC_URL,
        twilio_auth_token=_TOKEN,
        twilio_number=NUMBER,
    )
