"""What products and their customised templates write: the notices of an alarm find each other, and no other one."""

import pytest

from intake.filters import Known, judge
from intake.mail import alarm, alarm_groups
from intake.mail.parse import parse
from tests.factories import mail

Notice = tuple[str, str]


def read(notice: Notice) -> alarm.Alarm:
    subject, body = notice
    found = alarm.read(parse(mail(body, subject=subject)))
    assert found is not None
    return found


def key(notice: Notice) -> tuple[str, str]:
    found = read(notice)
    return found.device, found.code


NEIGHBOUR = "Host: r1\nSeverity: notice\nMessage: {}"


@pytest.mark.parametrize(
    ("problem", "over"),
    [
        (
            ("【Zabbix】PROBLEM: No ping | DB01", "Trigger: No ping\nTrigger status: PROBLEM\nHost: DB01"),
            ("【Zabbix】OK: No ping | DB01", "Trigger: No ping\nTrigger status: OK\nHost: DB01"),
        ),
        (
            ("ALERT: Free space on volume D", "Node: FS2\nVolume: D\nPercent: 8 %"),
            ("RESET: Free space on volume D", "Node: FS2\nVolume: D\nPercent: 31 %"),
        ),
        (("DS-A - Storage Pool 1 has degraded", "See it."), ("DS-A - Storage Pool 1 has been repaired", "6 hours.")),
        (
            ("科士达UPS告警：市电异常", "设备名称：K60\n告警内容：市电异常"),
            ("科士达UPS告警恢复：市电异常", "设备名称：K60\n告警内容：市电异常恢复"),
        ),
        (
            ("组态王报警", "变量名：TI_1\n报警类型：高高\n报警值：96.2\n事件类型：报警"),
            ("组态王报警", "变量名：TI_1\n报警类型：高高\n报警值：90.2\n事件类型：恢复"),
        ),
        (
            ("PLC ALARM", "STATION: PRESS-3\nALARM NO: 17\nSTATE: ACTIVE"),
            ("PLC ALARM", "STATION: PRESS-3\nALARM NO: 17\nSTATE: INACTIVE"),
        ),
        (("DOWN | pg-dump", "Last ping was 26 hours ago."), ("UP | pg-dump", "Total pings: 310")),
        (
            ("[PRTG Network Monitor (P1)] Core Traffic Gi1/0/24 Down (disconnected)", "Device: Core"),
            ("[PRTG Network Monitor (P1)] Core Traffic Gi1/0/24 Down ended (now: Up) ()", "Device: Core"),
        ),
        (("[DS18] 存储池 2 已降级", "请修复。"), ("[DS18] 存储池 2 已修复完成", "已修复完成。")),
        (
            ("RDU Alarm: CRAC-3 Compressor 1 Low Pressure", "Device: CRAC-3\nSignal: Compressor 1 Low Pressure"),
            ("RDU Alarm End: CRAC-3 Compressor 1 Low Pressure", "Device: CRAC-3\nSignal: Compressor 1 Low Pressure"),
        ),
        (
            ("【动环】机房A-UPS1 电池电压低", "设备：UPS1\n告警：电池电压低"),
            ("【动环】机房A-UPS1 电池电压低 告警结束", "设备：UPS1\n告警：电池电压低"),
        ),
        (
            ("Aruba Central Alert: AP Disconnected", "Alert: AP Disconnected\nDevice: AP-5"),
            ("Aruba Central Alert Cleared: AP Disconnected", "Alert: AP Disconnected\nDevice: AP-5"),
        ),
        (("Garbage Collect Datastore 's1' failed", "See it."), ("Garbage Collect Datastore 's1' successful", "Well.")),
        (("[Critical] shop: Errors - Issue activated", "A"), ("[Critical] shop: Errors - Issue closed", "B")),
        (("Netwatch: 10.20.0.1 is DOWN", "at 10:00"), ("Netwatch: 10.20.0.1 is UP", "at 10:10")),
        (
            ("[S1][Triggered] 内存", "规则标题: 内存\n级别状态: S1 Triggered\n监控对象: k8s-7"),
            ("[S1][Recovered] 内存", "规则标题: 内存\n级别状态: S1 Recovered\n监控对象: k8s-7"),
        ),
        (
            ("力控报警：LT201", "位号：LT201\n报警类型：低低\n单位：m\n状态：未确认"),
            ("力控报警：LT201", "位号：LT201\n报警类型：低低\n单位：m\n状态：恢复"),
        ),
        (
            (
                "H3C",
                "设备名称：S1\n级别：重要\n描述：%OSPF/3/OSPF_NBR_CHG: Neighbor 10.0.0.9 changed from FULL to DOWN.",
            ),
            (
                "H3C",
                "设备名称：S1\n级别：重要\n描述：%OSPF/3/OSPF_NBR_CHG: Neighbor 10.0.0.9 changed from INIT to FULL.",
            ),
        ),
        (("🔴 Down: shop.example is down", "Timeout"), ("🟢 Up: shop.example is up", "HTTP 200")),
        (("Build failed in Jenkins: etl #412", "See it."), ("Jenkins build is back to normal : etl #414", "See it.")),
        (("etl - Build # 12 - Failure!", "See it."), ("etl - Build # 13 - Fixed!", "See it.")),
        (
            ("Syslog", NEIGHBOUR.format("%OSPF-5-ADJCHG: Nbr 10.0.0.2 on Te0/1 from FULL to DOWN, Dead timer expired")),
            ("Syslog", NEIGHBOUR.format("%OSPF-5-ADJCHG: Nbr 10.0.0.2 on Te0/1 from LOADING to FULL, Loading Done")),
        ),
        (
            ("Syslog", NEIGHBOUR.format("%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down Peer closed the session")),
            ("Syslog", NEIGHBOUR.format("%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Up")),
        ),
        (
            ("Message", 'date=2026-11-09 devname=F1 logid="0101" logdesc="IPsec tunnel down" vpntunnel="B1"'),
            ("Message", 'date=2026-11-09 devname=F1 logid="0101" logdesc="IPsec tunnel up" vpntunnel="B1"'),
        ),
    ],
)
def test_an_alarm_and_its_end_are_one(problem: Notice, over: Notice) -> None:
    assert key(over) == key(problem)
    assert (read(problem).state, read(over).state) == ("problem", "recovery")


@pytest.mark.parametrize(
    ("subject", "body", "one", "other"),
    [
        ("Alert", 'date=2026-11-09 devname=F1 logid="0101" msg="tunnel down" vpntunnel="{}"', "B1", "B2"),
        (
            "SYSTEM ALERT : high : PSU",
            "domain: 1\nserial: 0120\neventid: ps-failure\nopaque: Power Supply #{}",
            "1",
            "2",
        ),
        ("【冷链告警】冷库A 超限", "设备编号：CL-1\n测点：冷库A-{}#探头\n当前值：9.8℃", "1", "2"),
        ("Alert", "Host: a1\nEvent: Disk failed\nLocation: DC1\nMessage: disk {} failed", "3", "4"),
        ("Alert", "Host: a1\nEvent: Module failed\nSlot: 3\nPort: {}", "1", "2"),
        ("可燃气体报警", "控制器：G1\n位置：罐区\n报警类型：高报\n探测器编号：{}", "02", "03"),
        ("Charger", "Charge point: CP-1\nError code: GroundFailure\nConnector: {}", "1", "2"),
        ("[FIRING:1] PVC full (lh)", "namespace = prod\npersistentvolumeclaim = pg-{}", "0", "1"),
        (
            "HA Group Notification from a1 (wafl.vol.full) ERROR",
            "MESSAGE=No space on volume {}@svm1",
            "v_erp",
            "v_mail",
        ),
        ("OME", "Service Tag: 5Q\nMessage ID: MEM0001\nMessage: Memory errors at location DIMM_{}.", "A3", "B1"),
        ("充电桩故障告警", "站点：城南\n桩编号：CN-{}\n枪号：A\n故障代码：E021", "05", "06"),
        ("Problem: RAID disk failed", "Host: db-1\nLocation: DC1\nOperational data: Slot {} failed", "3", "7"),
        ("【AF】链路检测告警", "设备名称：AF-1\n告警类型：链路故障\n线路：{}", "WAN1-电信", "WAN2-联通"),
        ("CMC: Temperature high", "Rack: {}\nSensor: inlet\nStatus: High Alarm", "R12", "R14"),
        ("MSA", "System: MSA-2060\nEvent code: 1\nMessage: The disk group {} is degraded.", "dgA01", "dgB01"),
        ("Pump alarm", "Station: North\nPump: {}\nAlarm no: 7", "2", "3"),
        ("Fault", "Plant: Sonnenhof\nInverter SN: {}\nFault code: 302", "KL9001", "KL9002"),
        ("【锐捷】AP离线告警", "告警设备：WS1\n告警类型：AP离线\n告警详情：AP[{}] 离线", "3F-02", "3F-03"),
        ("Syslog", NEIGHBOUR.format("%OSPF-5-ADJCHG: Nbr 10.0.0.{} on Te0/1 from FULL to DOWN"), "2", "6"),
    ],
)
def test_another_point_or_part_is_another_alarm(subject: str, body: str, one: str, other: str) -> None:
    first, again, second = (key((subject, body.format(part))) for part in (one, one, other))

    assert again == first
    assert second != first


@pytest.mark.parametrize(
    "notice",
    [
        ("** FLAPPINGSTART Service Alert: web1/HTTP is OK **", "Notification Type: FLAPPINGSTART\nState: OK"),
        ("[PRTG Network Monitor (P1)] Core Port 3 Warning ended (now: Down) ()", "Device: Core"),
        ("Check_MK: web1/HTTP Started Flapping", "Host: web1\nState: OK"),
        ("Syslog", NEIGHBOUR.format("%OSPF-5-ADJCHG: Nbr 10.0.0.2 on Te0/1 from FULL to INIT, 1-Way")),
        ("设备报警", "变量名：TI_1\n报警类型：高高\n事件类型：恢复失败"),
        ("2#泵故障恢复：1#泵故障停机", "设备：泵站\n级别：严重"),
    ],
)
def test_what_only_looks_like_an_end_is_none(notice: Notice) -> None:
    assert read(notice).state == "problem"


def test_a_snapshot_is_no_serial_number() -> None:
    named = read(("[Failed] SQL-Daily (3 objects) 1 failed", "Error\nVM SQL01: Cannot open VSS snapshot"))
    plain = read(("[Failed] SQL-Daily (3 objects) 2 failed", "Error\nVM SQL02: timeout"))

    assert (named.device, named.code) == (plain.device, plain.code)


@pytest.mark.parametrize(
    ("subject", "body", "is_grave"),
    [
        ("设备状态", "设备：2#空压机\n状态：停机", True),
        ("Device status", "Device: palletizer\nStatus: tripped", True),
        ("PLC ALARM BLOCK", "STATION: S7 PRESS-3\nALARM NO: 17", True),
        ("【云】云数据库MySQL 告警触发", "告警对象：cdb-3\n告警内容：慢查询数", True),
        ("[DS18] 存储空间 3 已损毁", "DS18 上的存储空间 3 已损毁。", True),
        ("系统告警通知", "主机：a1\n级别：提示\n告警名称：用户登录", False),
        ("告警日报 2026-11-09", "主机：a1\n告警名称：汇总", False),
        ("Alarm summary", "Host: a1\nEvent: summary", False),
        ("设备状态", "设备：2#空压机\n状态：运行", False),
    ],
)
def test_a_bad_state_or_the_title_of_an_alarm_is_grave(subject: str, body: str, is_grave: bool) -> None:
    assert read((subject, body)).is_grave is is_grave


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("dev@plant.example", "温度报警", "设备：反应釜R-101\n温度：87.2 ℃\n上限：60\n时间：2026-11-09 10:00"),
        ("gw@plant.example", "Panel", "Panel: FP-1\nEvent: FAULT\nLoop: 1\nTime: 2026-11-09 10:00\nStatus: Open"),
        (
            "iSolarCloud <service@solar.example>",
            "Fault: Grid outage",
            "Device name: SG-3\nFault name: Grid outage\nFault level: Fault\nStatus: Open\nTime: 08:00:00",
        ),
        ("nms@plant.example", "网络设备巡检告警汇总（1条）", "1. 设备：SW-01\n告警：端口DOWN\n级别：重要"),
        (
            "Vaisala viewLinc <viewlinc@plant.example>",
            "viewLinc Alarm: Freezer F-07",
            "Location: F-07\nChannel: Temperature\nAlarm: High-High\nState: Active",
        ),
        (
            "kone@plant.example",
            "Equipment 44 entrapment",
            "Equipment: 44\nEvent: Entrapment\nReported: 2026-11-09 10:01",
        ),
        ("h3c@plant.example", "H3C 设备告警 S1", "设备名称：S1\n告警描述：Fan 2 failed\n级别：重要"),
        ("xf@plant.example", "消防物联网故障：3号楼", "主机：GST500-3\n回路：2\n时间：2026-11-09 10:00"),
        ("hc@plant.example", "DOWN | pg-dump", "Last ping was 26 hours ago."),
    ],
)
def test_what_a_device_or_a_portal_fills_in_is_not_answered(sender: str, subject: str, body: str) -> None:
    assert not judge(parse(mail(body, subject=subject, sender=sender)), Known()).answer


def test_how_many_alarms_a_digest_lists_is_no_part_of_its_name() -> None:
    assert alarm_groups.code("巡检告警汇总（3条）") == alarm_groups.code("巡检告警汇总（2条）")
    assert alarm_groups.code("3 active alarms on site A") != alarm_groups.code("3 active alarms on site B")


@pytest.mark.parametrize(("body", "first", "again"), [("Station: N\nAlarm no: 7\nBattery: {}", "11.8V", "11.6V")])
def test_what_is_measured_in_a_field_that_is_called_like_a_part_is_no_part(body: str, first: str, again: str) -> None:
    assert key(("Alarm", body.format(again))) == key(("Alarm", body.format(first)))
