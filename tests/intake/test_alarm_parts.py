"""Of one device, which part an alarm is about: another port that dies is another alarm, and has an end of its own."""

import pytest

from intake.mail import alarm
from intake.mail.parse import parse
from tests.factories import mail


def read(subject: str, body: str) -> alarm.Alarm:
    found = alarm.read(parse(mail(body, subject=subject)))
    assert found is not None
    return found


def key(subject: str, body: str) -> tuple[str, str]:
    found = read(subject, body)
    return found.device, found.code


@pytest.mark.parametrize(
    ("subject", "body", "part", "other"),
    [
        ("Problem: Link down", "Host: sw1\nDescription: Interface {} is down", "Gi1/0/1", "Gi1/0/2"),
        ("故障：端口down", "告警主机：3F\n告警信息：端口down\n问题详情：端口 {} DOWN", "3", "5"),
        ("[ALERT] link down on fw1", "Host: fw1\nEvent: link down\nMessage: NIC {} link is down", "eth0", "eth1"),
        ("SW port {} link down", "Device: SW\nEvent: Link down", "1", "2"),
        ("SNMP TRAP", "Host: mx1\nTrap: linkDown\nMessage: ifDescr {} ifOperStatus down", "ge-0/0/1", "ge-0/0/2"),
        ("告警通知", "设备名称：RG\n告警类型：接口状态DOWN\n告警内容：接口 GigabitEthernet {} DOWN", "0/1", "0/2"),
        ("告警", "告警来源：H3C\n告警名称：接口Down\n告警描述：接口GigabitEthernet{}变为Down", "1/0/1", "1/0/2"),
        ("告警", "主机: db1\n告警名称: 硬盘故障\n描述: {}硬盘故障", "第一块", "第二块"),
        ("告警", "主机: db1\n告警名称: 硬盘故障\n描述: {}硬盘故障", "第3块", "第4块"),
        ("告警", "主机: db1\n告警名称: 电源异常\n描述: 电源{}故障", "一", "二"),
        ("告警", "主机: db1\n告警名称: 风扇异常\n描述: {}号风扇转速 300 RPM", "1", "二"),
        ("告警", "设备: CH\n告警名称: 高压保护\n描述: {}#压缩机 22.5 bar", "1", "2"),
        ("告警", "设备: PDU\n告警名称: 市电中断\n描述: {}路市电中断", "A", "B"),
        ("Alert", "Host: a1\nEvent: Disk failure\nMessage: the {} disk has failed", "first", "second"),
        ("Alert", "Host: a1\nEvent: BGP neighbor down\nMessage: BGP neighbor {} down", "10.0.0.1", "10.0.0.5"),
        ("Alert", "Host: a1\nEvent: Disk failed\nMessage: Physical Disk {} failed", "0:1:10", "0:1:12"),
        ("Alert", "Host: a1\nEvent: Disk failed\nMessage: disk {}:failed", "3", "4"),
        ("Alert", "Host: a1\nEvent: VPN down\nMessage: tunnel to {} down", "10.0.0.1", "10.0.0.2"),
        ("Chiller alarm", "Unit: CH-1\nAlarm: Low pressure\nDescription: Compressor {} trip", "1", "2"),
        ("UPS alarm", "Device: U1\nAlarm: Output overload\nDescription: Phase {} overload", "L1", "L2"),
        ("AC告警：AP离线", "设备：AC\n告警名称：AP离线\n告警描述：AP名称 {} 离线", "AP-3F-01", "AP-3F-02"),
        ("iBMC", "产品序列号: 2102\n事件码: 0x02000007\n事件描述: 硬盘 {} 故障", "3", "4"),
        ("OceanStor", "设备名称：O1\n告警ID：0xF000A0011\n告警描述：硬盘（引擎 CTE0，槽位 {}）故障", "3", "7"),
        ("Unity", "Serial Number: APM1\nMessage ID: 14:60ccc\nMessage: SP {} Port 2 link is down.", "A", "B"),
        ("ME4", "Array: ME4\nEvent ID: A551\nMessage: Power supply unit fault: enclosure 0, PSU {}", "left", "right"),
        ("Robot", "Controller: KRC4\nFault code: 38120\nText: Axis {} overload", "2", "3"),
        ("Alert", "Host: esx1\nEvent: VM powered off\nMessage: VM {} powered off", "erp-db", "mes-app"),
        ("服务告警", "主机：app1\n告警名称：服务停止\n告警描述：服务 {} 已停止", "nginx", "mysql"),
        ("Disk space", "Host: fs1\nEvent: Low disk space\nMessage: {} is 91% full", "/var", "/data"),
        ("磁盘告警", "主机：win1\n告警名称：磁盘空间不足\n告警描述：{} 盘剩余 5GB", "C", "D"),
        ("告警", "主机：nms1\n告警名称：设备不可达\n告警描述：{} 不可达", "10.1.1.5", "10.1.1.6"),
        ("网关告警", "设备：GW\n告警名称：子设备离线\n告警描述：子设备 {} 离线", "PM-01", "PM-02"),
        ("XCC", "Serial Number: J3\nEvent ID: 0x80010701\nAlert Text: CPU {} Temp going high", "1", "2"),
    ],
)
def test_the_same_part_is_the_same_alarm_and_another_part_is_another_one(
    subject: str, body: str, part: str, other: str
) -> None:
    first, again, second = (key(subject.format(one), body.format(one)) for one in (part, part, other))

    assert again == first
    assert second != first


@pytest.mark.parametrize(
    ("body", "first", "again"),
    [
        ("Host: a1\nEvent: Disk too hot\nMessage: Disk: {}", "55C above limit", "57C above limit"),
        ("Host: a1\nEvent: High load\nMessage: CPU: {}", "97, limit 90", "99, limit 90"),
        ("Host: a1\nEvent: Too hot\nMessage: Sensor: {}", "35.2 over limit", "41 over limit"),
        ("Host: a1\nEvent: Errors\nMessage: Port 3: {}", "12 errors/s, 870 Mbps", "25 errors/s, 912 Mbps"),
        ("主机: a1\n告警名称: 硬盘预警\n描述: 硬盘 {}块介质错误", "2 ", "3 "),
        ("Host: a1\nEvent: Login failed\nMessage: {} tried the password of root", "192.0.2.7", "192.0.2.9"),
        ("Host: a1\nEvent: Low disk space\nMessage: {}% full", "/var is 91", "/var is 93"),
        ("Host: a1\nEvent: Disk failed\nMessage: disk 1:ok disk 2:{} disk 3:failed", "ok", "normal"),
    ],
)
def test_what_is_measured_or_counted_or_well_is_no_other_part(body: str, first: str, again: str) -> None:
    assert key("Alert", body.format(again)) == key("Alert", body.format(first))


def test_a_second_disk_in_a_list_of_all_is_another_alarm() -> None:
    listed = "Host: a1\nEvent: Disk failed\nMessage: disk 1:ok disk 2:{} disk 3:{}"

    assert key("Alert", listed.format("ok", "failed")) != key("Alert", listed.format("failed", "failed"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            ("【宕机告警】web-73", "主机：web-73\n告警内容：宕机"),
            ("【磁盘告警】web-73", "主机：web-73\n告警内容：磁盘写满"),
        ),
        (("内存告警 - web-73", "主机：web-73\n时间：10:00:00"), ("网络告警 - web-73", "主机：web-73\n时间：10:00:00")),
        (("告警", "设备：U\n告警名称：市电中断"), ("告警", "设备：U\n告警名称：电池断开")),
        (("告警", "设备：U\n告警名称：设备离线"), ("告警", "设备：U\n告警名称：设备故障")),
        (("告警", "设备：U\n告警名称：设备断电"), ("告警", "设备：U\n告警名称：设备故障")),
        (("告警", "设备：S\n告警名称：端口3转发异常"), ("告警", "设备：S\n告警名称：端口4转发异常")),
        (("表计离线 202103150012", "离线"), ("表计离线 202103150013", "离线")),
        (("[srv1] Port 1/0/24 down", "see Port 1/0/24"), ("[srv1] Port 1/0/23 down", "see Port 1/0/23")),
        (("StorCLI failed", "Drive 32:10 state: Failed"), ("StorCLI failed", "Drive 32:12 state: Failed")),
    ],
)
def test_what_a_part_of_a_name_has_in_common_makes_no_one_alarm_of_two(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert key(*first) != key(*second)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("28.11.2026 10:00", "29.11.2026 14:30"),
        ("28-Nov-2026 10:00:01", "29-Nov-2026 11:00:02"),
        ("2026-11-28T10:00:00Z", "2026-11-28T14:00:00Z"),
        ("Nov 28, 2026 10:00:00 AM", "Nov 29, 2026 2:00:00 PM"),
        ("Sat, 28 Nov 2026 10:00:00 +0800", "Sun, 29 Nov 2026 12:00:00 +0800"),
        ("28/11/26 10:00", "29/11/26 12:10"),
        ("20261128100000", "20261128143012"),
        ("11月28日 10时05分", "11月29日 14时20分"),
        ("时间:10:00:00", "时间:14:07:00"),
        ("for 2 hours 5 minutes", "for 3 hours 10 minutes"),
        ("for 1 day", "for 2 days"),
        ("for 45 seconds", "for 90 seconds"),
        ("31.5 C", "34 °C"),
        ("31.5度", "33℃"),
        ("300 RPM", "260 RPM"),
        ("[Reminder #1]", "[Reminder #2]"),
        ("Value: 1017", "Value: 1034"),
    ],
)
def test_a_repeat_at_another_time_or_reading_is_the_same_alarm(first: str, again: str) -> None:
    told = "Line 4 has stopped. {}"

    assert key(told.format(again), told.format(again)) == key(told.format(first), told.format(first))


def test_the_number_of_an_occurrence_is_not_that_of_an_alarm() -> None:
    zabbix = "Problem name: MySQL is down\nHost: db1\nSeverity: High\nEvent ID: {}"
    other = "Problem name: Redis is down\nHost: db1\nSeverity: High\nEvent ID: 1204503"

    first, again = (key("Problem", zabbix.format(number)) for number in ("1204471", "1204502"))

    assert again == first
    assert key("Problem", other) != first


def test_an_alarm_that_names_its_device_in_but_one_of_its_notices_is_the_same() -> None:
    body = "Host: mq1\nAlert: queue backlog\n"

    assert key("[Reminder #1] queue", body) == key("ALERT: queue backlog on mq1", body)


def test_what_a_sensor_reads_is_not_its_number() -> None:
    first, second = (
        key("Alert", f"Host: a1\nAlert: Sensor value\nMessage: sensor {value} above limit\nTime: 2028-11-28 10:00")
        for value in ("41.5", "42.5")
    )

    assert first == second
