"""The simulator of the pages: the pipeline, timers and ladders of `firstline policy simulate`, for a mail whose level
and category are given, and whose sender has just the contract that is asked about."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from classify.model import Classification, ReportText
from console.pages.scheme_services import Question, Simulated, SimulatedClock, SimulatedMessage, SimulatedStep
from models.db import Database
from models.errors import Misconfigured, NotPossible
from models.settings import Settings
from models.tables import ContactRow, ContractRow, CustomerRow, SiteRow
from models.values import StepState
from routing import ladder, quiet
from routing import profile as profiles
from routing.profile import Profile
from workers import logs
from workers.simulated.account import Account, Rung, account
from workers.simulated.desk import Given, simulate

_ADDRESS = "ann.example@customer.example"
_WRITTEN = {
    "en": ("A report for the simulation", "Please look at this report, and tell me how it goes on. Thank you."),
    "zh-Hans": ("用于模拟的报告", "请处理这份报告，并告知我们后续安排。谢谢。"),
    "zh-Hant": ("用於模擬的報告", "請處理這份報告，並告知我們後續安排。謝謝。"),
}
# Each has the pipeline of a desk in memory for a second or two.
_TURN = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class GivenClassifier:
    """Implements `classify.model.Classifier`: says of every report what it was told to say."""

    level: int
    category: str
    version: str = "given"

    def classify(self, reports: Sequence[ReportText]) -> list[Classification]:
        level_probs, category_probs = {self.level: 1.0}, {self.category: 1.0}
        found = Classification(
            self.level, self.category, level_probs, category_probs, False, "given beforehand", (), self.version
        )
        return [found] * len(reports)


@dataclass(frozen=True, slots=True)
class Simulator:
    """Implements `console.pages.scheme_services.Simulate`. Staff and shifts are those of `database`."""

    settings: Settings
    database: Database

    def __call__(self, question: Question) -> Simulated:
        try:
            scheme = profiles.load(question.profile)
            tier, site_class = scheme.tier(question.tier or None), scheme.site_class(question.site_class or None)
        except Misconfigured as error:
            raise NotPossible(str(error)) from error
        settings = self.settings.model_copy(update={"profile": scheme.name})

        def prepare(database: Database) -> None:
            _write_customer(database, scheme.name, tier, site_class, question.language)

        given = Given(GivenClassifier(question.level, question.category), prepare)
        if not _TURN.acquire(timeout=_PATIENCE_SECONDS):
            raise NotPossible("others are simulating; try again in a moment")
        try:
            with (
                logs.without_news(),
                simulate(settings, _mail(question), question.at, self.database, given=given) as desk,
            ):
                found = account(desk, timedelta(days=question.days))
        finally:
            _TURN.release()
        return _shown(found, scheme, question.level)


def _write_customer(database: Database, profile: str, tier: str | None, site_class: str | None, language: str) -> None:
    with database.transaction() as session:
        customer = CustomerRow(number="SIMULATION", number_key="simulation", name="Customer", language=language)
        session.add(customer)
        session.flush()
        session.add_all(
            (
                ContactRow(customer_id=customer.id, name="Ann Example", address=_ADDRESS, address_key=_ADDRESS),
                SiteRow(customer_id=customer.id, number="SIMULATED", number_key="simulated", site_class=site_class),
                ContractRow(
                    customer_id=customer.id,
                    number="SIMULATED",
                    number_key="simulated",
                    profile=profile,
                    tier=tier,
                    starts_on=date(2000, 1, 1),
                ),
            )
        )


def _mail(question: Question) -> bytes:
    subject, body = _WRITTEN[question.language]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = f"Ann Example <{_ADDRESS}>", subject
    mail["Message-ID"] = "<simulated@customer.example>"
    mail.set_content(body)
    return mail.as_bytes()


def _shown(found: Account, scheme: Profile, level: int) -> Simulated:
    case = found.case
    if case is None:
        raise NotPossible(f"no case would be opened: {found.because}")
    clocks = [SimulatedClock(one.name, one.due_at, one.is_promise, one.because) for one in case.promises]
    rungs = sorted((one for one in found.ladder if one.state != StepState.DROPPED), key=lambda one: one.at)
    return Simulated(
        level_name=case.level_name,
        process=case.process,
        team=case.team,
        because=case.routed,
        quiet=scheme.quiet.words,
        ends_at=found.ends_at,
        clocks=sorted(clocks, key=lambda clock: clock.due_at),
        steps=[_step(one, scheme, level, case.category) for one in rungs],
        messages=[
            SimulatedMessage(one.number, one.at, one.channel, one.kind, one.recipient, one.subject, one.text)
            for one in found.messages
        ],
    )


def _step(rung: Rung, scheme: Profile, level: int, category: str) -> SimulatedStep:
    rule = ladder.rule_of(scheme, rung.name)
    tell, does = (rule.tell, rule.does) if rule else ((), ())
    zone = scheme.hours.zone
    by = quiet.ways(rule.by, scheme.quiet, level, category, rung.at, zone) if rule and tell else ()
    is_done = rung.state == StepState.DONE
    return SimulatedStep(rung.name, rung.at, is_done, tell, by, does, rung.told, rung.because)
