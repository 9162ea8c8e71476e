"""A caller. Twilio's side of the call fetches TwiML and obeys it; the caller listens, presses, speaks, hangs up.

It stops wherever the caller is waited for: at a Gather, at a Record. Everything else runs on by itself.
"""

from collections import deque
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from tests.fakes.twilio.exchange import ACCOUNT, API_VERSION, NUMBER, Answer, Exchange, absolute
from tests.fakes.twilio.grammar import TRANSCRIBED_SECONDS, NotTwiml, read

# A menu that sends the call in circles.
LIMIT_DOCUMENTS = 60


class Caller:
    """One call from `number` (empty: withheld)."""

    def __init__(self, exchange: Exchange, number: str = "+8613800138000", to: str = NUMBER) -> None:
        self.exchange = exchange
        self.number = number
        self.sid = exchange.sid("CA")
        self.is_over = False
        self.said_to: list[str] = []  # everything that the caller has heard
        self.connected_to: list[str] = []
        self.errors: list[str] = []
        self.asked: Element | None = None
        self._to = to
        self._since = 0
        self._url = f"{exchange.public_url}/twilio/voice"
        self._verbs: deque[Element] = deque()
        self._documents = 0
        self._fallbacks = 0
        self._says = ""

    # What the caller does. Each returns the caller, so that a call reads in one line.

    def calls(self) -> "Caller":
        self.exchange.dial(self.sid, self.number, self._to)
        self._fetch(self._url, {"CallStatus": "ringing"})
        return self

    def hears(self, *parts: str) -> "Caller":
        """Each of these was said since the caller last did something, in any case."""
        heard = " ".join(self.said_to[self._since :])
        for part in parts:
            assert part.casefold() in heard.casefold(), f"{part!r} was not said, but: {heard!r}"
        return self

    def hears_not(self, part: str) -> "Caller":
        heard = " ".join(self.said_to[self._since :])
        assert part.casefold() not in heard.casefold(), f"{part!r} was said: {heard!r}"
        return self

    def presses(self, keys: str) -> "Caller":
        """Keys, one after the other; what comes after the end of the question is pressed into the next one."""
        for index, key in enumerate(keys):
            self._waited_for()
            self._since = len(self.said_to)
            if self._gather is not None:
                self._key(key, is_last=index == len(keys) - 1)
            elif key in (self._record_keys()):
                self._recorded(0, key)
        return self

    def says(self, words: str, confidence: float = 0.92) -> "Caller":
        self._since = len(self.said_to)
        gather = self._at_gather()
        if "speech" not in gather.get("input", "dtmf"):
            return self.stays_silent()  # nobody listens
        self._answer_gather({"SpeechResult": words, "Confidence": f"{confidence:.8f}"})
        return self

    def stays_silent(self) -> "Caller":
        self._waited_for()
        self._since = len(self.said_to)
        if self._gather is not None:
            self._passes(float(self._gather.get("timeout", "5")))
            if self._gather.get("actionOnEmptyResult") == "true":
                self._answer_gather({})
            else:
                self._go_on()
        else:
            self._passes(5)
            self._go_on()  # an empty recording: the action is not asked
        return self

    def leaves_a_message(self, seconds: int = 12, key: str = "#", says: str = "") -> "Caller":
        """`says` is what Twilio hears in it, which understands English alone."""
        self._says = says
        assert self.asked is not None
        assert self.asked.tag == "Record", f"nothing is recorded, but {self.asked.tag} waits"
        self._since = len(self.said_to)
        self._recorded(min(seconds, int(self.asked.get("maxLength", "3600"))), key)
        return self

    def hangs_up(self) -> "Caller":
        """What is recorded at that moment is kept, and told with the key `hangup`."""
        if self.asked is not None and self.asked.tag == "Record" and not self.is_over:
            sid = self._keep_recording(3)
            self._end()
            self._recording_told(self.asked, sid, 3)
            return self
        self._end()
        return self

    # What Twilio does.

    @property
    def _gather(self) -> Element | None:
        return self.asked if self.asked is not None and self.asked.tag == "Gather" else None

    def _waited_for(self) -> None:
        assert not self.is_over, f"the call is over; last heard: {self.said_to[-3:]}"
        assert self.asked is not None, "nobody waits for the caller"

    def _at_gather(self) -> Element:
        self._waited_for()
        assert self._gather is not None, f"nothing is asked, but {self.asked.tag if self.asked is not None else None}"
        return self._gather

    def _record_keys(self) -> str:
        assert self.asked is not None
        return self.asked.get("finishOnKey", "1234567890*#")

    def _key(self, key: str, is_last: bool) -> None:
        gather = self._at_gather()
        pressed = gather.get("pressed", "")
        finish = gather.get("finishOnKey", "#")
        if "dtmf" not in gather.get("input", "dtmf"):
            return
        if finish and key == finish:
            if pressed:  # documented: it only ends what stands before it
                self._digits(pressed)
                return
        else:
            pressed += key
            gather.set("pressed", pressed)
            if len(pressed) == int(gather.get("numDigits", "0")):
                self._digits(pressed)
                return
        if is_last:
            self._passes(float(gather.get("timeout", "5")))
            if pressed:
                self._digits(pressed)
            else:
                self.stays_silent()

    def _digits(self, keys: str) -> None:
        self._answer_gather({"Digits": keys})

    def _answer_gather(self, answer: Mapping[str, str]) -> None:
        gather = self._at_gather()
        self._fetch(absolute(gather.get("action", self._url), self._url), answer, gather.get("method", "POST"))

    def _recorded(self, seconds: int, key: str) -> None:
        record = self.asked
        assert record is not None
        self._passes(seconds)
        if not seconds:
            self._go_on()
            return
        sid = self._keep_recording(seconds)
        told = {"RecordingUrl": self._recording_url(sid), "RecordingDuration": str(seconds), "Digits": key}
        self._fetch(absolute(record.get("action", self._url), self._url), told, record.get("method", "POST"))
        self._recording_told(record, sid, seconds)

    def _keep_recording(self, seconds: int) -> str:
        sid = self.exchange.sid("RE")
        self.exchange.recordings[sid] = b"ID3 " + sid.encode() * seconds
        return sid

    def _recording_url(self, sid: str) -> str:
        return f"https://api.twilio.com/{API_VERSION}/Accounts/{ACCOUNT}/Recordings/{sid}"

    def _recording_told(self, record: Element, sid: str, seconds: int) -> None:
        callback = record.get("recordingStatusCallback")
        if callback is not None:
            form = {
                "CallSid": self.sid,
                "RecordingSid": sid,
                "RecordingUrl": self._recording_url(sid),
                "RecordingStatus": "completed",
                "RecordingDuration": str(seconds),
                "RecordingChannels": "1",
                "RecordingSource": "RecordVerb",
            }
            self._told(self.exchange.request(absolute(callback, self._url), form))
        if record.get("transcribe") == "true" and record.get("transcribeCallback") is not None:
            is_in_range = seconds in TRANSCRIBED_SECONDS
            if not is_in_range:
                self.errors.append("13617 Record: recording length is out of range for transcription")
            self._will_be_written_down(record.get("transcribeCallback", ""), sid, self._says if is_in_range else "")

    def _will_be_written_down(self, callback: str, sid: str, text: str) -> None:
        """The parameters as documented for transcribeCallback, beside those of every request of a call."""
        transcription = self.exchange.sid("TR")
        written = {
            "TranscriptionSid": transcription,
            "TranscriptionStatus": "completed" if text else "failed",
            "TranscriptionText": text,
            "TranscriptionUrl": f"{self._recording_url(sid)}/Transcriptions/{transcription}",
            "RecordingSid": sid,
            "RecordingUrl": self._recording_url(sid),
        }
        form = self._form({**written, "CallStatus": "completed"})
        del form["Caller"], form["Called"]  # only requests about the call itself have these
        self.exchange.transcribing.append((absolute(callback, self._url), form))

    def _form(self, more: Mapping[str, str]) -> dict[str, str]:
        caller = self.number or "+266696687"  # ANONYMOUS on a keypad
        form = {"CallSid": self.sid, "From": caller, "To": self._to, "Caller": caller, "Called": self._to}
        form |= {"ApiVersion": API_VERSION, "CallStatus": "in-progress", "Direction": "inbound"}
        return {**form, **more}

    def _fetch(self, url: str, answer: Mapping[str, str], method: str = "POST") -> None:
        assert method == "POST", "the product answers POST alone"
        self.asked = None
        self._documents += 1
        assert self._documents < LIMIT_DOCUMENTS, f"the call goes in circles: {self.said_to[-6:]}"
        found = self.exchange.request(url, self._form(answer))
        if found.status != 200:
            self._fall_back(url, found)
            return
        self._url = url
        self._obey(found)

    def _fall_back(self, url: str, found: Answer) -> None:
        """The fallback URL, asked once for each fault (Twilio: error 11200); its own fault ends the call."""
        self.errors.append(f"11200 {found.status} from {url}")
        fallback = f"{self.exchange.public_url}/twilio/fallback"
        if url.startswith(fallback):
            self._end()
            return
        told = self._form({"ErrorCode": "11200", "ErrorUrl": url})
        found = self.exchange.request(fallback, told)
        if found.status != 200:
            self._end()
            return
        self._url = fallback
        self._obey(found)

    def _obey(self, found: Answer) -> None:
        if not found.content_type.startswith(("text/xml", "application/xml")):
            raise NotTwiml(f"12300 invalid content type {found.content_type!r}")
        self._verbs = deque(read(found.body))
        self._go_on()

    def _go_on(self) -> None:
        """Do one verb after the other until the caller is waited for, or the call is over."""
        self.asked = None
        while self._verbs and not self.is_over and self.asked is None:
            verb = self._verbs.popleft()
            match verb.tag:
                case "Say":
                    self._listen(verb)
                case "Pause":
                    self._passes(float(verb.get("length", "1")))
                case "Gather":
                    for nested in verb:
                        if nested.tag == "Say":
                            self._listen(nested)
                    self.asked = verb
                case "Record":
                    self.asked = verb
                case "Dial":
                    self._dial(verb)
                    return
                case "Redirect":
                    self._fetch(absolute((verb.text or "").strip(), self._url), {}, verb.get("method", "POST"))
                    return
                case "Hangup" | "Reject":
                    self._end()
                case other:
                    raise NotTwiml(f"this caller does not know {other}")
        if self.asked is None and not self.is_over:
            self._end()  # no verb is left

    def _listen(self, verb: Element) -> None:
        self.said_to.append((verb.text or "").strip())

    def _passes(self, seconds: float) -> None:
        self.exchange.passes(seconds)

    def _dial(self, dial: Element) -> None:
        [number] = list(dial)
        called = (number.text or "").strip()
        phone = self.exchange.phone(called)
        phone.rang += 1
        if phone.behaves == "rings":
            self.asked = dial
            return
        status = {"busy": "busy", "no-answer": "no-answer"}.get(phone.behaves, "completed")
        if status == "completed":
            if self._screened(number, phone.behaves == "person", phone.keys, phone.heard):
                self.connected_to.append(called)
        elif status == "no-answer":
            self._passes(float(dial.get("timeout", "30")))
        told = {"DialCallStatus": status, "DialCallSid": self.exchange.sid("CA")}
        self._fetch(absolute(dial.get("action", self._url), self._url), told)

    def _screened(self, number: Element, is_person: bool, keys: str, heard: list[str]) -> bool:
        """Whether the two are put through: the TwiML of the Number's url ended without a Hangup."""
        if number.get("url") is None:
            return True
        form = {"CallSid": self.exchange.sid("CA"), "ParentCallSid": self.sid, "Direction": "outbound-dial"}
        form["ApiVersion"] = API_VERSION
        form |= {"From": self._to, "To": (number.text or "").strip(), "CallStatus": "in-progress"}
        url, more = absolute(number.get("url", ""), self._url), dict[str, str]()
        for _ in range(5):
            found = self.exchange.request(url, {**form, **more})
            if found.status != 200:
                return False
            verbs = list(read(found.body, is_screening=True))
            gather = next((verb for verb in verbs if verb.tag == "Gather"), None)
            heard += [(say.text or "") for verb in verbs for say in verb.iter("Say")]
            redirect = next((verb for verb in verbs if verb.tag == "Redirect"), None)
            if gather is None and redirect is not None:
                url, more = absolute((redirect.text or "").strip(), url), {}
                continue
            if gather is None:
                return not any(verb.tag == "Hangup" for verb in verbs)
            if not is_person or not keys:
                return not any(verb.tag == "Hangup" for verb in verbs)
            url, more = absolute(gather.get("action", url), url), {"Digits": keys[:1]}
        return False

    def _end(self) -> None:
        if self.is_over:
            return
        self.is_over = True
        self._verbs.clear()
        if self.exchange.tells_the_end:
            status = self._form({"CallStatus": "completed", "CallDuration": "42"})
            self._told(self.exchange.webhook("/twilio/status", status))

    def _told(self, answer: Answer) -> None:
        """Twilio does not ask again where a status callback fails."""
        if answer.status not in (200, 204):
            self.errors.append(f"status callback: {answer.status}")
