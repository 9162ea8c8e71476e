"""A question that a document answers: the acknowledgement brings it."""

from models.tables import EventRow
from tests.factories import mail
from tests.flows.story import Story
from tests.knowledge import put, put_documents

QUESTION = "How do I export the monthly report to Excel or CSV? There is no hurry, everything works."


def _text(story: Story) -> str:
    [*_, answer] = story.answers()
    return str(answer.get_content()).replace("\r\n", "\n")


def test_a_question_gets_its_document_with_the_acknowledgement_and_the_case_says_so(story: Story) -> None:
    put_documents(story.desk.database)

    asked = story.arrives(mail(QUESTION, subject="Question about export"))

    text = _text(story)
    assert 'This may help already:\n\n"Export a report to Excel or CSV"\n  Open the report' in text
    assert "offered" in story.events(asked.case_id)
    with story.desk.database.reading() as session:
        [event] = session.query(EventRow).filter_by(kind="offered").all()
    assert event.text == "Export a report to Excel or CSV"


def test_a_traditional_question_gets_the_simplified_document(story: Story) -> None:
    put_documents(story.desk.database)

    story.arrives(mail("您好，請問備份報表要如何匯出成 CSV 或 Excel？不急，謝謝。", subject="請問如何匯出報表"))

    text = _text(story)
    assert "以下資料或許可以直接解答您的問題：" in text
    assert "《报表导出为 Excel 或 CSV》" in text


def test_a_question_that_no_document_answers_gets_none(story: Story) -> None:
    put_documents(story.desk.database)

    asked = story.arrives(mail("Can the colours of the dashboard be changed? No hurry.", subject="A question"))

    assert "may help" not in _text(story)
    assert "offered" not in story.events(asked.case_id)


def test_a_fault_is_not_answered_with_a_document(story: Story) -> None:
    put_documents(story.desk.database)
    body = "Nobody can export a report to Excel or CSV since the update, all shops stand still. Production is down!"

    asked = story.arrives(mail(body, subject="Export a report to Excel or CSV fails"))

    assert story.case(asked.case_id).level < 4
    assert "may help" not in _text(story)


def test_what_another_customers_case_has_taught_stays_within_the_desk(story: Story) -> None:
    first = story.arrives(mail(QUESTION, subject="Question about export", sender="Bo <bo@other.example>"))
    with story.desk.database.transaction() as session:
        put(session, "Export a report to Excel or CSV", "Bo pressed the wrong key.", case_id=first.case_id)

    second = story.arrives(mail(QUESTION, subject="Question about export"))

    assert "Bo pressed" not in _text(story)
    assert "offered" not in story.events(second.case_id)
