"""Machines that mail their alarms: recorded, never answered, one case for one alarm."""

from collections.abc import Mapping

import pytest

from models.values import CaseState
from tests import directory
from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend

MACHINE = "nagios@mon.customer.example"


def alert(
    state: str,
    host: str = "db-01",
    service: str = "RAID",
    sender: str = MACHINE,
    kind: str = "",
    message_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    kind = kind or ("RECOVERY" if state == "OK" else "PROBLEM")
    return mail(
        f"***** Nagios *****\n\nNotification Type: {kind}\n\nService: {service}\nHost: {host}\n"
        f"Address: 192.0.2.10\nState: {state}\n\nDate/Time: Mon Nov 9 10:00:00 CST 2026\n",
        sender=sender,
        subject=f"** {kind} Service Alert: {host}/{service} is {state} **",
        message_id=message_id,
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )


def test_the_same_alarm_again_joins_its_case(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))

    again = story.arrives(alert("CRITICAL"))

    assert (first.outcome, again.outcome) == ("case", "repeat")
    assert again.case_id == first.case_id
    assert story.events(first.case_id).count("repeat") == 1
    assert story.answers() == []


def test_a_recovery_is_put_on_the_case_and_leaves_it_open(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))

    recovery = story.arrives(alert("OK"))

    assert recovery.outcome == "recovery"
    assert recovery.case_id == first.case_id
    assert story.case(first.case_id).state == "new"


def ups(code: str, event: str, serial: str = "AS1") -> bytes:
    """As the network cards of APC write."""
    return mail(
        f"Name: UPS\nSerial Number: {serial}\nTime: 10:20:30\nCode: {code}\n\n{event}\n",
        sender="ups@customer.example",
        subject=event,
    )


def test_the_end_of_an_event_with_a_code_of_its_own_is_put_on_the_case_of_the_event(story: Story) -> None:
    first = story.arrives(ups("0x0109", "Warning - UPS: On battery power."))
    other = story.arrives(ups("0x0109", "Warning - UPS: On battery power.", serial="AS2"))

    over = story.arrives(ups("0x010A", "Informational - UPS: No longer on battery power."))

    assert (over.outcome, over.case_id) == ("recovery", first.case_id)
    assert other.case_id != first.case_id


def test_the_end_of_an_event_does_not_end_the_one_before_it(story: Story) -> None:
    story.arrives(ups("0x0109", "Warning - UPS: On battery power."))

    over = story.arrives(ups("0x0110", "Informational - UPS: The battery power is no longer too low."))

    assert over.outcome == "case"


def zabbix(host: str, subject: str = "Problem: Link down", sender: str = "zabbix@customer.example") -> bytes:
    said = (
        f"Problem name: Link down\nHost: {host}\nSeverity: High\n" if host else "Li acknowledged problem at 10:00:01."
    )
    return mail(said, sender=sender, subject=subject)


def test_what_was_done_about_a_problem_is_put_on_the_case_that_alone_bears_its_name(story: Story) -> None:
    first = story.arrives(zabbix("sw1"))
    story.arrives(zabbix("sw1", sender="zabbix@other.example"))

    update = story.arrives(zabbix("", "Updated problem in 4m 10s: Link down"))

    assert (update.outcome, update.case_id) == ("repeat", first.case_id)


def test_what_was_done_about_one_of_two_problems_of_a_name_is_put_on_neither(story: Story) -> None:
    story.arrives(zabbix("sw1"))
    story.arrives(zabbix("sw2"))

    update = story.arrives(zabbix("", "Updated problem in 4m 10s: Link down"))

    assert update.outcome == "case"


def test_another_device_or_another_code_or_another_sender_has_a_case_of_its_own(story: Story) -> None:
    reports = [
        story.arrives(alert("CRITICAL")),
        story.arrives(alert("CRITICAL", host="db-02")),
        story.arrives(alert("CRITICAL", service="PSU")),
        story.arrives(alert("CRITICAL", sender="nagios@mon.stranger.example")),
    ]

    assert len({report.case_id for report in reports}) == 4


def test_two_customers_of_one_monitoring_service_have_a_case_each_for_hosts_of_one_name(story: Story) -> None:
    """It mails from one address for all of them; each has it write to an address of ours of his own."""
    first, second = (f"support+{name}@firstline.example" for name in ("acme", "beta"))
    acme = story.arrives(alert("CRITICAL", sender="alerts@saas.example"), rcpt_to=first)
    beta = story.arrives(alert("CRITICAL", sender="alerts@saas.example"), rcpt_to=second)

    over = story.arrives(alert("OK", sender="alerts@saas.example"), rcpt_to=first)

    assert (beta.outcome, beta.case_id != acme.case_id) == ("case", True)
    assert (over.outcome, over.case_id) == ("recovery", acme.case_id)
    assert story.events(beta.case_id).count("recovery") == 0


def test_alarms_of_one_name_that_the_directory_knows_as_two_customers_are_two_cases(story: Story) -> None:
    database = story.desk.database
    for number in ("C-1", "C-2"):
        directory.contract(database, directory.customer(database, number), f"SP-2026-{number[-1]}", "service-plan")

    def notice(contract: str) -> bytes:
        return mail(
            f"Host: nas\nService: RAID\nState: CRITICAL\nContract: {contract}\n",
            sender="alerts@saas.example",
            subject="** PROBLEM Service Alert: nas/RAID is CRITICAL **",
        )

    reports = [story.arrives(notice(f"SP-2026-{number}")) for number in (1, 2, 1, 2)]

    assert [report.outcome for report in reports] == ["case", "case", "repeat", "repeat"]
    assert [report.case_id for report in reports] == [1, 2, 1, 2]


def test_an_acknowledgement_over_there_does_not_say_that_the_fault_is_back(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))
    story.does(first.case_id, "move", CaseState.RECOVERED)

    seen = story.arrives(alert("CRITICAL", kind="ACKNOWLEDGEMENT"))

    assert (seen.outcome, seen.case_id) == ("repeat", first.case_id)
    assert story.case(first.case_id).state == "recovered"


def test_the_alarm_again_says_that_the_fault_is_back(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))
    story.does(first.case_id, "move", CaseState.RECOVERED)

    story.arrives(alert("CRITICAL"))

    assert story.case(first.case_id).state == "in-progress"


def test_a_recovery_in_the_thread_of_its_alarm_is_no_word_of_a_customer(story: Story) -> None:
    first = story.arrives(alert("CRITICAL", message_id="<1.event@mon.customer.example>"))
    story.does(first.case_id, "move", CaseState.WAITING)

    over = story.arrives(alert("OK", headers={"In-Reply-To": "<1.event@mon.customer.example>"}))

    assert (over.outcome, over.case_id) == ("recovery", first.case_id)
    assert story.case(first.case_id).state == "waiting"


def test_the_alarm_of_a_closed_case_opens_a_new_one(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))
    story.close(first.case_id)

    again = story.arrives(alert("CRITICAL"))

    assert again.outcome == "case"
    assert again.case_id != first.case_id


def test_a_recovery_without_an_alarm_is_a_report_of_its_own(story: Story) -> None:
    recovery = story.arrives(alert("OK"))

    assert recovery.outcome == "case"


@pytest.mark.parametrize(
    ("subject", "lines", "is_raised"),
    [
        (
            "XCC Alert: Fan 3 Tach asserted lower critical",
            "Severity: Critical\nEvent: Fan 3 Tach : Lower Critical - going low : Asserted\nSerial Number: J300XYZ1",
            True,
        ),
        ("报警通知 - ECS CPU使用率", "监控项：CPU使用率\n当前值：99.2%\n报警级别：CRITICAL\n实例：prod-web-3", True),
        ("Fan 3 is back", "Severity: Critical\nStatus: Resolved\nEvent: Fan 3\nSerial Number: J300XYZ1", False),
        ("TEST TRIGGER - please ignore", "Severity: Disaster\nHost: lab-1\nValue 1 set by hand", False),
    ],
)
def test_an_alarm_that_names_its_severity_is_no_question(
    story: Story, subject: str, lines: str, is_raised: bool
) -> None:
    report = story.arrives(mail(lines, sender="ipmi@mon.customer.example", subject=subject))

    assert (story.case(report.case_id).level < 4) is is_raised


def test_the_end_of_an_outage_that_nobody_told_of_calls_nobody(story: Story) -> None:
    lines = "Problem name: Core DB cluster is down\nProblem duration: 12m\nHost: db-cl\nSeverity: Disaster\nStatus: OK"
    over = mail(lines, sender="zabbix@mon.customer.example", subject="Resolved in 12m: Core DB cluster is down")

    case = story.case(story.arrives(over).case_id)

    assert (case.level, case.needs_review) == (4, True)


def port(state: str, name: str) -> bytes:
    lines = f"Problem name: Link down\nHost: sw-core\nSeverity: High\nDescription: Interface {name} is {state}\n"
    subject = "Resolved in 5m: Link down" if state == "up" else "Problem: Link down"
    return mail(lines, sender="zabbix@mon.customer.example", subject=subject)


def test_a_second_port_of_a_switch_has_a_case_of_its_own_and_each_ends_by_itself(story: Story) -> None:
    first = story.arrives(port("down", "Gi1/0/1"))
    second = story.arrives(port("down", "Gi1/0/2"))

    over = story.arrives(port("up", "Gi1/0/1"))
    again = story.arrives(port("down", "Gi1/0/1"))

    assert (second.outcome, second.case_id != first.case_id) == ("case", True)
    assert (over.outcome, over.case_id) == ("recovery", first.case_id)
    assert (again.outcome, again.case_id) == ("repeat", first.case_id)
    assert story.events(second.case_id).count("recovery") == 0


def test_a_device_that_is_online_again_is_put_on_the_case_of_its_going_offline(story: Story) -> None:
    def device(event: str) -> bytes:
        return mail(f"{event}\n", sender="alarm@customer.example", subject=f"设备{event}：GW-17")

    first = story.arrives(device("离线"))

    over = story.arrives(device("上线"))

    assert (over.outcome, over.case_id) == ("recovery", first.case_id)


def group(state: str, firing: str, resolved: str = "") -> bytes:
    """As Alertmanager writes of several; each letter is a host."""
    sections = [(firing, "Firing"), (resolved, "Resolved")]
    told = "".join(
        f"[{len(hosts)}] {name}\n" + "".join(f"Labels\nalertname = HostDown\ninstance = {host}\n" for host in hosts)
        for hosts, name in sections
        if hosts
    )
    return mail(told, sender="alertmanager@customer.example", subject=f"[{state}] HostDown (node critical)")


def test_a_group_of_alarms_has_a_new_case_where_another_host_is_in_it(story: Story) -> None:
    first = story.arrives(group("FIRING:2", "ab"))
    fewer = story.arrives(group("FIRING:1", "b", "a"))
    more = story.arrives(group("FIRING:2", "bc", "a"))
    again = story.arrives(group("FIRING:2", "bc", "a"))
    over = story.arrives(group("RESOLVED", "", "abc"))

    outcomes = [report.outcome for report in (first, fewer, more, again, over)]
    assert outcomes == ["case", "repeat", "case", "repeat", "recovery"]
    assert (fewer.case_id, again.case_id, over.case_id) == (first.case_id, more.case_id, more.case_id)


def test_another_fault_in_the_thread_of_an_alarm_has_a_case_of_its_own(story: Story) -> None:
    first = story.arrives(alert("CRITICAL", message_id="<1.event@mon.customer.example>"))
    below = {"In-Reply-To": "<1.event@mon.customer.example>"}

    again = story.arrives(alert("CRITICAL", headers=below))
    other = story.arrives(alert("CRITICAL", host="db-02", headers=below))
    over = story.arrives(alert("OK", host="db-02", headers=below))

    assert (again.outcome, again.case_id) == ("repeat", first.case_id)
    assert (other.outcome, other.case_id != first.case_id) == ("case", True)
    assert (over.outcome, over.case_id) == ("recovery", other.case_id)
