"""What comes by telephone beside calls: text messages, recordings, transcripts of them. Each is a report of its own."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from intake.channels.phone_events import number_of, recording_sid
from intake.hotline.numbers import masked
from intake.hotline.spoken import Picture, Spoken, What
from intake.hotline.twiml import EMPTY
from intake.mail.language import detect
from models.queue import NewReport
from models.values import Channel, Receipt

log = logging.getLogger(__name__)

SOURCE = "hotline"
KIND = "application/json"
# Twilio takes no more with one message.
LIMIT_PICTURES = 10


def recording_report(sid: str, of_call: str, caller: str, seconds: int, now: datetime) -> NewReport:
    """A recording that is to be fetched; told twice it is one."""
    content = Spoken(What.RECORDING, caller, of_call=of_call, recording_sid=sid, seconds=seconds)
    return _report(sid, content, now)


def _report(external_id: str, content: Spoken, now: datetime) -> NewReport:
    return NewReport(
        channel=Channel.PHONE,
        external_id=external_id,
        content=content.to_json(),
        source="sms" if content.what is What.SMS else SOURCE,
        received_at=now,
        rcpt_tos=(content.called,) if content.called else (),
        kind=KIND,
    )


def pictures_of(form: Mapping[str, str]) -> tuple[Picture, ...]:
    """What came with a text message, in order."""
    given = form.get("NumMedia", "")
    number = min(int(given), LIMIT_PICTURES) if given.isdigit() else 0
    found = [(form.get(f"MediaUrl{at}", ""), form.get(f"MediaContentType{at}", "")) for at in range(number)]
    return tuple(Picture(url, kind) for url, kind in found if url)


class Messages:
    """Answers Twilio's requests about messages and recordings. All of it may raise `Temporary`."""

    def __init__(self, accept: Callable[[NewReport], Receipt], clock: Callable[[], datetime]) -> None:
        self._accept = accept
        self._clock = clock

    def sms(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """A text message; its acknowledgement is one of ours, sent when the case is there."""
        pictures = pictures_of(form)
        body = form.get("Body", "").strip()
        text = body or (f"[{len(pictures)} attached]" if pictures else "")
        caller = number_of(form.get("From", ""))
        content = Spoken(
            What.SMS,
            caller,
            called=form.get("To", ""),
            language=detect(text),
            words=text,
            text=text,
            phone=caller,
            shown=caller,
            is_understood=bool(body) or not pictures,
            pictures=pictures,
        )
        receipt = self._accept(_report(form["MessageSid"], content, self._clock()))
        log.info("text_came", extra={"text": form["MessageSid"], "sender": masked(caller), "new": receipt.created})
        return EMPTY

    def recording(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """A recording is ready to be fetched."""
        if form.get("RecordingStatus", "completed") == "completed":
            sid = form.get("RecordingSid") or recording_sid(form["RecordingUrl"])
            seconds = form.get("RecordingDuration", "")
            number = int(seconds) if seconds.isdigit() else 0
            self._accept(recording_report(sid, form["CallSid"], "", number, self._clock()))
        return ""

    def transcript(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """Twilio has written down what a recording says."""
        text = form.get("TranscriptionText", "").strip()
        if form.get("TranscriptionStatus") == "completed" and text:
            content = Spoken(What.TRANSCRIPT, "", language=detect(text), words=text, text=text, of_call=form["CallSid"])
            self._accept(_report(form["TranscriptionSid"], content, self._clock()))
        return ""
