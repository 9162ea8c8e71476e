"""Mails that list several alarms: which are there, and which are over."""

from intake.mail import alarm, alarm_groups
from intake.mail.parse import parse
from tests.factories import mail


def alertmanager(firing: str, resolved: str = "") -> str:
    """As its own template writes; each letter is an instance."""

    def block(instance: str) -> str:
        labels = f"alertname = HostDown\ninstance = {instance}:9100"
        return f"Labels\n{labels}\nAnnotations\nsummary = {instance} is down\nSource\n\n"

    sections = [(firing, "Firing"), (resolved, "Resolved")]
    told = (f"[{len(of)}] {name}\n{''.join(map(block, of))}" for of, name in sections if of)
    return f"{len(firing + resolved)} alerts for alertname=HostDown\n\n" + "".join(told)


def read(subject: str, text: str) -> alarm.Alarm:
    found = alarm.read(parse(mail(text, subject=subject)))
    assert found is not None
    return found


def test_each_alarm_that_is_listed_is_known_by_its_labels() -> None:
    found = alarm_groups.read(alertmanager("ab", "c"))

    assert found is not None
    assert sorted(found.firing) == ["alertname=hostdown instance=a:9100", "alertname=hostdown instance=b:9100"]
    assert found.resolved == {"alertname=hostdown instance=c:9100"}


def test_what_lists_one_alarm_is_no_group() -> None:
    assert alarm_groups.read(alertmanager("a")) is None
    assert alarm_groups.read("Host: a\nEvent: CPU high\n\nHost: a\nEvent: CPU high\n") is None


def test_a_digest_is_a_group_of_what_its_blocks_name() -> None:
    found = alarm_groups.read("主机：db-1\n告警名称：磁盘满\n\n主机：db-2\n告警名称：磁盘满\n")

    assert found is not None
    assert found.firing == {"db-1 磁盘满", "db-2 磁盘满"}


def test_a_group_is_the_same_whatever_of_it_is_there() -> None:
    first = read("[FIRING:3] HostDown (node critical)", alertmanager("abc"))
    later = read("[FIRING:1] HostDown (node a:9100)", alertmanager("a", "bc"))
    over = read("[RESOLVED] HostDown (node critical)", alertmanager("", "abc"))

    assert {(one.device, one.code) for one in (first, later, over)} == {(first.device, first.code)}
    assert [one.state for one in (first, later, over)] == ["problem", "problem", "recovery"]


def test_a_group_of_which_one_is_there_is_not_over_whatever_its_subject_says() -> None:
    assert read("[RESOLVED:1] HostDown", alertmanager("ab", "c")).state == "problem"


def test_each_block_of_a_digest_has_its_own_state() -> None:
    first = "Device: PLC-1\nAlarm: Comm lost\nState: Cleared\n\n"

    mixed = read("Alarm report", f"{first}Device: PLC-2\nAlarm: CPU stop\nState: Active\n")
    over = read("Alarm report", f"{first}Device: PLC-2\nAlarm: CPU stop\nState: Cleared\n")

    assert mixed.state == "problem"
    assert mixed.of == {"plc-2 cpu stop"}
    assert over.state == "recovery"
