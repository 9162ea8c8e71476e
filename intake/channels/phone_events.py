"""The parameters of Twilio's requests as events of a call."""

import re
from collections.abc import Mapping

from intake.hotline.events import Dialled, Digits, Event, Recorded, Silence, Speech
from intake.hotline.numbers import e164

# The end states of a call (Twilio: call status values).
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
# What was done at the other end, and who is there; kept over a "one moment", since Twilio does not send it again with
# the Redirect.
ANSWERS = ("Digits", "SpeechResult", "Confidence", "RecordingUrl", "DialCallStatus", "DialBridged", "AnsweredBy")

_TAKEN = ("completed", "answered")
_WHOLE = re.compile(r"[0-9]{1,9}")


def event_of(query: Mapping[str, str], form: Mapping[str, str]) -> Event:
    """What the caller did. An answer that was kept stands in the query."""
    given = {name: told(query, form, name) for name in ANSWERS}
    if given["DialCallStatus"]:
        return Dialled(given["DialCallStatus"] in _TAKEN and given["DialBridged"] != "false")
    if given["RecordingUrl"]:
        return Recorded(recording_sid(given["RecordingUrl"]))
    if given["Digits"] and given["Digits"] != "hangup":
        return Digits(given["Digits"])
    if given["SpeechResult"].strip():
        return Speech(given["SpeechResult"].strip(), _confidence(given["Confidence"]))
    return Silence()


def told(query: Mapping[str, str], form: Mapping[str, str], name: str) -> str:
    """One of the answers, as Twilio tells it or as it was kept; empty where there is none."""
    return form.get(name) or query.get(name, "")


def recording_sid(url: str) -> str:
    """The RecordingSid at the end of a RecordingUrl."""
    return url.rpartition("/")[2].partition(".")[0]


def whole(given: str) -> int:
    """The whole number that is written there in digits; 0 where it is none."""
    return int(given) if _WHOLE.fullmatch(given) else 0


def number_of(caller: str) -> str:
    """The caller's number in E.164; empty where it is withheld or none."""
    return (e164(caller) or "") if caller.startswith("+") else ""


def _confidence(given: str) -> float:
    try:
        return float(given) or 1.0  # some recognisers say 0 for everything
    except ValueError:
        return 1.0
