"""What came by telephone: read, put with the case it belongs to, its recording or its pictures fetched."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.filters import Verdict
from intake.hotline import numbers, spoken
from intake.hotline.spoken import Spoken, What
from intake.mail.model import ParsedMail
from intake.trust.verdict import Trust
from models.db import Database
from models.errors import Permanent, Temporary
from models.values import Language
from routing.threading import Parent, Thread
from workers.stages import pictures
from workers.stages.draft import Draft
from workers.stages.telephone_cases import Belonging, belongings

STATUS_ASKED, NOTHING_SAID, RECORDING, CHOICE = "status-asked", "nothing-said", "recording", "text-choice"
# A call that goes on is not waited for any shorter.
CALL_GOES_ON = timedelta(seconds=5)
# A recording is tried for so often, at last some minutes apart.
LIMIT_FETCHES = 8
_THREADS = 8


@dataclass(frozen=True, slots=True)
class Tape:
    """`fetch` gets a recording by its RecordingSid, content type and bytes, or raises Temporary or Permanent;
    `is_written_down`: a program of ours writes down later what it says. `picture` gets what came with a text message,
    by its MediaUrl, as `fetch` does."""

    fetch: Callable[[str], tuple[str, bytes]]
    is_written_down: bool = False
    picture: pictures.Fetch | None = None


def parsed(draft: Draft) -> Draft:
    """The draft with what was said in the form of a mail, which has no sender."""
    said = spoken.read(draft.claimed.content)
    language = Language(said.language or Language.SIMPLIFIED)
    mail = ParsedMail(
        message_id="", subject=said.subject, sender=None, text=said.text, reply=said.words, language=language
    )
    return replace(draft, mail=mail, spoken=said)


def run(
    drafts: Sequence[Draft], database: Database, key: bytes, clock: Callable[[], datetime], tape: Tape | None
) -> list[Draft]:
    """Say of each report by telephone which case it belongs to and whether it is one; the others stay as they are."""
    by_phone = [draft for draft in drafts if draft.spoken is not None]
    if not by_phone:
        return list(drafts)
    found = belongings(database, [draft.spoken for draft in by_phone if draft.spoken is not None], key, clock())
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="recordings") as pool:
        done = dict(
            zip(
                [draft.claimed.id for draft in by_phone],
                pool.map(lambda draft, belonging: _judged(draft, belonging, tape), by_phone, found),
                strict=True,
            )
        )
    return [done.get(draft.claimed.id, draft) for draft in drafts]


def _judged(draft: Draft, found: Belonging, tape: Tape | None) -> Draft:
    said = draft.spoken
    assert said is not None
    thread = Thread(Parent(found.case_id, found.opener, None), found.because) if found.case_id is not None else None
    by_staff, trust = found.by_staff, Trust(because=_BY_TELEPHONE)
    plain = replace(draft, thread=thread, link=None, alarm=None, by_staff=by_staff, trust=trust)
    if found.is_under_way:
        return replace(plain, verdict=_VERDICT, later=CALL_GOES_ON)
    if said.what is What.RECORDING:
        return _with_audio(plain, said, tape)
    if said.pictures:
        plain = pictures.attach(plain, said, tape.picture if tape is not None else None)
    if found.call is not None:
        call = found.call
        facts = replace(said, is_stopped=call.is_stopped, keyed=call.keyed, not_said=call.not_said)
        plain = replace(plain, mail=replace(plain.mail, reply=call.words), spoken=facts)
    return replace(plain, verdict=_verdict(said, thread))


_BY_TELEPHONE = "it came by telephone"
_VERDICT, _TEXTED = Verdict(because="somebody called"), Verdict(because="somebody wrote a text message")


def _verdict(said: Spoken, thread: Thread | None) -> Verdict:
    if said.is_choice:
        return Verdict(CHOICE, answer=False, because="it only says whether its sender wants to be texted")
    if not said.has_report and thread is not None:
        return Verdict(STATUS_ASKED, answer=False, because="the caller asked how it stands, and was told")
    if said.is_silent and not said.phone:
        return Verdict(NOTHING_SAID, answer=False, because="somebody called from a withheld number and said nothing")
    if not numbers.is_mobile(said.phone):
        return Verdict(answer=False, because="the number takes no text messages")
    return _TEXTED if said.what is What.SMS else _VERDICT


def _with_audio(draft: Draft, said: Spoken, tape: Tape | None) -> Draft:
    """The recording with its bytes. What it says follows, where somebody can write that down: nobody waits for it."""
    listen = f"a recorded message of {said.seconds} s" if said.seconds else "a recorded message"
    if tape is None:
        return _to_be_heard(draft, f"{listen}, which Twilio keeps as {said.recording_sid}")
    try:
        kind, audio = tape.fetch(said.recording_sid)
    except (Temporary, Permanent) as error:
        if isinstance(error, Temporary) and draft.claimed.attempts < LIMIT_FETCHES:
            return replace(draft, verdict=_VERDICT, later=timedelta(seconds=2**draft.claimed.attempts))
        return _to_be_heard(draft, f"{listen}, {said.recording_sid}, which cannot be fetched: {error}")
    return _to_be_heard(replace(draft, audio=(kind, audio)), f"{listen}: listen to it in report {draft.claimed.id}")


def _to_be_heard(draft: Draft, because: str) -> Draft:
    """Put on the case of its call; a case of its own where that has none."""
    outcome = RECORDING if draft.thread is not None else None
    return replace(draft, verdict=Verdict(outcome, answer=False, because=because))


def review(drafts: Sequence[Draft]) -> list[Draft]:
    """A person looks at what nobody has understood: a call without words, or with a recording."""
    return [_reviewed(draft) for draft in drafts]


def _reviewed(draft: Draft) -> Draft:
    found, said = draft.classification, draft.spoken
    if found is None or said is None or (said.is_understood and (found.needs_review or not said.wants_call_back)):
        return draft
    because = "the caller asks to be called back" if said.is_understood else _unread(said)
    return replace(draft, classification=replace(found, needs_review=True, because=because))


def _unread(said: Spoken) -> str:
    if said.is_silent:
        return "the caller said nothing: nobody knows what it is about"
    if said.pictures:
        return "look at what was sent"
    if said.what is What.CALL and not said.is_recorded:
        return "the caller hung up before he had said what it is about"
    return "listen to what the caller has recorded"
