"""One sample of everything that the desk writes or says, with data that is nobody's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from console.pages.scheme_services import LetterSample
from models.errors import Misconfigured, NotPossible
from models.values import CaseState, Language
from routing import profile as profiles
from routing.acknowledge import CaseFacts, acknowledge
from routing.clocks import Clock
from routing.decide import decide
from routing.letters import Kind, LetterFacts, write
from routing.notice import Notice, NoticeFacts
from routing.profile import Profile
from workers.cases import staff_words
from workers.mail_view import mail_view
from workers.mime import compose

_LEVEL, _CATEGORY = 2, "hardware"
_RECEIVED = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
_NUMBER, _TOKEN = "FL-000042", "FL-000042-k3x9q2m7ad"
_SAID = {
    Language.ENGLISH: {
        "subject": "Array offline after a power cut",
        "name": "Ann Example",
        "customer": "Example Ltd",
        "body": "The spare disk is on its way to the site.\nThe array runs with one disk less until then.",
        "cause": "A disk of the array has failed.",
        "solution": "The disk was replaced, and the array was rebuilt.",
    },
    Language.SIMPLIFIED: {
        "subject": "断电后磁盘阵列离线",
        "name": "安例",
        "customer": "示例公司",
        "body": "备用硬盘正在送往现场。\n在此之前阵列以少一块硬盘的状态运行。",
        "cause": "阵列中一块硬盘故障。",
        "solution": "已更换硬盘并重建阵列。",
    },
    Language.TRADITIONAL: {
        "subject": "斷電後磁碟陣列離線",
        "name": "安例",
        "customer": "示例公司",
        "body": "備用硬碟正在送往現場。\n在此之前陣列以少一顆硬碟的狀態運作。",
        "cause": "陣列中一顆硬碟故障。",
        "solution": "已更換硬碟並重建陣列。",
    },
}


@dataclass(frozen=True, slots=True)
class SampleLetters:
    """Implements `console.pages.scheme_services.LetterSamples`."""

    address: str

    def __call__(self, profile: str, language: str) -> Sequence[LetterSample]:
        try:
            scheme = profiles.load(profile)
        except Misconfigured as error:
            raise NotPossible(str(error)) from error
        return list(self._samples(scheme, Language(language)))

    def _samples(self, scheme: Profile, language: Language) -> Iterator[LetterSample]:
        decision = decide(scheme, _LEVEL, _CATEGORY, _RECEIVED)
        said = _SAID[language]
        reply = acknowledge(
            CaseFacts(
                number=_NUMBER,
                token=_TOKEN,
                subject=said["subject"],
                language=language,
                level=_LEVEL,
                level_name=scheme.level_name(_LEVEL, language, _CATEGORY),
                process=decision.process,
                clocks=decision.clocks,
                missing=scheme.ask_for[:2],
                greeting_name=said["name"],
                received_at=_RECEIVED,
                zone=scheme.hours.zone,
                at=_RECEIVED,
            )
        )
        yield self._mail("acknowledgement", reply.subject, reply.text)
        for kind in Kind:
            letter = write(kind, _facts(kind, scheme, language, decision.clocks))
            yield self._mail(str(kind), letter.subject, letter.text)
        told = Notice(_notice(scheme, language, decision.clocks))
        yield self._mail("notice", told.subject, told.text)
        yield LetterSample("notice-sms", "", told.sms)
        yield LetterSample("notice-spoken", "", told.spoken)

    def _mail(self, kind: str, subject: str, text: str) -> LetterSample:
        """As its reader sees it: the mail is made as it is sent, and read again."""
        view = mail_view(compose({"From": self.address, "Subject": "sample"}, text))
        return LetterSample(kind, subject, text, view.html)


def _facts(kind: Kind, scheme: Profile, language: Language, clocks: Sequence[Clock]) -> LetterFacts:
    said, is_over = _SAID[language], kind in (Kind.SOLVED, Kind.CLOSED, Kind.SURVEY)
    facts = LetterFacts(
        number=_NUMBER,
        token=_TOKEN,
        subject=said["subject"],
        language=language,
        level_name=scheme.level_name(_LEVEL, language, _CATEGORY),
        state=CaseState.IN_PROGRESS,
        greeting_name=said["name"],
        body=said["body"],
        next_clocks=tuple((clock.name, clock.due_at) for clock in clocks),
        zone=scheme.hours.zone,
        cause=said["cause"] if is_over else "",
        solution=said["solution"] if is_over else "",
        missing=scheme.ask_for[:2] if kind is Kind.ASK else (),
        received_at=_RECEIVED,
        at=_RECEIVED,
        profile=scheme.name,
    )
    if not is_over:
        return facts
    return replace(facts, body="", state=CaseState.SOLVED if kind is Kind.SOLVED else CaseState.CLOSED)


def _notice(scheme: Profile, language: Language, clocks: Sequence[Clock]) -> NoticeFacts:
    said = _SAID[language]
    step = next((rule for rule in scheme.ladder if rule.clock == "respond"), scheme.ladder[0])
    due = {clock.name: clock.due_at for clock in clocks}
    return NoticeFacts(
        number=_NUMBER,
        token=_TOKEN,
        level=_LEVEL,
        level_name=scheme.level_name(_LEVEL, language, _CATEGORY),
        customer=said["customer"],
        subject=said["subject"],
        team=scheme.team_for(_LEVEL, _CATEGORY).team,
        step=staff_words.step(step.name, language),
        because=staff_words.because(step.row, language),
        due_at=due.get(step.clock, _RECEIVED),
        zone=scheme.hours.zone,
        language=language,
        told_before=(said["name"],),
        asks_acceptance=True,
        clock=step.clock,
    )
