"""What a machine's mail says line by line: device, code, part and state, by the names that monitoring systems use."""

import re
from collections.abc import Iterator, Mapping

_READ_CHARS = 20_000
_READ_LINES = 200
_LONGEST_VALUE = 200

SERIAL = (
    "serialnumber serialno serial s/n sn servicetag chassisserial systemserial serialnum nvrs/n dvrs/n devices/n"
    " deviceser# deviceserial deviceserialnumber deviceserialno productserialnumber devid"
    " 序列号 序列號 设备序列号 設備序列號 系统序列号 产品序列号 序列号sn 服务标签"
)
HOST = (
    "hostname host devicename device node nodename systemhostname systemname system server servername computer machine"
    " machinename array arrayname instance ilname iloname objectname object target nas nasname nvrname dvrname devname"
    " deviceid equipment equipmentnumber resource affectedresource unit controller client clientname endpoint"
    " switch router firewall switchname routername upsname gensetname panel panelname chargepoint chargepointid"
    " 设备名称 设备名 设备 主机名 主机名称 主机 服务器 服务器名称 节点 系统名称 存储 告警对象 对象"
    " 告警实例 告警实例名称 报警实例"
    " 报警设备名称 告警主机 告警源 告警来源 告警设备 告警节点 报警设备 报警主机 实例名称 实例 资源名称"
    " 机器名 机台 目标 网元 网元名称 电梯编号 设备编号 控制器 告警资源 监控对象 ups名称 系统主机名"
    " 設備名稱 設備 主機名稱 主機 伺服器 節點"
)
ADDRESS = "ipaddress ip address hostaddress deviceipaddress 设备ip ip地址 主机地址 地址"
# What tells two sources of alarms apart where no device is named.
PLACE = (
    "source monitor sensor point measuringpoint plant line zone area location receivedfrom tagname tag"
    " pointoferror station 报警点 监控点 监测点 测点 变量名 位号 产线 位置"
)

STATED = (
    "eventcode errorcode alarmcode alertcode faultcode code eventid msgid messageid messagecode trap oid logid alarmno"
    " alarmnumber"
    " 告警码 告警代码 事件代码 错误码 故障码 故障代码 告警id 告警编号 事件编号 报警代码 报警编号 报警号 消息id"
)
NAMED = (
    "alertname alarmname problemname service servicename check checkname trigger sensor sensorname eventtype eventname"
    " event eventdescription fault alarm alarmtext alert problem rule rulename ruletitle monitor job jobname backuptask"
    " plan error metric issue logdesc messagetext"
    " signal signalname 信号 信号名称 规则标题"
    " 告警名称 告警项 告警标题 告警类型 问题名称 报警事件 报警名称 报警类型 故障名称 告警信息 告警内容 报警内容"
    " 事件 触发器 监控项 指标 任务 任务名称 作业 告警指标 规则名称 策略名称 告警规则 告警策略"
    " 报警项 报警项目 报警指标"
    " 报警规则 报警策略 告警规则名称 报警规则名称 监控指标 事件类型"
    " 告警名稱 告警項目 告警類型 告警內容 事件名稱"
)

# Which part of the device: two disks that fail under one code are two problems.
PARTS = (
    "component componentname sensorname eventsubject interface interfacename ifname ifdescr ifindex mountpoint drive"
    " disk slot port alarminputchannel channelname channelnumber channel volume pod deployment"
    " daemonset statefulset persistentvolumeclaim queue hddnumber affectedentity tag tags peer neighbor"
    " neighbour vpntunnel tunnel tunnelname connector connectorid job jobname taskname"
    " 报警输入通道 定位信息 事件主体 告警部件 故障部件 部件 部件名称"
    " 接口 接口名称 端口 通道名称 通道号 通道 硬盘 槽位 卷 枪号 线路 线路名称 链路名称 任务名称"
)
# Where it is: a device has many points, and what is named so may have several parts.
WHERE = (
    "point measuringpoint tagname loop zone location domain namespace database rack cabinet room"
    " site building floor area 机柜 机架 机房 房间 站点 电站名称 楼栋 楼层 区域 工位"
    " 报警点 监控点 监测点 测点 测点名称 变量名 位号 传感器 传感器名称 传感器编号 探测器编号 探头 探头编号 回路 防区"
    " 位置 报警位置 安装位置 部位"
)
MESSAGES = (
    "eventmessage message messagedescription opaque msg text alarmtext operationaldata description eventdescription"
    " eventdescr alertdescription alerttext summary"
    " 告警详情 告警描述 描述 事件描述 事件详情 问题详情 故障描述 故障详情 报警描述 报警详情 告警說明 告警说明 详情"
    " 告警内容 告警信息 报警内容 告警內容 事件消息 消息"
)
STATES = (
    "newstatus newstate statechange currentstate currentstatus currentproblemstatus operatingstate eventstatus"
    " eventstate alarmstatus alarmstate alertstatus alertstate sourcestate resolutionstate eventdirection"
    " monitorcondition faultstatus faultstate triggerstatus state status"
    " 新状态 当前状态 告警状态 报警状态 故障状态 恢复状态 清除状态 状态 狀態 告警狀態"
)
SEVERITIES = (
    "severity severitylevel alarmseverity alertseverity triggerseverity alarmlevel faultlevel level priority"
    " 告警级别 告警等级 报警等级 故障级别 故障等级 事件级别 严重性 严重程度 级别 报警级别 告警級別 嚴重性"
)
RESULTS = "result jobresult backupresult taskresult lastresult 结果 执行结果 任务结果 备份结果 結果"
# Whatever stands there is wrong.
FAULTS = "fault faultname faulttext faultmessage 故障 故障名称 故障信息 故障描述 故障现象"
TIMES = (
    "date time datetime date/time dateandtime timestamp eventtime alarmtime triggered created generatedat detectedtime"
    " lastmodifiedtime eventdate receivetime reported occurred starttime occurrencetime endtime"
    " 开始时间 产生时间 结束时间 时间 告警时间 发生时间 报警时间 事件时间 触发时间 报警开始时间"
    " 清除时间 恢复时间 時間 告警時間 發生時間"
)
CONTACTS = (
    "fullname yourname contactname contactperson reporter phone telephone tel mobile mail email e-mail company"
    " 姓名 联系人 报修人 电话 联系电话 手机 邮箱 公司 单位 报修单位 客户 客户名称"
)

_PAIR = re.compile(
    r"^[\s*#>-]{0,8}(?:\d{1,3}[.、)）]\s?)?([^\n:：=|\t]{1,30}?)\s{0,10}[:：=|\t]\s{0,20}(\S[^\n]{0,2000})$"
)
_SPACED = re.compile(r"^\s{0,8}([A-Za-z_]{2,20}) {2,20}(\S{1,80})$")
# FortiGate writes all of an event in one line so, and OpenManage Enterprise its own with commas.
_ASSIGNED = re.compile(r"(\w{1,25})=(\"[^\"\n]{0,300}\"|[^\s\"]{1,100})")
_FILLING = re.compile(r"[\s_.\-*]+|\([^)]*\)?$")
_SEVERAL = 4
_LONGEST_ROW = 2000
_SHORTEST_FIRM = 4


def pairs_of(text: str) -> dict[str, str]:
    """What the text says as `key: value`, the first of each key; keys in lower case and without what fills them."""
    found: dict[str, str] = {}
    for line in lines_of(text):
        for key, value in in_line(line):
            found.setdefault(key_of(key), value.strip(' |\t"')[:_LONGEST_VALUE])
    return found


# Whatever it is that has a number of its own, but for what happened to it and for what is written about that.
_NUMBERED = re.compile(
    r"(?!.*(?:告警|报警|事件|故障|消息|规则|工单|流水|订单|任务|部件|合同|客户|版本|alarm|event|fault))"
    r".{1,12}(?:编号|编码|序列号|(?<=\w)sn|serialno|serialnumber)"
)


def numbered(pairs: Mapping[str, str]) -> str | None:
    """The number of a device of a kind that is not named here: 桩编号, Inverter SN."""
    return next((value for key, value in pairs.items() if value and _NUMBERED.fullmatch(key)), None)


def contact(pairs: Mapping[str, str]) -> str | None:
    """Who is to be called, or of which firm he is. 单位 is a firm, and what is measured in."""
    told = {key: value for key, value in pairs.items() if key != "单位" or len(value) >= _SHORTEST_FIRM}
    return first(told, CONTACTS)


def key_of(written: str) -> str:
    """A key in lower case and without what fills it."""
    return _FILLING.sub("", written).casefold()


def lines_of(text: str) -> list[str]:
    """As much of a text as is looked at."""
    return text[:_READ_CHARS].split("\n")[:_READ_LINES]


def first(pairs: Mapping[str, str], keys: str) -> str | None:
    """The value of the first of these keys that is there."""
    return next((pairs[key] for key in keys.split() if pairs.get(key)), None)


def in_line(line: str) -> Iterator[tuple[str, str]]:
    """The keys and values of a line, as they are written."""
    if line.count("=") >= _SEVERAL:
        yield from _ASSIGNED.findall(line[:_LONGEST_ROW])
    elif line.count(", ") >= _SEVERAL - 1 and line.count(": ") >= _SEVERAL:
        yield from ((key, value) for key, mark, value in _parts(line[:_LONGEST_ROW]) if mark)
    elif found := _PAIR.match(line) or _SPACED.match(line):
        yield found[1], found[2]


def _parts(line: str) -> Iterator[tuple[str, str, str]]:
    return (part.partition(": ") for part in line.split(", "))
