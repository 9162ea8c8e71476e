"""TwiML as documented: the verbs, what may stand in them, their attributes and the values those may have."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

LIMIT_SAY_CHARS = 4096
# Recordings that are written down are longer than 2 and shorter than 120 s (Twilio: error 13617).
TRANSCRIBED_SECONDS = range(3, 120)
LIMIT_DOCUMENT_BYTES = 64 * 1024
_VOICES = {
    "Polly.Zhiyu": ("zh-CN", "cmn-CN"),
    "Polly.Joanna": ("en-US",),
    "alice": ("zh-CN", "zh-TW", "zh-HK", "en-US", "en-GB"),
    "man": ("en", "en-US", "en-GB"),
    "woman": ("en", "en-US", "en-GB"),
}
_URL = re.compile(r"(https?://[^\s#]+|/[^\s#]*|[\w.-]+(/[^\s#]*)?(\?[^\s#]*)?)")
_METHOD = re.compile(r"GET|POST")
_BOOL = re.compile(r"true|false")
_COUNT = re.compile(r"[1-9]\d{0,3}")
_ANY = re.compile(r".*", re.DOTALL)


class NotTwiml(AssertionError):
    """What Twilio would refuse, and why."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`attributes` by their documented names, `holds` what may be nested, `text` whether text stands in it."""

    attributes: dict[str, re.Pattern[str]]
    holds: tuple[str, ...] = ()
    text: bool = False


_LANGUAGES = re.compile(r"zh-CN|zh-TW|zh-HK|cmn-CN|en|en-US|en-GB")
_HEARD = re.compile(r"cmn-Hans-CN|cmn-Hant-TW|yue-Hant-HK|en-US|en-GB")
GRAMMAR = {
    "Response": Verb(
        {}, ("Say", "Play", "Pause", "Gather", "Record", "Dial", "Redirect", "Hangup", "Reject", "Message")
    ),
    "Say": Verb(
        {"voice": re.compile("|".join(_VOICES)), "language": _LANGUAGES, "loop": re.compile(r"\d+")}, text=True
    ),
    "Play": Verb({"loop": re.compile(r"\d+"), "digits": re.compile(r"[0-9*#wW]+")}, text=True),
    "Pause": Verb({"length": _COUNT}),
    "Hangup": Verb({}),
    "Reject": Verb({"reason": re.compile(r"rejected|busy")}),
    "Redirect": Verb({"method": _METHOD}, text=True),
    "Gather": Verb(
        {
            "action": _URL,
            "method": _METHOD,
            "timeout": _COUNT,
            "input": re.compile(r"dtmf|speech|dtmf speech|speech dtmf"),
            "finishOnKey": re.compile(r"[0-9#*]?"),
            "numDigits": _COUNT,
            "language": _HEARD,
            "hints": _ANY,
            "speechTimeout": re.compile(r"auto|[1-9]\d?"),
            "maxSpeechTime": _COUNT,
            "speechModel": re.compile(
                r"default|numbers_and_commands|phone_call|experimental_\w+|googlev2_\w+|deepgram_\S+"
            ),
            "profanityFilter": _BOOL,
            "barge": _BOOL,
            "bargeIn": _BOOL,
            "enhanced": _BOOL,
            "debug": _BOOL,
            "actionOnEmptyResult": _BOOL,
            "partialResultCallback": _URL,
            "partialResultCallbackMethod": _METHOD,
        },
        ("Say", "Play", "Pause"),
    ),
    "Record": Verb(
        {
            "action": _URL,
            "method": _METHOD,
            "timeout": _COUNT,
            "finishOnKey": re.compile(r"[0-9#*]*"),
            "maxLength": _COUNT,
            "playBeep": _BOOL,
            "trim": re.compile(r"trim-silence|do-not-trim"),
            "recordingStatusCallback": _URL,
            "recordingStatusCallbackMethod": _METHOD,
            "recordingStatusCallbackEvent": re.compile(
                r"(in-progress|completed|absent)( (in-progress|completed|absent))*"
            ),
            "transcribe": _BOOL,
            "transcribeCallback": _URL,
        }
    ),
    "Dial": Verb(
        {
            "action": _URL,
            "method": _METHOD,
            "timeout": _COUNT,
            "timeLimit": _COUNT,
            "callerId": re.compile(r"\+\d{6,15}"),
            "hangupOnStar": _BOOL,
            "answerOnBridge": _BOOL,
            "ringTone": re.compile(r"[a-z]{2}"),
            "record": re.compile(
                r"do-not-record|record-from-answer|record-from-ringing(-dual)?|record-from-answer-dual"
            ),
            "recordingStatusCallback": _URL,
            "sequential": _BOOL,
        },
        ("Number",),
        text=True,
    ),
    "Number": Verb(
        {
            "url": _URL,
            "method": _METHOD,
            "sendDigits": re.compile(r"[0-9*#wW]+"),
            "statusCallback": _URL,
            "statusCallbackMethod": _METHOD,
            "statusCallbackEvent": re.compile(
                r"(initiated|ringing|answered|completed)( (ringing|answered|completed))*"
            ),
            "machineDetection": re.compile(r"Enable|DetectMessageEnd"),
        },
        text=True,
    ),
    "Message": Verb({"to": _ANY, "from": _ANY, "action": _URL, "method": _METHOD, "statusCallback": _URL}, text=True),
}


def read(body: str, is_screening: bool = False) -> Element:
    """The document, checked. `is_screening`: it is heard by who was dialled, where no Dial may stand.

    Raises:
        NotTwiml: it is none, or holds what is not documented.
    """
    if len(body.encode()) > LIMIT_DOCUMENT_BYTES:
        raise NotTwiml("the document is larger than 64 kB")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise NotTwiml(f"12100 document parse failure: {error}: {body[:200]!r}") from error
    if root.tag != "Response":
        raise NotTwiml(f"12100 the root is {root.tag}, not Response")
    _check(root)
    if is_screening and root.find(".//Dial") is not None:
        raise NotTwiml("Dial stands in the TwiML of a Number's url")
    return root


def _check(element: Element) -> None:
    verb = GRAMMAR.get(element.tag)
    if verb is None:
        raise NotTwiml(f"12200 unknown verb {element.tag}")
    for name, value in element.attrib.items():
        allowed = verb.attributes.get(name)
        if allowed is None:
            raise NotTwiml(f"12200 {element.tag} has no attribute {name}")
        if not allowed.fullmatch(value):
            raise NotTwiml(f"12200 {element.tag} {name}={value!r} is not allowed")
    text = (element.text or "").strip()
    if text and not verb.text:
        raise NotTwiml(f"12200 text stands in {element.tag}: {text!r}")
    if element.tag == "Say":
        _check_say(element, text)
    if element.tag == "Record":
        _check_record(element)
    for child in element:
        if child.tag not in verb.holds:
            raise NotTwiml(f"12200 {child.tag} may not stand in {element.tag}")
        _check(child)


def _check_record(element: Element) -> None:
    is_transcribed = element.get("transcribe") == "true"
    if is_transcribed and int(element.get("maxLength", "3600")) > TRANSCRIBED_SECONDS.stop:
        raise NotTwiml("13615 Record maxLength is too high for transcription: two minutes at most")
    if not is_transcribed and element.get("transcribeCallback") is not None:
        raise NotTwiml("Record has a transcribeCallback and no transcribe: nothing would be written down")


def _check_say(element: Element, text: str) -> None:
    if not text:
        raise NotTwiml("13520 Say without text")
    if len(text) > LIMIT_SAY_CHARS:
        raise NotTwiml("13521 Say is longer than 4096 characters")
    voice, language = element.get("voice"), element.get("language")
    if voice is not None and language is not None and language not in _VOICES[voice]:
        raise NotTwiml(f"13512 the voice {voice} does not speak {language}")
