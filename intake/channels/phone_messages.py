"""What comes by telephone beside calls: text messages, recordings, transcripts of them. Each is a report of its own."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from intake.channels.phone_events import number_of, whole
from intake.hotline.numbers import masked
from intake.hotline.spoken import Picture, Spoken, What
from intake.hotline.twiml import EMPTY
from intake.mail.language import detect
from models.queue import NewReport
from models.tables import TRANSCRIPT_MARK
from models.values import Channel, Language, Receipt

log = logging.getLogger(__name__)

SOURCE = "hotline"
KIND = "application/json"
# Twilio takes no more with one message.
LIMIT_PICTURES = 10
# Who sends one of these, and nothing else, has chosen whether he is texted: Twilio keeps to it, and answers by itself.
# Not END, CANCEL, YES or HELP, which it takes for such, too: from a customer they may mean his case.
_CHOICES = frozenset({"stop", "stopall", "unsubscribe", "start", "unstop"})


def recording_report(sid: str, of_call: str, caller: str, language: str, now: datetime, seconds: int = 0) -> NewReport:
    """A recording that is to be fetched, in the language of its call; told twice it is one."""
    content = Spoken(What.RECORDING, caller, language=language, of_call=of_call, recording_sid=sid, seconds=seconds)
    return _report(sid, content, now)


def transcript_report(sid: str, of_call: str, caller: str, language: str, text: str, now: datetime) -> NewReport:
    """What a machine has written down of the recording `sid`: one, however often and by whom that is told."""
    content = Spoken(
        What.TRANSCRIPT,
        caller,
        language=language,
        words=text,
        text=text,
        of_call=of_call,
        recording_sid=sid,
        is_understood=False,  # whoever relies on it should have listened
    )
    return _report(f"{sid}{TRANSCRIPT_MARK}", content, now)


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


def text_report(form: Mapping[str, str], now: datetime) -> NewReport:
    """A text message that came at `now`, as Twilio tells of it; told twice it is one."""
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
        is_choice=not pictures and (form.get("OptOutType") in ("STOP", "START") or body.casefold() in _CHOICES),
    )
    return _report(form["MessageSid"], content, now)


def pictures_of(form: Mapping[str, str]) -> tuple[Picture, ...]:
    """What came with a text message, in order."""
    number = min(whole(form.get("NumMedia", "")), LIMIT_PICTURES)
    found = [(form.get(f"MediaUrl{at}", ""), form.get(f"MediaContentType{at}", "")) for at in range(number)]
    return tuple(Picture(url, kind) for url, kind in found if url)


class Messages:
    """Answers Twilio's requests about messages and recordings; `observe` is told what became of each transcript. All of
    it may raise `Temporary`."""

    def __init__(
        self,
        accept: Callable[[NewReport], Receipt],
        clock: Callable[[], datetime],
        observe: Callable[[str], None] = lambda result: None,
    ) -> None:
        self._accept = accept
        self._clock = clock
        self._observe = observe

    def sms(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """A text message; its acknowledgement is one of ours, sent when the case is there."""
        receipt = self._accept(text_report(form, self._clock()))
        sender = masked(number_of(form.get("From", "")))
        fields = {"report": receipt.report_id, "text": form["MessageSid"], "sender": sender}
        log.info("text_came", extra=fields | {"new": receipt.created})
        return EMPTY

    def recording(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """A recording is ready to be fetched."""
        if form.get("RecordingStatus", "completed") == "completed":
            sid, seconds = form["RecordingSid"], whole(form.get("RecordingDuration", ""))
            report = recording_report(sid, form["CallSid"], "", _language(query), self._clock(), seconds)
            receipt = self._accept(report)
            log.info("recording_ready", extra={"report": receipt.report_id, "call": form["CallSid"]})
        return ""

    def transcript(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """Twilio has written down what a recording says, or could not: then the case goes on saying "listen"."""
        text = form.get("TranscriptionText", "").strip()
        if form.get("TranscriptionStatus") != "completed" or not text:
            log.warning("recording_not_transcribed", extra={"recording": form["RecordingSid"], "by": "twilio"})
            self._observe("failed")
            return ""
        report = transcript_report(form["RecordingSid"], form["CallSid"], "", _language(query), text, self._clock())
        receipt = self._accept(report)
        if receipt.created:
            self._observe("done")
        return ""


def _language(query: Mapping[str, str]) -> str:
    """The language of the call, which the URL that Twilio was given brings back."""
    given = query.get("lang", "")
    return given if given in set(Language) else Language.SIMPLIFIED
