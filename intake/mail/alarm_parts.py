"""Which part of a device an alarm is about: two disks, or two ports, that fail under one name are two alarms."""

import re
from collections.abc import Iterator, Mapping

from intake.mail import alarm_fields as fields
from intake.mail.alarm_words import READINGS, stable

_READ_CHARS = 500
_NUMBER = (
    r"[\s_]?#?:?\s?"
    r"(\d(?:(?:[a-z0-9_/.-]|:(?=\d)){0,20}[a-z0-9])?|[A-Z]{1,4}-?\d{1,3}(?:[/.:]\d{1,4}){0,4}(?!\d)"
    r"|(?-i:[A-F])(?![a-z0-9])|(?:left|right)(?![a-z])|[一二三四五六七八](?=[故异異失离離告报報掉]))"
)
# Of parts of a device, as management boards name them in what they say of an event.
_NAMED = re.compile(
    r"(?<![a-z0-9_])(power suppl(?:y|ies)|psu|fans?|drives?|disks?|disk drive bay|bay|slot|ports?|interface|dimm"
    r"|processor|cpu"
    r"|volumes?|virtual disk|batter(?:y|ies)|inlet temperature|exhaust temperature|storage pool|controller"
    rf"|gateway|nic|sp)(?![a-z])(?:{_NUMBER})?",
    re.IGNORECASE,
)
# Those of which a device has several that fail one by one.
_SEVERAL = (
    r"(?:(?<![a-z0-9_])(?:power supply|psu|fan|drive|disk|bay|slot|dimm|battery|controller|cpu|gpu|port|interface|nic"
    r"|adapter|channel|camera|compressor|circuit|pump|outlet|sensor|zone|tunnel|neighbou?r|peer|volume|phase|meter|node|module|unit|axis|pool|lun"
    r"|string|lan|sp|onu)(?![a-z])"
    r"|硬[盘碟]|磁[盘碟]|电源(?:模块|输入|设备)?|電源|风扇|風扇|风机|内存|槽位|电池组?|電池|控制器|端口|接口|[网網]口|网卡|光口|光模块|局域网"
    r"|连接埠|連接埠|介面|通道|链路|压缩机|水?泵|机组|(?:温湿度)?传感器|探测器|回路|[防分]区|摄像[头机]|伺服|轴|变频器|电机|隧道|邻居|[逻物][辑理]盘"
    r"|存储池|存储空间|存储卷|组串)"
)
# What is watched from it: hosts, machines, services, file systems. Of addresses, not those that attack it.
_IP = r"(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])"
_WATCHED = (
    rf"(?:host|device|node|server|设备|主机|节点|终端)\s?[:：]?\s?{_IP}"
    rf"|(?:tunnel|vpn|link|uplink|隧道|链路)(?: to| with)?\s?[:：]?\s?{_IP}"
    rf"|^{_IP}(?=[^\n]{{0,20}}(?:不可达|不通|[离掉]线|失联|超时|恢复|可达|reach|down|up\b|offline|online|respond|time))"
    r"|(?<![a-z0-9])(?:vm|virtual machine|meter|node|pod|container|instance|service|volume|lun|aggregate|aggr|qtree"
    r"|datastore|vserver|database|queue|job)\s[\"']?"
    r"([a-z0-9]{1,40}[._-][\w.-]{1,60})"
    r"|(?<![a-z])(?:disk group|raid group|pool|virtual disk|vdisk|array|site|rack)\s[\"']?([a-z]{1,10}-?\d[\w-]{0,20})"
    r"|(?:(?<![a-z])AP|设备|终端|主机|端口|接口|摄像[机头]|传感器|探测器|节点|成员|站点|网点|分支|隧道|链路)"
    r"\s?[\[【「“\"(（]([\w./:-]{1,60})"
    r"|(?:子设备|虚拟机|服务|进程|节点|容器|实例|终端)\s?[:：]?\s?([a-z][\w.-]{1,60})"
    r"|(?:^|\bon |分区|挂载点|文件系统|目录)\s?[:：]?\s?(/[\w./-]{0,60})"
    r"|(?-i:(?<![A-Za-z0-9])([C-Z])(?=:[\\/\s]|\s?盘))"
)
_COUNTED = r"[\d一二两三四五六七八九十]{1,3}"
_ONE = re.compile(
    rf"{_SEVERAL}{_NUMBER}(?![a-z0-9]|\s?[块塊个個台只])"  # 硬盘 2 块 are two of them
    rf"|第\s?({_COUNTED})\s?[块塊个個台只路号號]?\s?{_SEVERAL}|(?<![\d.-])({_COUNTED})\s?[号號#]\s?{_SEVERAL}"
    rf"|\b(first|second|third|fourth|\d(?:st|nd|rd|th)) {_SEVERAL}|(?<![a-z0-9])([A-D\d一二三四])\s?路(?![由径徑口])"
    # Interfaces, as switches and hosts call them, and what is said to have a name.
    r"|(?<![a-z0-9])((?:[a-z-]{0,20}ethernet ?|gi|te|fa|fo|hu|twe|xe|ge|et|po|xge|eth|en[ops]|em|bond|vmnic|ether|sfp"
    r"|wan|ppp|tun|vlan|port-channel|bridge-aggregation|eth-trunk)-?\d[\d/.:]{0,20})"
    rf"|{_WATCHED}"
    r"|(?:名称\s?[=:：]?|\bname\s?[=:：])\s?([a-z0-9][\w./:-]{1,60})",
    re.IGNORECASE,
)
# What is measured at one of them is not its number.
_MEASURED = re.compile(
    rf"{READINGS}|\d{{4,}}|\d{{1,3}}(?:\.\d{{1,3}}\s?|\s)[vawcf]\b"
    r"|sensor \d{1,4}\.\d{1,3}(?![\d.])"
    r"|(?:cpu|gpu|sensor|pool|volume|zone|回路|传感器)\s?[:：=]\s?\d{1,4}(?:\.\d{1,3})?"
    r"|[:：=]\s?(?:\d{1,3}[vawcf]\b|\d{1,3}\.\d{1,3}(?![\d.]))"
    r"|\d{1,3}(?:\.\d{1,3})?\s?(?:rpm|mv|ma|volts?|watts?|amps?|hz|bar|psi|[mk]?pa|kw|[kmg]bps|[kmg]bit|dbm?|errors?|伏)",
    re.IGNORECASE,
)
# Of several that are listed, those that are well are not what it is about.
_WELL = re.compile(r"\W{0,3}(?:is )?(?:ok|normal|online|good|up|正常)(?![a-z])", re.IGNORECASE)
_HAS_NUMBER = re.compile(r"\d")
# Of a field that is called like one: "Pump: 2".
_PART_KEY = re.compile(
    r"(?:pump|motor|valve|compressor|fan|battery|string|phase|circuit|axis|probe|meter|camera|charger|module|gpu|lun|pool"
    r"|bay|psu|dimm|nic|ap|onu)(?:no|number|id|name)?"
    r"|(?:[水油]?泵|电机|阀门?|压缩机|风[机扇]|电池组?|组串|相别?|轴|电表|摄像[头机]|充电桩|桩|车位|模块|通道|工位)(?:编?号|名称)?",
    re.IGNORECASE,
)
_DISK = re.compile(r"/dev/[\w/-]{1,40}")


def parts_of(pairs: Mapping[str, str], message: str) -> list[str]:
    """Which part of the device it is about, and where: by fields of their own, else by what is said of the event."""
    named, where = (
        [stable(value) for key in keys.split() if (value := pairs.get(key)) and not _is_of_all(key, value)]
        for keys in (fields.PARTS, fields.WHERE)
    )
    keyed = [_said_of(key, value) for key, value in pairs.items() if value and _PART_KEY.fullmatch(key)]
    return [*(named or _told(pairs, message)), *where, *keyed]


def _said_of(key: str, value: str) -> str:
    """What the field of a part names, and not what is measured there."""
    return stable(_MEASURED.sub(" ", f"{key}: {value}"))


def _is_of_all(key: str, value: str) -> bool:
    """True for what stands in each event of Palo Alto."""
    return key == "domain" and value.isdigit()


def _told(pairs: Mapping[str, str], message: str) -> list[str]:
    if disk := next((found[0] for value in pairs.values() if (found := _DISK.match(value))), None):
        return [disk]
    spoken = {f"{part[1]} {part[2] or ''}".casefold().strip() for part in _NAMED.finditer(message[:_READ_CHARS])}
    named_so = sorted(part.replace("ies", "y").removesuffix("s") for part in spoken)
    return named_so if any(map(_HAS_NUMBER.search, named_so)) else [*named_so, *one_of_several(message)]


def one_of_several(*said: str) -> list[str]:
    """Its number, where the code is that of every disk: the second one that fails is another problem than the first.
    Of these texts the first that has one counts."""
    return next((found for text in said if (found := _numbers(text))), [])


def is_numbered(name: str) -> bool:
    """True where a name says by itself which one of several it is about."""
    return _ONE.search(name) is not None


def _numbers(text: str) -> list[str]:
    measured = _MEASURED.sub(" ", text[:_READ_CHARS])
    found = list(_ONE.finditer(measured))
    ill = [one for one in found if not _WELL.match(measured, one.end())]
    return sorted(set(_said(ill or found)))


def _said(found: list[re.Match[str]]) -> Iterator[str]:
    return (number.casefold() for one in found for number in one.groups() if number)
