"""The hotline as the web sees it, made from the settings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlparse
from zoneinfo import ZoneInfo

from console.twilio.door import Needs, TwilioDoor
from intake.channels.phone import Hotline, HotlineConfig
from intake.channels.phone_events import ANSWERS, whole
from intake.channels.phone_messages import Messages
from intake.hotline import notice, twiml
from intake.hotline.call import spoken_for
from intake.hotline.twiml import Urls
from models.db import Database
from models.queue import NewReport
from models.settings import Settings
from models.values import Receipt
from workers.cases.office import Office
from workers.hotline.life import CaseLife, on_call
from workers.hotline.notices import Notices
from workers.hotline.text_status import TextStatus

if TYPE_CHECKING:
    from workers.hotline.missed import Missed

HEARD = frozenset({"voice", "voice/turn", "voice/whisper", "fallback", "notice"})
_CALL, _RECORDING, _NOTICE = Needs(("CallSid",)), Needs(("CallSid", "RecordingSid")), Needs(query=("id",))
NEEDS = {
    "voice": _CALL,
    "voice/turn": _CALL,
    "voice/whisper": Needs(query=("of",)),
    "status": _CALL,
    "fallback": _CALL,  # it answers calls alone: the fallback of messages is /twilio/sms
    "recording": _RECORDING,
    "transcript": _RECORDING,
    "sms": Needs(("MessageSid",)),
    "notice": _NOTICE,
    "notice/status": _NOTICE,
    "sms/status": Needs(("MessageSid",), ("id",)),
}
# After so many faults in a row the caller is told to try another way.
LIMIT_FAULTS = 8


def make_door(
    settings: Settings,
    database: Database,
    office: Office,
    zone: ZoneInfo,
    accept: Callable[[NewReport], Receipt],
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    observe: Callable[[str], None] = lambda result: None,
) -> TwilioDoor | None:
    """The webhooks' other side, or None where no auth token or public URL is set: the hotline is off then. `observe` is
    told what became of each transcript."""
    tokens = tuple(
        token.get_secret_value() for token in (settings.twilio_auth_token, settings.twilio_auth_token_2) if token
    )
    if not tokens or not settings.public_url:
        return None
    public_url = settings.public_url.rstrip("/")
    config = HotlineConfig(public_url, zone, transcribes=settings.twilio_transcribe)
    life = CaseLife(office)
    hotline = Hotline(database, accept, clock, config, on_call(settings, clock), life, wake)
    missed = _missed(settings, database, office, accept, hotline, clock)
    messages = Messages(accept, clock, observe)
    notices = Notices(database, clock, Urls(public_url), life, office.token_key)
    return TwilioDoor(
        public_url=public_url,
        tokens=tokens,
        answers={
            "voice": hotline.voice,
            "voice/turn": hotline.turn,
            "voice/whisper": hotline.whisper,
            "status": hotline.ended,
            "fallback": _Fallback(Urls(public_url)),
            "recording": messages.recording,
            "transcript": messages.transcript,
            "sms": lambda query, form: notices.reply(query, form) or messages.sms(query, form),
            "notice": notices.notice,
            "notice/status": notices.ended,
            "sms/status": TextStatus(database, clock, life).changed,
        },
        needs=NEEDS,
        heard=HEARD,
        moment=_moment,
        give_up=lambda language: twiml.give_up(spoken_for(language)),
        kept=ANSWERS,
        start=missed.start if missed else lambda: None,
        close=lambda: _close(hotline, missed),
    )


def _close(hotline: Hotline, missed: "Missed | None") -> None:
    if missed is not None:
        missed.stop()
    hotline.close()


def _missed(
    settings: Settings,
    database: Database,
    office: Office,
    accept: Callable[[NewReport], Receipt],
    hotline: Hotline,
    clock: Callable[[], datetime],
) -> "Missed | None":
    """What asks Twilio for what it could not tell; None where no account or number is set."""
    if not settings.twilio_account_sid or not settings.twilio_number:
        return None
    from workers.hotline.missed import Missed  # noqa: PLC0415 - brings what downloads
    from workers.hotline.twilio_api import TwilioApi  # noqa: PLC0415 - brings Twilio's library

    api, number = TwilioApi.of(settings), settings.twilio_number
    if api is None:
        return None
    return Missed(database, api, number, accept, hotline.missed, clock, office.token_key)


class _Fallback:
    """What Twilio asks where one of our answers failed: the call comes back to where it was, that of one of ours to his
    notice, which he finds in his mail where nothing helps."""

    def __init__(self, urls: Urls) -> None:
        self._urls = urls

    def __call__(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        failed = urlparse(form.get("ErrorUrl", ""))
        asked = dict(parse_qsl(failed.query))
        language = spoken_for(asked.get("lang", ""))
        faults = whole(asked.get("fault", "")) + 1
        is_notice = failed.path.endswith("/twilio/notice")
        if faults > LIMIT_FAULTS:
            return notice.for_a_machine(language) if is_notice else twiml.give_up(language)
        back = {"fault": str(faults), "lang": language}
        if is_notice:
            return twiml.one_moment(language, self._urls.to("notice", **(asked | back)), "trouble")
        return twiml.one_moment(language, self._urls.to("voice", **back), "trouble")


def _moment(language: str, back: str, is_trouble: bool) -> str:
    return twiml.one_moment(spoken_for(language), back, "trouble" if is_trouble else "busy")
