"""Whether a machine's notice says that something is wrong or that it is over, in the words of the products."""

import pytest

from intake.mail import alarm
from intake.mail.parse import parse
from tests.factories import mail


def read(subject: str, body: str) -> alarm.Alarm:
    found = alarm.read(parse(mail(body, subject=subject)))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("problem", "over"),
    [
        (
            ("【设备离线】GW-3", "设备名称: GW-3\n事件: 设备离线"),
            ("【设备上线】GW-3", "设备名称: GW-3\n事件: 设备上线"),
        ),
        (("设备离线：GW-17", "GW-17 离线"), ("设备上线：GW-17", "GW-17 上线")),
        (
            ("【設備離線】GW-3", "設備: GW-3\n事件名稱: 設備離線"),
            ("【設備上線】GW-3", "設備: GW-3\n事件名稱: 設備上線"),
        ),
        (
            ("设备掉线告警 - PLC-05", "设备：PLC-05\n状态：掉线"),
            ("设备恢复在线 - PLC-05", "设备：PLC-05\n状态：恢复在线"),
        ),
        (("断网告警", "主机：cy\n事件：断网"), ("网络恢复通知", "主机：cy\n事件：网络恢复")),
        (("停机报警", "设备：C2\n报警内容：停机"), ("开机通知", "设备：C2\n报警内容：开机")),
        (("市电中断", "设备：U\n事件：市电中断"), ("市电恢复", "设备：U\n事件：市电恢复")),
        (("机房停电告警", "设备：A\n事件：市电停电"), ("机房来电通知", "设备：A\n事件：市电来电")),
        (
            ("告警", "主机: d\n描述: 第一块硬盘故障\n级别: 重要"),
            ("恢复", "主机: d\n描述: 第一块硬盘恢复正常\n级别: 重要"),
        ),
        (("告警", "设备: S\n告警名称: 端口断线"), ("恢复", "设备: S\n告警名称: 端口恢复")),
        (("告警通知", "设备：R\n告警类型：接口状态DOWN"), ("告警恢复通知", "设备：R\n告警类型：接口状态UP")),
        (("服务监控: W3 已停止", "服务名称: W3\n状态: 已停止"), ("服务监控: W3 运行中", "服务名称: W3\n状态: 运行中")),
        (("Device offline: c17", "Device: c17\nEvent: offline"), ("Device online: c17", "Device: c17\nEvent: online")),
        (
            ("Connection lost: p2", "Device: p2\nEvent: Connection lost"),
            ("Connection restored: p2", "Device: p2\nEvent: Connection restored"),
        ),
        (("主机宕机", "主机: web1\n事件: 主机宕机"), ("主机恢复", "主机: web1\n事件: 主机恢复")),
        (("【监控】主机宕机 db-9", "见监控"), ("【监控】主机恢复 db-9", "见监控，已恢复")),
        (("Host DOWN", "Host: m7\nEvent: Host DOWN"), ("Host recovered", "Host: m7\nEvent: Host recovered")),
        (("Host DOWN: m7", "no ping"), ("Host recovered: m7", "it answers")),
        (("UPS u@srv on battery", "see u"), ("UPS u@srv on line power", "u is well")),
        (("UPS", "UPS名称: C10\n事件: UPS通讯中断"), ("UPS", "UPS名称: C10\n事件: UPS通讯恢复")),
        (("告警", "设备：S6\n告警内容：设备不可达"), ("告警", "设备：S6\n告警内容：设备恢复可达")),
        (
            ("告警", "设备：S6\n故障名称：通讯异常\n故障状态：未恢复"),
            ("告警", "设备：S6\n故障名称：通讯异常\n故障状态：已恢复"),
        ),
        (("[Triggered on {host:a3}] High", "see"), ("[Recovered on {host:a3}] High", "see")),
        (
            ("曙光告警", "主机: n12\n部件: FAN3\n事件类型: 产生\n级别: 严重"),
            ("曙光告警", "主机: n12\n部件: FAN3\n事件类型: 恢复\n级别: 严重"),
        ),
        (("告警", "设备：T1\n事件：接口eth4状态变为down"), ("告警", "设备：T1\n事件：接口eth4状态变为up")),
        (("UPS Alert", "UPS u@srv on battery"), ("UPS Alert", "UPS u@srv on line power")),
        (
            ("UPS Alert", "Communications with UPS u@srv lost"),
            ("UPS Alert", "Communications with UPS u@srv established"),
        ),
        (("Link Down", "Device: S\nPort: 1\nEvent: Link Down"), ("Link Up", "Device: S\nPort: 1\nEvent: Link Up")),
        (
            ("[MOXA] Port 1 link off", "IP: 10.2.6.3\nEvent: Port 1 link off"),
            ("[MOXA] Port 1 link on", "IP: 10.2.6.3\nEvent: Port 1 link on"),
        ),
        (("r1: ether1 link down", "ether1 link down"), ("r1: ether1 link up", "ether1 link up")),
        (("DOWN alert: shop (shop.example) is DOWN", "Ping."), ("UP alert: shop (shop.example) is UP", "Ping, 20m.")),
        (("monit alert --  Does not exist db", "Host: h"), ("monit alert --  Exists db", "Host: h")),
        (("Fired:Sev2 Alert cpu on vm1", "Severity: Sev2"), ("Resolved:Sev2 Alert cpu on vm1", "Severity: Sev2")),
        (("r1 - Traffic [in] went above 80 with 91.2", "r1"), ("r1 - Traffic [in] restored to normal", "r1")),
        (("[srv1] PSU 1 failed", "PSU 1 failed"), ("[srv1] PSU 1 OK", "PSU 1 OK")),
        (("Port 3 on switch MS went down", "see MS"), ("Port 3 on switch MS came up", "see MS")),
        (("Alert: Interface Gi0/1 on r1 is Down.", "Node: r1"), ("RESET: Interface Gi0/1 on r1 is Up.", "Node: r1")),
        (("LAN 1 on nas9 was disconnected", "Check the cable."), ("LAN 1 on nas9 was connected", "It is well.")),
        (
            ("Syslog", "Host: a\nSeverity: 3\nMessage: Interface Gi1/0/1, changed state to down"),
            ("Syslog", "Host: a\nSeverity: 3\nMessage: Interface Gi1/0/1, changed state to up"),
        ),
    ],
)
def test_an_event_and_its_end_are_one_alarm_by_whatever_pair_of_words(
    problem: tuple[str, str], over: tuple[str, str]
) -> None:
    first, last = read(*problem), read(*over)

    assert (last.device, last.code) == (first.device, first.code)
    assert (first.state, last.state) == ("problem", "recovery")


@pytest.mark.parametrize(
    ("state", "stated"),
    [
        ("recovery", "告警状态：告警恢复"),
        ("recovery", "告警状态：报警解除"),
        ("recovery", "状态：中断已恢复"),
        ("recovery", "状态：已消失"),
        ("recovery", "Status: Alarm cleared"),
        ("recovery", "Status: Fault has been cleared"),
        ("recovery", "Alarm state: OFF"),
        ("recovery", "Status: RTN"),
        ("acknowledged", "Status: ACTIVE ACK"),
        ("problem", "Status: ACTIVE UNACK"),
        ("problem", "告警状态：告警产生"),
        ("problem", "状态：上线失败"),
        ("problem", "状态：连接异常"),
        ("problem", "状态：在线率 40%"),
        ("problem", "状态：恢复中"),
        ("problem", "Status: Not resolved"),
        ("problem", "Status: Fault returned"),
        ("problem", "Status: Off"),
        ("problem", "Alarm state: ON"),
    ],
)
def test_a_state_is_read_with_what_stands_before_it(state: alarm.State, stated: str) -> None:
    assert read("Pump station", f"Device: PS-1\nAlarm: High level\n{stated}").state == state


@pytest.mark.parametrize(
    "subject",
    [
        "Azure Site Recovery: replication health critical for VM db1",
        "Database recovery failed on sql2",
        "SRM recovery plan HQ-DR failed",
        "DNS alert: name mail.corp cannot be resolved",
        "Mailstore could not be restored on mx3",
        "Users online: 512 exceeds limit",
        "Node web-1 failed to come back online",
        "Failed to bring port 3 up",
        "Unknown device was connected",
        "Server db1 is not reachable",
        "Tunnel 5 is no longer up",
        "【告警】数据恢复任务失败：ERP库",
        "告警：RPO恢复点超时 虚拟机db3",
        "告警：链路未能恢复 gw4",
        "告警：设备上线失败 ap5",
        "告警：在线用户数过高 vpn6",
        "告警：服务器异常开机 srv7",
        "告警：伺服器無法開機，電源燈閃爍",
        "告警：路由器每晚重開機",
        "告警：单板复位",
        "未接来电通知：1380",
        "【紧急】机房断电，请尽快恢复",
    ],
)
def test_what_is_only_called_an_end_or_denied_is_none(subject: str) -> None:
    assert read(subject, "Host: h1\nSeverity: High").state == "problem"


def test_the_end_of_what_was_denied_is_one() -> None:
    over = read("Resolved in 5m: name mail.corp cannot be resolved", "Host: dns1\nSeverity: High")

    assert over.state == "recovery"


@pytest.mark.parametrize(
    "state",
    [
        *("Over temperature", "Overload", "Over current", "Going down", "Closed loop fault", "Normal power lost"),
        *("Reset required", "Returned error 5", "OK to Critical", "OK → CRITICAL", "Normal => Alarm", "UP/DOWN"),
        *("Up 3 days, then down", "Completed, 3 failed", "Completed, errors: 4", "Online with errors", "Recovery mode"),
        *("正常变为异常", "正常率低于50%", "成功率低", "运行中断", "运行中发生故障", "正在运行备用电源"),
    ],
)
def test_a_state_that_only_begins_like_an_end_is_none(state: str) -> None:
    found = read("Notice", f"Host: pump1\nStatus: {state}\nTime: 2028-11-28 10:00")

    assert found.state == "problem"


@pytest.mark.parametrize(
    "state", ["Over", "Gone", "Going", "Completed, 0 failed", "Critical → OK", "OK (was critical)"]
)
def test_an_end_is_one_whatever_stands_around_it(state: str) -> None:
    found = read("Notice", f"Host: pump1\nStatus: {state}\nTime: 2028-11-28 10:00")

    assert found.state == "recovery"


@pytest.mark.parametrize(
    "subject",
    [
        *(
            "Up to 5 disks failed on nas1",
            "Success rate of logins below 10% on web1",
            "Normal power supply lost on sw-1",
        ),
        *("市电恢复后UPS故障", "恢复供电失败", "主机恢复出错", "备用电源已开机 主电源中断"),
        *(
            "PDU A power restored; PDU B power lost",
            "Site A back online, Site B down",
            "Cluster recovered with data loss",
        ),
        *("Partially recovered: 3 of 5 nodes still down", "2 of 5 sensors restored, 3 still offline"),
        *("A相恢复，B相断电", "已恢复2台，仍有3台离线", "部分恢复：3台AP离线"),
    ],
)
def test_a_subject_that_only_begins_like_an_end_is_none(subject: str) -> None:
    found = read(subject, "Host: sw-1\nTime: 2028-11-28 10:00")

    assert found.state == "problem"
