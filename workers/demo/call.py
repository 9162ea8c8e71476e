"""A call to the hotline in the terminal: what is said is printed, what is typed is pressed or said.

It speaks to a Firstline of its own as Twilio would, with signed webhooks, and obeys the TwiML that comes back as far as
this menu uses it. What it says itself is in the language of the last line that was heard.
"""

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
from workers.demo.desk import free_port
from workers.process import Firstline, emptied

PUBLIC_URL = "https://demo.invalid"
NUMBER = "+862155550100"
CALLER = "+8613800138000"
_TOKEN = "the demonstration's own"
_ANSWER_SECONDS = 15.0
HANG_UP = "hang up"
_HANGS_UP = (HANG_UP, "挂断")
_WORDS = {
    "en": {
        "ask": "keys or words> ",
        "record": "[recording; Enter ends it]> ",
        "rings": "[{number} rings, and nobody answers]",
        "over": "[the call is over]",
    },
    "zh": {
        "ask": "按键或说话> ",
        "record": "[正在录音，按回车键结束]> ",
        "rings": "[{number} 振铃，无人接听]",
        "over": "[通话已结束]",
    },
}


class Line:
    """One call. `tell` is given what is heard, `ask` returns what the caller types: keys, words, nothing for silence,
    or `hang up`; `wait` lets seconds pass. Keys beyond the end of a question are pressed into the next one."""

    def __init__(
        self, port: int, tell: Callable[[str], None], ask: Callable[[str], str], wait: Callable[[float], None]
    ) -> None:
        self._port = port
        self._tell, self._ask, self._wait = tell, ask, wait
        self.sid = f"CA{new_id():0>32}"
        self._verbs: deque[Element] = deque()
        self._words = _WORDS["en"]
        self._ahead = ""

    def call(self) -> None:
        """Dial, and stay on the line until one of both hangs up."""
        self._fetch(f"{PUBLIC_URL}/twilio/voice", {})
        while self._verbs:
            self._do(self._verbs.popleft())
        self._post(f"{PUBLIC_URL}/twilio/status", {"CallStatus": "completed"})
        self._tell(self._words["over"])

    def _do(self, verb: Element) -> None:
        match verb.tag:
            case "Say":
                self._words = _WORDS[verb.get("language", "en")[:2]]
                self._tell(verb.text or "")
            case "Pause":
                self._wait(float(verb.get("length", "1")))
            case "Redirect":
                self._fetch((verb.text or "").strip(), {})
            case "Gather":
                for nested in verb:
                    self._do(nested)
                self._answered(verb, self._ahead or self._ask(self._words["ask"]).strip())
            case "Record":
                if self._ask(self._words["record"]).strip() in _HANGS_UP:
                    self._verbs.clear()
                    return
                recorded = {"RecordingUrl": f"{PUBLIC_URL}/RE{new_id():0>32}", "Digits": "#"}
                self._fetch(verb.get("action", ""), recorded)
            case "Dial":
                self._tell(self._words["rings"].format(number="".join(verb.itertext()).strip()))
                self._fetch(verb.get("action", ""), {"DialCallStatus": "no-answer"})
            case "Hangup":
                self._verbs.clear()

    def _answered(self, verb: Element, typed: str) -> None:
        self._ahead = ""
        if typed in _HANGS_UP:
            self._verbs.clear()
            return
        answer: dict[str, str] = {}
        if typed and all(char in "0123456789*#" for char in typed):
            if verb.get("numDigits") == "1":
                keys, self._ahead = typed[:1], typed[1:]
            else:
                keys, _, self._ahead = typed.partition("#")
            answer = {"Digits": keys} if keys else {}
        elif typed and "speech" in verb.get("input", ""):
            answer = {"SpeechResult": typed, "Confidence": "0.9"}
        self._fetch(verb.get("action", ""), answer)

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
    """A Firstline of its own with the hotline on, in an emptied folder. Raises Misconfigured."""
    emptied(folder)
    return Firstline(
        folder.resolve(),
        free_port(),
        free_port(),
        public_url=PUBLIC_URL,
        twilio_auth_token=_TOKEN,
        twilio_number=NUMBER,
    )
