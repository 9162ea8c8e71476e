"""An end that is told beside a fault is no recovery; the name of what is over is no fault."""

import pytest

from intake.mail import alarm
from intake.mail.parse import parse
from tests.factories import mail


def state(subject: str, *lines: str) -> alarm.State:
    found = alarm.read(parse(mail("\n".join(["Host: st-1", "Time: 2026-11-28 10:00", *lines]), subject=subject)))
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    "subject",
    [
        "Pump station 4: Main pump tripped, pump2 is now up",
        "Main line down, standby line is up",
        "node1 failed, node2 online",
        "OK: backup link up - primary link DOWN",
        "Cluster failover succeeded: node A is down",
        "HA: standby took over, service restored on node2; node1 unreachable",
        "RAID rebuild completed successfully, disk 5 now failed",
        "Service restored in degraded mode: 1 of 2 controllers failed",
        "Power supply 1 is OK. Power supply 2 has failed.",
        "Recovery of volume vol7 aborted",
        "Recovery: 3 alarms cleared, 2 alarms active",
        "Server srv1 was restored at 09:00 but is down again",
        "UP 2 DOWN 5: site overview",
        "Line voltage restored on L1, L2 missing",
        "主链路中断，备链路已恢复",
        "市电中断，UPS已启动，恢复供电",
        "主泵跳闸，备用泵已上线",
        "主机 web1 恢复，主机 web2 宕机",
        "1号冷机恢复运行，2号冷机故障停机",
        "已恢复的链路再次中断",
        "恢复倒计时：系统将于10分钟后关机",
    ],
)
def test_an_end_beside_a_fault_is_no_recovery(subject: str) -> None:
    assert state(subject, "Severity: High") == "problem"
    assert state("Notice", f"Event: {subject}", "Severity: High") == "problem"


@pytest.mark.parametrize(
    "subject",
    [
        "Link down - recovered",
        "Port 3 link down, port 3 is up",
        "Host is up again, was down for 5 min",
        "Resolved in 12m: Core DB is down, replica lost",
        "[RESOLVED] node1 failed, node2 offline",
        "Monitor is UP: shop (down for 5 minutes)",
        "Gateway back online: 0 alarms active",
        "设备离线，现已恢复",
        "设备离线告警：GW-17 已恢复上线",
        "【恢复】链路中断，设备 R1",
        "网络中断，网络已恢复正常",
        "恢复OK,服务器:应用01: 主机宕机",
    ],
)
def test_the_name_of_what_is_over_is_no_fault(subject: str) -> None:
    assert state(subject) == "recovery"


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("Earth fault on feeder 3, breaker failed to trip", "State: Closed"),
        ("Breaker CB-101", "State: Closed"),
        ("Valve V-12: no flow", "Status: closed"),
        ("断路器 QF2 合闸失败", "状态: Closed"),
        ("Printer: toner low", "Status: Online"),
        ("UPS 4: replace battery", "Status: Online"),
        ("存储池异常", "状态：在线"),
        ("Notice", "Status: Recovered, disk 2 failed"),
        ("Path 1 restored, path 2 lost", "Status: OK"),
    ],
)
def test_the_state_of_a_device_ends_no_fault_of_another_kind(subject: str, line: str) -> None:
    assert state(subject, line) == "problem"


@pytest.mark.parametrize(
    ("subject", "line"),
    [("Ticket 5: no uplink", "State: Closed"), ("AP 4", "Status: Online"), ("设备通知", "状态：在线")],
)
def test_the_state_of_a_device_ends_a_fault_of_its_kind(subject: str, line: str) -> None:
    assert state(subject, line) == "recovery"


@pytest.mark.parametrize(
    ("subject", "lines"),
    [
        ("UP: standby generator running, mains failed", ()),
        ("Power restored to PDU A but PDU B remains without power", ()),
        ("OK: 3 services, CRITICAL: 2 services", ()),
        ("Alarm cleared for pump 1, pump 2 in alarm", ()),
        ("网络已恢复，但核心交换机仍单电源运行", ()),
        ("恢复供电后3号配电柜跳闸", ()),
        ("告警恢复：1号探头；2号探头告警", ()),
        ("【恢复】A路供电；【告警】B路供电中断", ()),
        ("Sync", ("Status: OK (1 of 3 targets failed)",)),
        ("Printer: add toner", ("Status: Online",)),
        ("Event", ("Event: Failover", "Status: Completed", "Message: Node A failed, node B has taken over")),
        ("通知", ("事件：主备切换", "状态：正常", "描述：主机故障，备机已接管")),
    ],
)
def test_what_is_told_beside_a_success_is_not_over(subject: str, lines: tuple[str, ...]) -> None:
    assert state(subject, *lines) == "problem"


@pytest.mark.parametrize(
    "subject",
    [
        "[OceanStor 恢复]硬盘故障",
        "HPE iLO AlertMail-102: (REPAIRED) Server Critical Fault (Runtime Fault, System Board)",
        "Saveris all-clear: Freezer ULT-2",
        "DSE Gateway: GEN-1 Mains return",
        "Elevator: Lift 4 back in service",
        "电梯困人解除 2#梯",
    ],
)
def test_products_words_for_an_end_are_known(subject: str) -> None:
    assert state(subject) == "recovery"
