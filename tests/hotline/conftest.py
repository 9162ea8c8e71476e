"""A desk with a hotline, and an exchange that connects callers with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from starlette.testclient import TestClient

from console.app import create_app
from intake.accept import Acceptor
from models.db import Database
from models.settings import Settings
from models.tables import (
    CaseRow,
    ClockRow,
    ContactRow,
    ContractRow,
    CustomerRow,
    EventRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    ShiftRow,
    SiteRow,
    StaffRow,
)
from models.values import Channel
from tests.conftest import Clock, make_office
from tests.fakes.twilio import Caller, Exchange, Phone
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, NUMBER, TOKEN, Answer
from tests.services import make_services
from workers.desk import Desk
from workers.hotline.door import make_door
from workers.hotline.program import Program
from workers.hotline.transcriber import Scribe, Transcriber
from workers.hotline.twilio_api import make_tape
from workers.runner import Runner
from workers.stages.telephone import Tape

PUBLIC = "https://desk.example"
KNOWN = "+8613900139000"
STRANGER = "+8613800138000"
ENGINEER, SECOND = "+8613700000001", "+8613700000002"
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Hotline:
    """What a scenario can do and ask."""

    exchange: Exchange
    database: Database
    desk: Desk
    clock: Clock
    client: TestClient
    is_working: bool = True
    audio: dict[str, bytes] = field(default_factory=dict)
    transcribed: list[str] = field(default_factory=list)

    def caller(self, number: str = STRANGER) -> Caller:
        """Somebody who has dialled."""
        return Caller(self.exchange, number).calls()

    def english(self, number: str = STRANGER) -> Caller:
        """A stranger who has chosen English and has no contract number at hand."""
        return self.caller(number).hears("press 2").presses("2").hears("contract number").presses("0#").hears("press 1")

    def pass_time(self, seconds: float) -> None:
        """Time passes, and the workers do what is due."""
        self.clock.forward(seconds=seconds)
        self.work()

    def work(self) -> None:
        if self.is_working:
            Runner(self.desk, "test").run()

    def report(self, call: Caller | str) -> ReportRow:
        sid = call if isinstance(call, str) else call.sid
        with self.database.reading() as session:
            query = select(ReportRow).where(ReportRow.channel == Channel.PHONE, ReportRow.external_id == sid)
            return session.scalars(query).one()

    def reports(self) -> list[ReportRow]:
        with self.database.reading() as session:
            return list(session.scalars(select(ReportRow).order_by(ReportRow.id)))

    def text(self, call: Caller) -> str:
        """What the report says."""
        with self.database.reading() as session:
            return session.scalar(select(ReportRow.text).where(ReportRow.external_id == call.sid)) or ""

    def case(self, call: Caller | str) -> CaseRow:
        """The case of a call, once the workers have done what is due."""
        self.work()
        self.pass_time(6)  # what belongs to the call comes after it
        with self.database.reading() as session:
            return session.get_one(CaseRow, self.report(call).case_id)

    def cases(self) -> list[CaseRow]:
        with self.database.reading() as session:
            return list(session.scalars(select(CaseRow).order_by(CaseRow.id)))

    def events(self, case: CaseRow) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(EventRow.kind).where(EventRow.case_id == case.id)))

    def clocks(self, case: CaseRow) -> dict[str, ClockRow]:
        with self.database.reading() as session:
            rows = session.scalars(select(ClockRow).where(ClockRow.case_id == case.id))
            return {row.name: row for row in rows}

    def sent(self) -> list[tuple[str, str]]:
        """The text messages that were queued: number and text."""
        with self.database.reading() as session:
            rows = session.scalars(select(OutgoingRow).where(OutgoingRow.channel == "sms"))
            return [(row.recipient, row.content.decode()) for row in rows]

    def parts(self, report: ReportRow) -> list[ReportPart]:
        with self.database.reading() as session:
            query = select(ReportPart).where(ReportPart.report_id == report.id).order_by(ReportPart.seq)
            return list(session.scalars(query))

    def transcriber(self, scribe: Scribe) -> Transcriber:
        """From now on recordings are written down by `scribe`, whenever the test runs what this returns."""
        tape = self.desk.tape
        assert tape is not None
        self.desk = replace(self.desk, tape=replace(tape, is_written_down=True))
        return Transcriber(self.database, scribe, self.clock, "test", observe=self.transcribed.append)

    def on_call(self, *numbers: str) -> list[Phone]:
        """These are on call for every team, and pick up unless the test says otherwise."""
        phones = [Phone() for _ in numbers]
        self.exchange.phones.update(zip(numbers, phones, strict=True))
        teams = {team.team for team in self.desk.profile.teams}
        start, end = self.clock.now.replace(hour=0), self.clock.now.replace(hour=23)
        with self.database.transaction() as session:
            for position, number in enumerate(numbers):
                name = f"Engineer {position}"
                staff = StaffRow(
                    name=name, address=f"e{position}@desk.example", address_key=f"e{position}@desk.example",
                    phone=number, role="engineer",
                )  # fmt: skip
                session.add(staff)
                session.flush()
                session.add_all(
                    ShiftRow(team=team, staff_id=staff.id, starts_at=start, ends_at=end) for team in sorted(teams)
                )
        return phones


def _customer(database: Database) -> None:
    with database.transaction() as session:
        customer = CustomerRow(number="C-100", number_key="c-100", name="Harbour Foods", language="en")
        session.add(customer)
        session.flush()
        contract = {"profile": "yilong", "starts_on": Clock().now.date()}
        session.add_all(
            [
                ContactRow(customer_id=customer.id, name="Ann Lee", phone=KNOWN),
                ContractRow(customer_id=customer.id, number="HF-2026-071", number_key="hf-2026-071", **contract),
                SiteRow(customer_id=customer.id, number="55012", number_key="55012"),
            ]
        )


@pytest.fixture
def settings() -> Settings:
    return Settings(public_url=PUBLIC, twilio_auth_token=SecretStr(TOKEN), twilio_number=NUMBER)


@pytest.fixture
def hotline(
    database: Database, acceptor: Acceptor, clock: Clock, make_desk: Callable[..., Desk], settings: Settings
) -> Iterator[Hotline]:
    """The hotline over a real database, with one customer in the directory."""
    _customer(database)
    door = make_door(settings, database, make_office(clock), ZONE, acceptor.accept, clock, lambda: None)
    services = make_services(database, clock, twilio=door)
    with TestClient(create_app(services), base_url=PUBLIC, raise_server_exceptions=False) as client:
        exchange = Exchange(_poster(client), PUBLIC, clock=clock)
        desk = make_desk(number=NUMBER, tape=Tape(lambda sid: ("audio/mpeg", exchange.recordings[sid])))
        made = Hotline(exchange, database, desk, clock, client)
        exchange.passes = made.pass_time
        yield made
    assert door is not None
    door.close()


@pytest.fixture
def api(hotline: Hotline) -> Iterator[Api]:
    """Twilio's API, which the desk fetches recordings and pictures from."""
    with Api(hotline.exchange) as api:
        settings = Settings(twilio_account_sid=ACCOUNT, twilio_auth_token=SecretStr(TOKEN), twilio_api_url=api.url)
        hotline.desk = replace(hotline.desk, tape=make_tape(settings))
        yield api


def _poster(client: TestClient) -> Callable[..., Answer]:
    def post(url: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
        found = client.post(url, data=form, headers=headers)
        return Answer(found.status_code, found.text, found.headers.get("content-type", ""))

    return post


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    """Makes programs of a few lines of shell, whose data folder is `data`."""
    (tmp_path / "data").mkdir()

    def make(script: str, limit_seconds: float = 20) -> Program:
        path = tmp_path / "transcribe"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return Program([str(path), "--fixed"], tmp_path / "data", limit_seconds)

    return make
