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


def test_an_event_of_a_management_board_is_known_by_service_tag_kind_of_message_and_part() -> None:
    lines = ("Event Message: The power supply 1 has failed.", "Message ID: PSU0003", "Service Tag: 7XK22")

    found = read("iDRAC Alert: System Name: R740-01", *lines)

    assert found is not None
    assert (found.device, found.code) == ("7xk22", "psu power supply 1")


def test_a_serial_number_is_read_where_chinese_is_written_up_to_its_name() -> None:
    found = read("硬盘告警", "告警时间：2026-11-09 10:00", "机房三号柜设备SN 2102350BTG：硬盘 3 故障")

    assert found is not None
    assert found.device == "2102350btg"


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


def key(found: alarm.Alarm | None) -> tuple[str, str]:
    assert found is not None
    return found.device, found.code


IDRAC = ("Severity: Informational", "Service Tag: 7XK22")


@pytest.mark.parametrize(
    ("subject", "problem", "over_subject", "over"),
    [
        (
            "** PROBLEM Host Alert: sw2 is DOWN **",
            ("Host: sw2",),
            "** RECOVERY Host Alert: sw2 is UP **",
            ("Host: sw2",),
        ),
        ("[PROBLEM] Host esx4 is DOWN!", (), "[RECOVERY] Host esx4 is UP!", ()),
        ("[PROBLEM] disk on srv1 is CRITICAL!", (), "[RECOVERY] disk on srv1 is OK!", ()),
        ("Checkmk: srv1/CPU load OK -> CRIT", (), "Checkmk: srv1/CPU load CRIT -> OK", ()),
        ("Checkmk: nas2 UP -> DOWN", (), "Checkmk: nas2 DOWN -> UP", ()),
        (
            "故障PROBLEM,服务器:应用01发生: CPU负载过高故障!",
            ("告警主机:应用01", "告警信息: CPU负载过高", "当前状态:PROBLEM:12.5"),
            "恢复OK,服务器:应用01: CPU负载过高已恢复!",
            ("告警主机:应用01", "告警信息: CPU负载过高", "当前状态:OK:1.5"),
        ),
        ("[PRTG (MON2)] core Port 24 Down (No link)", (), "[PRTG (MON2)] core Port 24 Up (1 Gbit/s)", ()),
        (
            "故障：核心交换机 CPU 使用率过高",
            ("告警主机：s1", "当前状态：PROBLEM 97%"),
            "恢复：核心交换机 CPU 使用率过高",
            ("告警主机：s1", "当前状态：OK 12%"),
        ),
        ("PROBLEM: High: db1 is slow", ("Host: db1",), "OK: db1 is slow", ("Host: db1", "Status: OK")),
        ("[Alerting] Queue depth alert", (), "[OK] Queue depth alert", ()),
        ("[Alerting] Checkout errors", ("Value: 41.2",), "[OK] Checkout errors", ("Value: 0.4",)),
        (
            "[严重告警] 2102A 硬盘故障",
            ("告警级别: 严重", "序列号: 2102A", "告警描述: 硬盘Disk5故障"),
            "[告警恢复] 2102A 硬盘故障",
            ("告警级别: 严重", "序列号: 2102A", "告警描述: 硬盘Disk5故障恢复"),
        ),
        (
            "浪潮服务器告警通知",
            ("服务器SN：217634512", "时间：21:40:11", "部件：CPU0_C1D0", "描述：ECC错误超过阈值", "状态：Assert"),
            "浪潮服务器告警通知",
            ("服务器SN：217634512", "时间：22:40:11", "部件：CPU0_C1D0", "描述：ECC错误超过阈值", "状态：Deassert"),
        ),
        (
            "[PROBLEM] RAID on srv1 is CRITICAL!",
            ("Message: disk 3 failed",),
            "[RECOVERY] RAID on srv1 is OK!",
            ("Message: all disks online",),
        ),
        ("[FIRING:1] CPU usage high Infra (k1)", (), "[RESOLVED] CPU usage high Infra (k1)", ()),
        (
            "[Monitor Alert] Triggered on {host:w1}: Disk full",
            (),
            "[Monitor Alert] Recovered on {host:w1}: Disk full",
            (),
        ),
        ("Alert: Node rtr1 is Down.", ("Node: rtr1",), "RESET: Node rtr1 is Up.", ("Node: rtr1",)),
        ("rtr1 (192.0.2.3) is Down at least 2 min", (), "rtr1 (192.0.2.3) is Up at least 2 min", ()),
        ("Alert for device sw1 - Devices up/down", (), "Device sw1 recovered from Devices up/down", ()),
        (
            "iDRAC Alert",
            ("Event Message: Fan 3 RPM is less than the lower critical threshold.", "Message ID: FAN0001", *IDRAC[1:]),
            "iDRAC Alert",
            ("Event Message: Fan 3 RPM is within range.", "Message ID: FAN0000", *IDRAC),
        ),
        (
            "HPE iLO AlertMail-014: (CRITICAL) System Fan Failure (Fan 3)",
            ("Server Name: sql1",),
            "HPE iLO AlertMail-015: (REPAIRED) System Fan Failure (Fan 3)",
            ("Server Name: sql1",),
        ),
        (
            "【eSight】告警通知: 接口down",
            ("告警源：s6", "告警ID：0x8130012", "定位信息：接口=GE1/0/2"),
            "【eSight】告警清除通知: 接口down",
            ("告警源：s6", "告警ID：0x8130012", "定位信息：接口=GE1/0/2"),
        ),
        ('ALARM: "web-cpu" in Asia Pacific', (), 'OK: "web-cpu" in Asia Pacific', ()),
        (
            "SQL Server Job System: 'Backup' completed on SQL1",
            ("STATUS: \tFailed",),
            "SQL Server Job System: 'Backup' completed on SQL1",
            ("STATUS: \tSucceeded",),
        ),
        (
            "WinCC Alarm: Line 4 drive overload CAME IN",
            ("Plant: Line 4", "Alarm text: drive overload", "State: CAME IN"),
            "WinCC Alarm: Line 4 drive overload WENT OUT",
            ("Plant: Line 4", "Alarm text: drive overload", "State: WENT OUT"),
        ),
    ],
)
def test_an_alarm_and_its_end_are_the_same_alarm(
    subject: str, problem: tuple[str, ...], over_subject: str, over: tuple[str, ...]
) -> None:
    first, last = read(subject, *problem), read(over_subject, *over)

    assert first is not None
    assert last is not None
    assert key(first) == key(last)
    assert (first.state, last.state) == ("problem", "recovery")


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("第{}次告警：数据库 orcl 表空间使用率过高", "告警次数：{}，持续时间：{}0分钟"),
        ("Queue stuck", "Occurrences: {}, for 1{} min"),
    ],
)
def test_an_alarm_that_is_counted_is_the_same_each_time(subject: str, line: str) -> None:
    first = read(subject.format(1, 1), line.format(1, 1))

    again = read(subject.format(2, 2), line.format(2, 2))

    assert key(again) == key(first)


@pytest.mark.parametrize(
    ("name", "message", "again"),
    [
        ("Battery low", "Battery 11.8V low", "Battery 11.6V low"),
        ("Battery low", "Battery: 24 V", "Battery: 23 V"),
        ("Fan failure", "Fan: 1200 RPM, below threshold", "Fan: 900 RPM, below threshold"),
        ("Disk full", "Disk 1200 of 2000 blocks left", "Disk 1100 of 2000 blocks left"),
        ("Memory", "DIMM 512 MB free", "DIMM 500 MB free"),
        ("电池电压低", "电池 47.9V", "电池 47.8V"),
        ("风扇异常", "风扇 1200转", "风扇 800 转"),
    ],
)
def test_what_is_measured_at_a_part_makes_no_other_alarm_of_it(name: str, message: str, again: str) -> None:
    first, second = (read("Alert", f"Event: {name}", "Host: a1", f"Message: {said}") for said in (message, again))

    assert key(first) == key(second)


@pytest.mark.parametrize(
    ("subject", "is_grave"),
    [
        ("HPE iLO AlertMail-012: (CAUTION) Smart Storage Battery failure", True),
        ("HPE iLO AlertMail-013: (REPAIRED) Smart Storage Battery failure", False),
        ("HPE iLO AlertMail-014: (INFORMATIONAL) Server power on", False),
        ("【设备离线告警】二号厂房 AC", True),
        ("【告警恢复】二号厂房 AC", False),
        ("【测试告警】故障演练", False),
        ("[OK] Backup job 7", False),
        ("[Failed] Backup job 7", True),
        ("DegradedArray event on /dev/md1:db9", True),
        ("RebuildFinished event on /dev/md1:db9", False),
        ("** PROBLEM Service Alert: db9/failover state is OK **", False),
    ],
)
def test_a_severity_or_a_bad_state_may_stand_in_the_subject(subject: str, is_grave: bool) -> None:
    found = read(subject, "Server: h8")

    assert found is not None
    assert found.is_grave == is_grave


def test_an_event_in_one_line_is_read_too() -> None:
    fortigate = 'date=2026-11-26 time=10:00:01 devname=fg1 devid=FG100E1 logid="0108037898" msg="HA member left"'
    openmanage = "Device Name: r640, Date: 11/26/2026, Severity: Critical, Message ID: VDR7, Message: disk 0 failed"

    assert key(read("Message meets Alert condition", fortigate)) == ("fg100e1", "0108037898")
    assert key(read("OME Alert", openmanage)) == ("r640", "vdr disk 0")


def test_a_mail_that_names_nothing_is_the_same_alarm_only_where_it_says_the_same() -> None:
    first = read("Backup report", "Job 7 has failed at 10:20:30")

    assert key(read("Backup report", "Job 7 has failed at 11:21:31")) == key(first)
    assert key(read("Backup report", "Job 8 has failed at 10:20:30")) != key(first)
    assert key(read("Backup report", "Job 7 has ended at 10:20:30")) != key(first)


def test_the_end_of_an_event_of_a_ups_names_the_event_before_it() -> None:
    over = read("UPS", "Serial Number: AS12", "Code: 0x010A", "", "Informational - UPS: No longer on battery power.")
    found = read("UPS", "Serial Number: AS12", "Code: 0x0101", "", "Informational - UPS: Restored the communication.")

    assert over is not None
    assert found is not None
    assert (over.state, over.ends) == ("recovery", "0x0109")
    assert found.ends == "0x0102"


@pytest.mark.parametrize(
    ("state", "lines"),
    [
        ("acknowledged", ("Source State: Offnormal", "Ack State: Acked")),
        ("problem", ("Source State: Offnormal", "Ack State: Unacked")),
        ("recovery", ("Source State: Normal", "Ack State: Unacked")),
        ("acknowledged", ("State: In Alarm, Acked",)),
        ("problem", ("State: In Alarm, Unacked",)),
        ("problem", ("State: Failed", "Acknowledge this alarm here: http://192.0.2.1/")),
        ("problem", ("Status: completed with errors",)),
        ("recovery", ("Event Direction: Deassertion",)),
    ],
)
def test_what_somebody_there_has_seen_is_neither_new_nor_over(state: alarm.State, lines: tuple[str, ...]) -> None:
    found = read("Alarm: Chiller_1", "Source: Chiller_1", *lines)

    assert found is not None
    assert found.state == state


def test_two_faults_that_cisco_calls_home_about_are_two_alarms() -> None:
    named = ("Message Name : syslog", "Hostname : acc-3f", "Serial Number : FCW1943A0AB")

    fan = read("Call Home: CISCO-2960X", *named, "Message Description : %PLATFORM_ENV-1-FAN: Faulty fan detected")
    link = read("Call Home: CISCO-2960X", *named, "Message Description : %LINK-3-UPDOWN: Interface Gi1/0/3 down")

    assert fan is not None
    assert link is not None
    assert fan.code != link.code


def test_an_event_of_enterprise_manager_ends_under_its_name() -> None:
    named = ("Host=dbhost1", "Target name=orcl", "Event name=Response:Status")

    down = read("EM Event: Fatal:orcl - The database status is DOWN.", *named, "Severity=Fatal")
    over = read("EM Event: Clear:orcl - The database status is UP.", *named, "Severity=Clear")

    assert key(over) == key(down)
    assert (down and down.is_grave, over and over.state) == (True, "recovery")


def test_an_event_that_is_called_an_error_is_grave() -> None:
    found = read("Embedded Net DVR: Notice", "EVENT TYPE: HDD Error", "DVR NAME: gate", "HDD NUMBER: 2")

    assert found is not None
    assert found.is_grave


@pytest.mark.parametrize(
    ("line", "is_grave"),
    [
        ("Fault: battery charger", True),
        ("故障：充电器", True),
        ("Fault: none", False),
        ("故障：无", False),
        ("Result: Warning", True),
        ("结果：失败", True),
        ("Result: Success", False),
    ],
)
def test_what_stands_as_the_fault_or_the_result_is_wrong_unless_it_says_none(line: str, is_grave: bool) -> None:
    found = read("Fire panel", "Panel: FP-2", line)

    assert found is not None
    assert found.is_grave == is_grave
