"""What tells two alarms apart: the host, the part, the place, the job, or what is said of it."""

import pytest

from tests.intake.test_alarm import key, read


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("** PROBLEM Host Alert: sw2 is DOWN **",), ("** PROBLEM Host Alert: sw3 is DOWN **",)),
        (("[FIRING:1] CPU usage high Infra (k1)",), ("[FIRING:1] CPU usage high Infra (k2)",)),
        (
            ("[FIRING:1] DiskFull (node)", "alertname = DiskFull", "device = /dev/sda1", "instance = a1"),
            ("[FIRING:1] DiskFull (node)", "alertname = DiskFull", "device = /dev/sda1", "instance = a2"),
        ),
        (
            ("[FIRING:1] CrashLoop (prod)", "alertname = CrashLoop", "instance = kube:8080", "pod = pay-1"),
            ("[FIRING:1] CrashLoop (prod)", "alertname = CrashLoop", "instance = kube:8080", "pod = cart-1"),
        ),
        (
            ("iDRAC Alert", "Event Message: Fault detected on drive 4.", "Message ID: PDR1001", "Service Tag: 7XK22"),
            ("iDRAC Alert", "Event Message: Fault detected on drive 5.", "Message ID: PDR1001", "Service Tag: 7XK22"),
        ),
        (
            ("[iBMC Alert] Major", "Event subject: PSU2", "Event code: 0x03000015", "Serial number: 2102"),
            ("[iBMC Alert] Major", "Event subject: PSU1", "Event code: 0x03000015", "Serial number: 2102"),
        ),
        (
            ("SMART error (Health) detected on host: st1", "Device: /dev/sda [SAT], FAILED"),
            ("SMART error (Health) detected on host: st1", "Device: /dev/sdb [SAT], FAILED"),
        ),
        (
            ("[严重告警] 2102A 硬盘故障", "告警级别: 严重", "序列号: 2102A", "告警描述: 硬盘Disk5故障"),
            ("[严重告警] 2102A 硬盘故障", "告警级别: 严重", "序列号: 2102A", "告警描述: 硬盘Disk6故障"),
        ),
        (
            ("硬盘告警", "告警名称: 硬盘异常", "设备名称: db-07", "描述: 3号硬盘 异常"),
            ("硬盘告警", "告警名称: 硬盘异常", "设备名称: db-07", "描述: 4号硬盘 异常"),
        ),
        (
            ("HA Group Notification from f1 (DISK FAILED) ERROR", "HOSTNAME=f1", "MESSAGE=Disk 0a.12 failed"),
            ("HA Group Notification from f1 (DISK FAILED) ERROR", "HOSTNAME=f1", "MESSAGE=Disk 0a.17 failed"),
        ),
        (
            ("告警", "告警名称: 控制器离线", "主机: st1", "描述: 控制器A离线"),
            ("告警", "告警名称: 控制器离线", "主机: st1", "描述: 控制器B离线"),
        ),
        (
            ("Alert", "Event: PSU failed", "Host: a1", "Message: PSU A has failed"),
            ("Alert", "Event: PSU failed", "Host: a1", "Message: PSU B has failed"),
        ),
        (
            ("Alert", "Event: PSU failed", "Host: a1", "Message: PSU 1A has failed"),
            ("Alert", "Event: PSU failed", "Host: a1", "Message: PSU 1B has failed"),
        ),
        (("告警", "告警名称: 磁盘1分区写满", "主机: db1"), ("告警", "告警名称: 磁盘2分区写满", "主机: db1")),
        (("告警", "告警名称: 1分厂空压机停机", "主机: k"), ("告警", "告警名称: 2分厂空压机停机", "主机: k")),
        (
            ("UPS告警", "设备：U", "告警类型：设备告警", "描述：输入电压异常", "级别：严重"),
            ("UPS告警", "设备：U", "告警类型：设备告警", "描述：电池故障", "级别：严重"),
        ),
        (
            ("Alert", "Host: s5", "Event: Hardware failure", "Message: RAID battery failed", "Severity: Critical"),
            ("Alert", "Host: s5", "Event: Hardware failure", "Message: Chassis intrusion", "Severity: Critical"),
        ),
        (
            ("火灾报警", "主机：火警主机1", "报警类型：火警", "位置：2层走廊"),
            ("火灾报警", "主机：火警主机1", "报警类型：火警", "位置：5层机房"),
        ),
        (
            ("Job failed", "Server: etl1", "Event: Job failed", "Job: load_orders"),
            ("Job failed", "Server: etl1", "Event: Job failed", "Job: load_stock"),
        ),
        (
            ("报警", "实例：i-bp1", "报警项：主机状态异常", "报警级别：CRITICAL"),
            ("报警", "实例：i-bp1", "报警项：磁盘使用率", "报警级别：CRITICAL"),
        ),
        (
            ("SNMP Trap: linkDown", "Source: 10.9.0.4", "Trap: linkDown", "ifIndex: 10112"),
            ("SNMP Trap: linkDown", "Source: 10.9.0.4", "Trap: linkDown", "ifIndex: 10113"),
        ),
        (
            ("iDRAC 警报", "服务标签: 9AB", "事件消息: 电源设备 2 已失去输入电源。", "消息 ID: PSU0003"),
            ("iDRAC 警报", "服务标签: 9AB", "事件消息: 托架 1 中的磁盘 3 出现故障。", "消息 ID: PDR1001"),
        ),
        (
            ("[Triggered on {host:api-3}] High error rate", "See the monitor."),
            ("[Triggered on {host:api-4}] High error rate", "See the monitor."),
        ),
        (("Fail event on /dev/md0:fs1",), ("Fail event on /dev/md1:fs1",)),
        (("IPMI Alert", "something with s1"), ("IPMI Alert", "something with s2")),
        (
            ("New support request", "Device: X100", "Date: 9:00", "Company: Aster", "Symptom: dead"),
            ("New support request", "Device: X100", "Date: 9:00", "Company: Birch", "Symptom: dead"),
        ),
    ],
)
def test_two_hosts_or_two_parts_are_two_alarms(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    assert key(read(*first)) != key(read(*second))


def test_the_event_that_a_recorder_names_tells_its_alarms_apart() -> None:
    device = ("报警设备名称：NVR-库区", "报警名称：HDD2", "报警开始时间(日/月/年 时:分:秒)：28/11/2026 10:25:00")

    disk = read("报警信息", "报警事件：硬盘错误", *device)
    loss = read("报警信息", "报警事件：视频丢失", *device)

    assert disk is not None
    assert loss is not None
    assert (disk.device, disk.code == loss.code) == ("nvr-库区", False)
