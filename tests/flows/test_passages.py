"""A line that stands still is heard between pages on contracts and between the lines of our questions; a machine that
says it is well again calls nobody."""

import pytest

from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_alarms import MACHINE, alert

pytestmark = pytest.mark.every_backend

PAGES = (
    "Thank you for the pleasant meeting in October, the minutes are attached.\n\n"
    "The documentation of the interface should be delivered as a PDF in both languages.\n\n"
    "The training of the late shift can take place in the third week of January.\n\n"
    "Please let us know the list of recommended spare parts with prices.\n\n"
    "For the renewal of the maintenance contract we expect your quotation this month.\n\n"
    "Payment terms stay as they are, 30 days net, the invoice goes to the new address.\n\n"
)
STANDS = "Since one o'clock all four filling lines have been standing, we have sent the shift home.\n\n"


def test_a_fault_in_the_middle_of_a_long_mail_is_heard(story: Story) -> None:
    report = story.arrives(mail(f"{PAGES * 3}{STANDS}{PAGES * 3}Kind regards", subject="Open points"))

    assert report.case_id is not None
    case = story.case(report.case_id)
    assert (case.level, case.needs_review) == (1, True)


def test_a_standstill_in_a_list_of_minor_faults_is_heard(story: Story) -> None:
    lamps = (
        "One of the two fans in the storage shelf shows an amber light, temperatures are fine.\n\n"
        "Filling line 2 has been standing since six, the controller does not boot, and the shift has gone home.\n\n"
        "The battery of the RAID controller says 'service soon'. The log of the backup shows two warnings.\n"
    )

    report = story.arrives(mail(lamps, subject="Monthly list of small things"))

    assert report.case_id is not None
    case = story.case(report.case_id)
    assert (case.level, case.needs_review) == (1, True)


def test_a_chinese_one_is_heard_too(story: Story) -> None:
    thanks = "感谢贵公司工程师上月来院巡检，报告已归档，合同正在走流程，请告知一月培训的费用。\n\n" * 40
    stop = "今天早上七点半起门诊收费系统全部无法使用，挂号也挂不了，几百名患者积压在大厅，目前手工开单。\n\n"

    report = story.arrives(mail(thanks + stop + thanks, subject="关于维保合同"))

    assert report.case_id is not None
    assert story.case(report.case_id).level == 1


def test_pages_without_a_fault_stay_a_request(story: Story) -> None:
    planned = "In August we rehearse an outage: all lines are standing then, and the shift is sent home.\n\n"

    report = story.arrives(mail(f"{PAGES * 3}{planned}{PAGES * 3}Kind regards", subject="Open points"))

    assert report.case_id is not None
    assert story.case(report.case_id).level == 4


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("> 1. Is the lamp on?\nno\n> 2. Who is affected?\nall 300, nobody can work\n> 3. An invoice?\nno", 1),
        ("> 1. Is the lamp on?\nyes\n> 2. Is it urgent?\nnext week is fine\n> 3. An invoice?\nno", 4),
    ],
)
def test_answers_between_the_lines_count_for_themselves(story: Story, body: str, level: int) -> None:
    headers = {"In-Reply-To": "<list@elsewhere.example>"}

    report = story.arrives(mail(body, subject="Re: check list", headers=headers))

    assert report.case_id is not None
    assert story.case(report.case_id).level == level


def test_a_fault_within_a_long_addition_raises_its_case(story: Story) -> None:
    question = story.arrives(mail("How do I change the time zone of the monthly report?", subject="Question"))
    [acknowledgement] = story.answers()
    headers = {"In-Reply-To": acknowledgement["Message-ID"]}

    story.arrives(mail(f"{PAGES}{STANDS}{PAGES}", subject="Re: Question", headers=headers))

    assert question.case_id is not None
    assert story.case(question.case_id).level == 1


def test_a_machine_that_is_up_again_calls_nobody(story: Story) -> None:
    body = "Sensor Ping on core-router\nStatus: Up\nLast status Down lasted: 6 m"
    headers = {"Auto-Submitted": "auto-generated"}

    report = story.arrives(mail(body, subject="Up (Sensor: Ping) core-router", sender=MACHINE, headers=headers))

    assert report.case_id is not None
    case = story.case(report.case_id)
    assert (case.level, case.needs_review) == (4, True)


def test_a_line_of_a_machines_mail_that_tells_of_a_standstill_is_looked_at_beside_an_end(story: Story) -> None:
    told = "2号线恢复正常。\n5号线停机，无法启动，全车间停产。"

    report = story.arrives(mail(told, subject="【恢复】2号线 【告警】5号线", sender=MACHINE))

    assert report.case_id is not None
    assert story.case(report.case_id).needs_review


def test_the_end_of_an_alarm_that_tells_of_another_standstill_is_looked_at_on_its_case(story: Story) -> None:
    problem = story.arrives(alert("WARNING", service="Temperature"))
    with story.desk.database.transaction() as session:
        session.merge(story.case(problem.case_id)).needs_review = False

    more = b"\r\nLine 5 has stopped and does not start any more, the whole hall stands still.\r\n"
    end = story.arrives(alert("OK", service="Temperature") + more)

    assert (end.case_id, end.outcome) == (problem.case_id, "recovery")
    assert story.case(problem.case_id).needs_review
