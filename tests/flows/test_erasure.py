"""A person asks to be forgotten, and the desk goes on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import LargeBinary, String, select, update
from sqlalchemy.types import JSON

from console.pages.timeline import timeline
from intake.mail.identity import mail_report
from models import bodies, held
from models.bodies import Body
from models.db import Database
from models.tables import (
    AttachmentRow,
    AuditRow,
    Base,
    CaseRow,
    ContactRow,
    CustomerRow,
    DeadAddressRow,
    EventRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    SavedFilterRow,
    TranscriptRow,
    UserRow,
)
from models.values import CaseState, OutgoingState
from tests.factories import mail
from tests.flows.story import Story
from workers.cases.correct import correct
from workers.erasing.erase import Eraser, Outcome
from workers.erasing.found import Found
from workers.erasing.person import Person, customer, person
from workers.learning import Correction
from workers.mail_view import mail_view
from workers.runner import Runner

pytestmark = pytest.mark.every_backend
ZORA = "Zora Quill <zora.quill+work@customer.example>"
BOB = "Bob Stone <bob@customer.example>"
SAID = "The zinnia array shows marzipan lights since noon.\nCall me: +86 21 5555 0123, room Peacock.\n\nZora Quill\n"
SUBJECT = "Zinnia array in room Peacock"
# Whatever of these stands anywhere afterwards, was not erased.
CANARIES = ("zora", "quill", "zinnia", "marzipan", "peacock", "55550123", "5555 0123")


def everything(database: Database) -> Iterator[tuple[str, str]]:
    """Every text, JSON and blob of every table, case-folded, with where it stands."""
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, (String, JSON, LargeBinary)):
                    for value in session.scalars(select(column).where(column.is_not(None))):
                        said = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                        yield f"{table.name}.{column.name}", said.casefold()


def left(database: Database) -> set[tuple[str, str]]:
    return {(where, word) for where, said in everything(database) for word in CANARIES if word in said}


def quoting(text: str, said: str) -> str:
    quoted = "".join(f"> {line}\n" for line in said.splitlines())
    return f"{text}\n\nOn Mon, 9 Nov 2026 at 10:00, Zora Quill <zora.quill@customer.example> wrote:\n{quoted}"


@pytest.fixture
def told(story: Story) -> Story:
    """Zora has reported a fault, Bob has joined, staff have worked on it, and much has been noted."""
    database = story.desk.database
    with database.transaction() as session:
        session.add(CustomerRow(id=1, number="C-1", number_key="c-1", name="Customer Ltd"))
        session.flush()
        zora = "zora.quill@customer.example"
        session.add(ContactRow(customer_id=1, name="Zora Quill", address=zora, address_key=zora, phone="+862155550123"))
        user = UserRow(
            name="Eve", address="eve@x.example", address_key="eve@x.example", role="agent", password="",
            created_at=story.clock(),
        )  # fmt: skip
        session.add(user)
        session.flush()
        wanted = {"q": "Zora Quill"}
        session.add(
            SavedFilterRow(user_id=user.id, name="hers", is_shared=False, wanted=wanted, created_at=story.clock())
        )
    first = story.arrives(
        mail(SAID, subject=SUBJECT, sender=ZORA, message_id="<one@z.example>", headers={"Cc": BOB}),
        mail_from="zora.quill+work@customer.example",
    )
    answer = mail(
        quoting("I see it too, Bob.", SAID),
        sender=BOB,
        subject=f"Re: {SUBJECT}",
        message_id="<two@b.example>",
        headers={"In-Reply-To": "<one@z.example>", "Cc": ZORA},
    )
    story.arrives(answer, mail_from="bob@customer.example")
    story.arrives(mail("Please ask zora.quill@customer.example about it.", sender="Cy <cy@other.example>"))
    case_id = first.case_id
    with database.transaction() as session:
        case = session.get_one(CaseRow, case_id)
        for level in (3, 2):
            said = Correction(level, "hardware", "eve@x.example", "as Zora Quill says")
            correct(session, case, said, story.desk.office, story.desk.profile, story.clock())
        session.add(AttachmentRow(report_id=first.id, position=0, sha256="0" * 64, filename="peacock.log",
                                  content_type="text/plain", size=1, inline=False))  # fmt: skip
        bodies.add(session, [Body(first.id, 7, "audio/mpeg", b"marzipan sound")])
        session.add(TranscriptRow(report_id=first.id, sha256="1" * 64, language="en", state="done", text="marzipan"))
        session.add(EventRow(case_id=case_id, at=story.clock(), actor="Eve", kind="note", text="called 021-55550123"))
    story.does(case_id, "reply", "status", "Dear Zora Quill, the zinnia array is looked at.")
    story.sends()
    for state in (CaseState.ACCEPTED, CaseState.IN_PROGRESS):
        story.does(case_id, "move", state)
    story.does(case_id, "move", CaseState.SOLVED, cause="a cable, said Zora Quill", solution="replaced")
    story.does(case_id, "move", CaseState.CLOSED)
    with database.transaction() as session:
        session.add(DeadAddressRow(address_key=zora, since=story.clock(), because="a notice"))
    assert {word for _, word in left(database)} == set(CANARIES)
    return story


def erase(story: Story, said: str = "Zora.Quill@customer.example") -> Outcome:
    database = story.desk.database
    with database.reading() as session:
        whom = customer(session, said) if said.startswith("C-") else person(session, said)
    return Eraser(database, story.clock).erase(whom)


def test_what_was_written_down_of_a_recording_of_others_loses_who_is_named_and_the_recording_goes(told: Story) -> None:
    database = told.desk.database
    with database.transaction() as session:
        bobs = session.scalars(select(ReportRow).where(ReportRow.sender == "bob@customer.example")).one().id
        bodies.add(session, [Body(bobs, 1, "audio/mpeg", b"sound")])
        said = "Ask Zora Quill on 021 5555 0123, says Bob."
        session.add(TranscriptRow(report_id=bobs, sha256="2" * 64, language="en", state="done", text=said))

    erase(told)

    assert left(database) == set()
    with database.reading() as session:
        assert session.get_one(TranscriptRow, bobs).text == "Ask [erased] on [erased], says Bob."
        assert session.get_one(ReportPart, (bobs, 1)).content == b""


@pytest.mark.parametrize("said", ["Zora.Quill@customer.example", "+86 21 5555 0123", "C-1"])
def test_nothing_of_the_person_is_left_in_any_table(told: Story, said: str) -> None:
    outcome = erase(told, said)

    assert left(told.desk.database) == set()
    assert (outcome.reports >= 1, outcome.letters >= 1, outcome.lessons) == (True, True, 1)


def test_the_figures_of_the_case_stay_and_its_page_can_be_looked_at(told: Story) -> None:
    with told.desk.database.reading() as session:
        before = session.get_one(CaseRow, 1)
        kept = before.level, before.category, before.created_at, before.acknowledged_at, before.closed_at
        clocks = [(clock.name, clock.due_at, clock.met_at, clock.breached_at) for clock in before.clocks]
        reports = len(before.reports)

    token = erase(told).id

    with told.desk.database.reading() as session:
        case = session.get_one(CaseRow, 1)
        assert (case.level, case.category, case.created_at, case.acknowledged_at, case.closed_at) == kept
        assert [(clock.name, clock.due_at, clock.met_at, clock.breached_at) for clock in case.clocks] == clocks
        assert (len(case.reports), case.customer) == (reports, token)
        entries = timeline(session, case, mail_view)
        assert [entry.gone.forgotten_by for entry in entries if entry.gone and entry.report] == ["erasure", "erasure"]
        said = "".join(part.text for entry in entries if entry.mail for part in entry.mail.stretches)
        assert "I see it too, Bob." in said


def test_a_second_delivery_of_the_erased_mail_opens_no_case(told: Story) -> None:
    with told.desk.database.reading() as session:
        first = session.scalars(select(ReportRow).where(ReportRow.case_id == 1).order_by(ReportRow.id)).first()
    assert first is not None
    erase(told)

    again = told.arrives(
        mail(SAID, subject=SUBJECT, sender=ZORA, message_id="<one@z.example>", headers={"Cc": BOB}),
        mail_from="zora.quill+work@customer.example",
    )

    assert (again.id, again.case_id) == (first.id, 1)
    assert left(told.desk.database) == set()


def test_what_is_held_since_a_restore_is_not_sent_to_nobody(told: Story) -> None:
    with told.desk.database.transaction() as session:
        session.execute(update(OutgoingRow).values(state=OutgoingState.PENDING, due_at=None, sent_at=None))
        assert held.count(session) > 0

    erase(told, "C-1")

    with told.desk.database.reading() as session:
        kept = {row.recipient: row.forgotten_at for row in held.listed(session, 100)}
        assert set(kept.values()) <= {None}


def test_others_in_the_case_go_on_writing_to_it(told: Story) -> None:
    erase(told)

    reply = mail("It is back.", sender=BOB, headers={"In-Reply-To": "<two@b.example>", "References": "<one@z.example>"})
    added = told.arrives(reply, mail_from="bob@customer.example")

    assert added.case_id is not None
    assert added.case_id == 1 or 1 in told.linked(added.case_id)


def test_what_others_wrote_elsewhere_stays_but_for_the_name(told: Story) -> None:
    erase(told)

    with told.desk.database.reading() as session:
        other = session.scalars(select(ReportRow).where(ReportRow.sender == "cy@other.example")).one()
        assert (other.text or "").strip() == "Please ask [erased] about it."
        text = session.scalars(select(ReportRow.text).where(ReportRow.sender == "bob@customer.example")).one()
        assert text == "I see it too, Bob."


def test_a_case_that_only_names_the_person_keeps_a_subject_and_lines_like_theirs(told: Story) -> None:
    said = f"{SAID.splitlines()[0]}\nzora.quill@customer.example knows."
    other = told.arrives(mail(said, subject=SUBJECT, sender="Di <di@other.example>"), mail_from="di@other.example")

    erase(told)

    assert told.case(other.case_id).subject == SUBJECT
    with told.desk.database.reading() as session:
        text = session.scalars(select(ReportRow.text).where(ReportRow.id == other.id)).one()
    assert text is not None
    assert ("marzipan" in text, "zora" in text) == (True, False)


@pytest.mark.parametrize(
    "named", ["请联系zora.quill@customer.example，谢谢", "电话02155550123请回电", "+86-21-55550123请回电"]
)
def test_who_is_named_in_chinese_with_no_space_around_is_found_and_erased(told: Story, named: str) -> None:
    other = told.arrives(mail(f"打印机坏了。{named}。", sender="Di <di@other.example>"), mail_from="di@other.example")
    assert other.case_id is not None

    erase(told)

    with told.desk.database.reading() as session:
        text = session.scalars(select(ReportRow.text).where(ReportRow.id == other.id)).one()
    assert text is not None
    assert text.startswith("打印机坏了。")
    assert "[erased]" in text
    assert left(told.desk.database) == set()


def test_a_message_id_that_is_made_of_an_address_goes_and_another_one_stays(told: Story) -> None:
    for made in ("<zora.quill@customer.example-7>", "<plain-7@customer.example>"):
        told.arrives(mail("It is worse.", sender=ZORA, subject="Worse", message_id=made))

    erase(told)

    with told.desk.database.reading() as session:
        ids = set(session.scalars(select(ReportRow.message_id)))
    assert {"[erased]-7", "plain-7@customer.example", "one@z.example"} <= ids
    assert left(told.desk.database) == set()


def test_the_erasure_is_in_the_audit_and_whom_it_was_about_is_not(told: Story) -> None:
    outcome = erase(told)

    with told.desk.database.reading() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.what == "erased person")).one()
        assert row.about == f"{outcome.id}: {outcome}"


def test_erased_twice_there_is_nothing_left_to_erase(told: Story) -> None:
    erase(told)

    with told.desk.database.reading() as session:
        whom = person(session, "zora.quill@customer.example")
    assert not Eraser(told.desk.database, told.clock).preview(whom)


def test_an_erasure_that_was_broken_off_is_finished_by_the_next(told: Story) -> None:
    class BrokenOff(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise BrokenOff

    database = told.desk.database
    with database.reading() as session:
        whom = person(session, "zora.quill@customer.example")
    with pytest.raises(BrokenOff):
        Eraser(database, told.clock, seen=stop).erase(whom)

    erase(told)

    assert left(database) == set()


def test_what_nobody_has_read_yet_is_erased_too_and_is_worked_on_no_more(story: Story) -> None:
    raw = mail(SAID, subject=SUBJECT, sender=ZORA)
    receipt = story.acceptor.accept(mail_report(raw, "imap", story.clock()))

    erase(story)

    assert left(story.desk.database) == set()
    with story.desk.database.reading() as session:
        row = session.get_one(ReportRow, receipt.report_id)
        assert (row.state, row.due_at) == ("discarded", None)


class WhileMailIsWorkedOn(Eraser):
    """A worker gets on with what waits between the moment of looking and that of erasing."""

    story: Story

    def preview(self, person: Person) -> Found:
        found = super().preview(person)
        Runner(self.story.desk, "test").run()
        return found


@pytest.mark.parametrize("said", ["zora.quill@customer.example", "C-1"])
def test_the_case_that_a_worker_opens_meanwhile_is_erased_with_the_others(told: Story, said: str) -> None:
    database = told.desk.database
    told.acceptor.accept(mail_report(mail(SAID, subject=SUBJECT, sender=ZORA), "imap", told.clock()))
    with database.reading() as session:
        whom = customer(session, said) if said == "C-1" else person(session, said)
        answered = session.scalars(select(CaseRow)).first()
    assert answered is not None
    again = mail("Marzipan again. Zora Quill", subject=f"Re: [{answered.number}] {SUBJECT}", sender=ZORA)
    told.acceptor.accept(mail_report(again, "imap", told.clock()))
    eraser = WhileMailIsWorkedOn(database, told.clock)
    eraser.story = told

    eraser.erase(whom)

    assert left(database) == set()


def test_a_worker_opens_no_case_while_the_cases_are_erased(told: Story) -> None:
    database = told.desk.database
    told.acceptor.accept(mail_report(mail(SAID, subject=SUBJECT, sender=ZORA), "imap", told.clock()))
    with database.reading() as session:
        whom = person(session, "zora.quill@customer.example")

    def work(done: int, of: int) -> None:
        Runner(told.desk, "test").run()

    Eraser(database, told.clock, seen=work).erase(whom)

    assert left(database) == set()
