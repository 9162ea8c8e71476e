"""Which alarm a machine's mail is about, and whether it is over."""

import pytest

from intake.mail import alarm
from intake.mail.parse import parse
from tests.factories import mail


def read(subject: str, *lines: str) -> alarm.Alarm | None:
    return alarm.read(parse(mail("\n".join(lines), subject=subject)))


def test_a_reading_that_rises_is_the_same_alarm() -> None:
    subject = "【监控告警】主机 db-01 磁盘使用率过高"

    first = read(subject, "主机：db-01", "告警内容：磁盘使用率 95%")
    again = read(subject, "主机：db-01", "告警内容：磁盘使用率 97.5%")

    assert first is not None
    assert again is not None
    assert (again.device, again.code) == (first.device, first.code)


def test_an_event_of_a_management_board_is_known_by_service_tag_and_message_id() -> None:
    lines = ("Event Message: The power supply 1 has failed.", "Message ID: PSU0003", "Service Tag: 7XK22")

    found = read("iDRAC Alert: System Name: R740-01", *lines)

    assert found is not None
    assert (found.device, found.code) == ("7xk22", "psu0003")


@pytest.mark.parametrize(
    ("state", "subject", "lines"),
    [
        ("problem", "[FIRING:1, RESOLVED:1] InstanceDown (prod)", ("alertname = InstanceDown", "instance = db-01")),
        ("recovery", "[RESOLVED] InstanceDown (prod)", ("alertname = InstanceDown", "instance = db-01")),
        ("problem", "[PRTG Network Monitor (mon)] Ping (fw1) Down (Timeout)", ("Sensor: Ping", "Device: fw1")),
        ("recovery", "[PRTG Network Monitor (mon)] Ping (fw1) Up (OK)", ("Sensor: Ping", "Device: fw1")),
        ("recovery", "Ping on fw1", ("Sensor: Ping", "Device: fw1", "Status: Up")),
        (
            "problem",
            "[VMware vCenter - Alarm Host connection] Host esx3 is not responding",
            ("Target: esx3", "Previous Status: Green", "New Status: Red"),
        ),
        (
            "recovery",
            "[VMware vCenter - Alarm Host connection] Host esx3 changed",
            ("Target: esx3", "Previous Status: Red", "New Status: Green"),
        ),
    ],
)
def test_an_alarm_is_over_when_its_notice_says_so_of_all_it_is_about(
    state: alarm.State, subject: str, lines: tuple[str, ...]
) -> None:
    found = read(subject, *lines)

    assert found is not None
    assert found.state == state
