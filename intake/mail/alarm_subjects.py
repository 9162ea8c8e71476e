"""What monitoring systems, devices and jobs write into their subjects."""

import re

from intake.mail.subject import is_answer, is_forward

# Each gives a device, a code, or both. An empty code: the device itself is what is up or down.
_NAGIOS = (
    re.compile(r"\*\* \w+ Service Alert: (?P<device>[^/\n]{1,120})/(?P<code>[^\n]{1,120}?) is \w+ \*\*"),
    re.compile(r"\*\* \w+ Host Alert: (?P<device>\S{1,120}) is (?P<code>)\w+ \*\*"),
    re.compile(r"^\[[A-Z]{4,20}\] (?P<code>)Host (?P<device>\S{1,120}) is [A-Z]{2,12}!$"),
    re.compile(r"^\[[A-Z]{4,20}\] (?P<code>[^\n]{1,120}) on (?P<device>\S{1,120}) is [A-Z]{2,12}!$"),
    re.compile(
        r"^Check_?MK: (?P<device>[^/\s]{1,120})(?:/(?P<code>[^\n]{1,120}?))? (?:[A-Z]{2,8} ?(?:->|→) ?[A-Z]{2,8}\b"
        r"|(?:Acknowledged|Started Flapping|Stopped Flapping)\b)",
        re.IGNORECASE,
    ),
)
# Of products that may name the device nowhere else: these tell their alarms apart by themselves.
_RULES = (
    re.compile(
        r"^\[(?:FIRING|RESOLVED)(?::\d+)?(?:, ?RESOLVED:\d+)?\]\s*(?P<code>[^\n(]{2,150})"
        r"(?:\((?P<device>[^)\n]{1,150})\))?",
        re.IGNORECASE,
    ),
    re.compile(r"^\[(?:Alerting|No Data)\] (?P<code>[^\n]{3,150})$", re.IGNORECASE),
    re.compile(r"^\[OK\] (?P<code>[^\n]{3,150} alert)$", re.IGNORECASE),
    re.compile(r"^\[Monitor Alert\] [\w-]{2,20}(?: on \{(?P<device>[^}\n]{1,100})\})?: (?P<code>[^\n]{3,150})$"),
    re.compile(
        r"^(?:\[P\d\] )?\[(?:(?:Re-)?Triggered|Recovered|Warn|No Data)(?: on \{(?P<device>[^}\n]{1,100})\})?\]"
        r" (?P<code>[^\n]{3,150})$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:ALARM|OK|INSUFFICIENT[ _]DATA): \"(?P<code>[^\"\n]{1,150})\" in \w"),
    re.compile(
        r"^\[PRTG\b[^\]\n]{0,60}\] (?P<code>[^\n]{2,150}?) (?:Down|Up|Warning|Unusual|Unknown|Paused)\b"
        r"(?: \([A-Za-z ]{3,20}\))?(?: ESCALATION)?(?: ended)? ?(?:\(|$)"
    ),
    re.compile(r"^\[(?P<code>[^\]\n]{1,80})\] \[(?:🔴 ?|✅ ?)(?:Down|Up)\]"),
    re.compile(r"^Monitor is (?:DOWN|UP): (?P<code>[^\n]{1,150})$"),
    re.compile(r"^(?:DOWN|UP) alert: (?P<code>[^\n(]{2,100}?) (?:\([^)\n]{1,150}\) )?is (?:DOWN|UP)$"),
    re.compile(
        r"^(?P<code>[^\n\[]{3,150}\[[^\]\n]{1,60}\]) (?:went (?:above|below)|is still (?:above|below)"
        r"|restored to normal)\b"
    ),
    re.compile(r"^Splunk Alert: (?P<code>[^\n]{3,150})$"),
    re.compile(
        r"^\[(?:Triggered|Acknowledged|Resolved|Escalated|Reassigned|Reopened)\] "
        r"(?P<code>Incident #\d{1,12}: [^\n]{2,150})$"
    ),
    re.compile(
        r"^\[(?:Critical|High|Medium|Low|Warning)\] (?P<code>[^\n]{3,150}?) - Issue (?:activated|acknowledged|closed)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:[🔴🟢🟡✅❌🚨]\s?(?:Down|Up): |(?:DOWN|UP) \| )(?P<code>[^\n]{2,150})$", re.IGNORECASE),
)
_JOBS = (
    re.compile(
        r"^(?:Build failed in Jenkins|Jenkins build is [a-z ]{4,20}) ?: (?P<code>[^\n#]{2,120})(?: #\d{1,9})?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<code>(?:Garbage Collect|Verif\w{1,9} Job|Sync Job|Remote Sync|Prune Job)\b[^\n]{0,80}?)"
        r" (?:failed|successful)\b"
    ),
    re.compile(r"^(?P<code>[^\n]{2,100}?) - Build # ?\d{1,9} - [A-Za-z ]{5,20}!$"),
    re.compile(r"^\[(?:Success|Failed|Warning|Error|OK)\]\s*(?P<code>[^\n(\[]{2,120})", re.IGNORECASE),
)
_PRODUCTS = (
    re.compile(r"^(?:Problem|Resolved)(?: in [\w ]{1,30})?: (?P<code>[^\n]{3,150})$", re.IGNORECASE),
    re.compile(
        r"^(?:故障|恢复)(?:PROBLEM|OK|RESOLVED)[,，] ?服务器[:：] ?(?P<device>[^\n:：]{1,60}?)(?:发生)?[:：] ?"
        r"(?P<code>[^\n]{2,100}?)(?:故障|已恢复)?[!！]?$"
    ),
    re.compile(r"^(?P<code>UPS) (?P<device>\S{1,80}@\S{1,80}) on (?:battery|line power)$", re.IGNORECASE),
    re.compile(r"^(?P<code>Communications with UPS) (?P<device>\S{3,160}) (?:lost|established)$", re.IGNORECASE),
    re.compile(r"HA Group Notification from (?P<device>[^\s(]{1,80}) \((?P<code>[^)\n]{1,80})\)", re.IGNORECASE),
    re.compile(r"^(?P<code>\w{4,40} event on /dev/\w{1,20}):(?P<device>[\w.-]{1,80})", re.IGNORECASE),
    re.compile(r"^SMART error \((?P<code>\w{1,60})\) detected on host: (?P<device>[\w.-]{1,80})", re.IGNORECASE),
    re.compile(r"^\[VMware vCenter - (?:Alarm|警报) (?P<code>[^\]\n]{2,120})\]", re.IGNORECASE),
    re.compile(r"^HPE? (?:Integrated Lights-Out|iLO) AlertMail-\d{1,6}: \(\w{2,20}\) (?P<code>[^\n]{3,150})$"),
    re.compile(r"^Alert for device (?P<device>\S{1,100}) - (?P<code>[^\n]{2,120})$"),
    re.compile(r"^Device (?P<device>\S{1,100}) (?:recovered from|acknowledged) (?P<code>[^\n]{2,120})$"),
    re.compile(r"^(?P<device>\S{1,80}) \([\d.]{7,15}\) is (?P<code>)(?:Down|Up) at least \d"),
    re.compile(r"^SQL Server (?:Job|Alert) System: '(?P<code>[^'\n]{1,120})' [a-z]{4,12} on (?P<device>\S{2,80})$"),
    re.compile(r"^vzdump backup status \((?P<device>[\w.-]{1,100})\): (?P<code>backup)\b"),
    re.compile(
        r"^Backup Exec Alert: [^(\n]{2,60}\(Server: \"(?P<device>[^\"\n]{1,80})\"\)"
        r" \(Job: \"(?P<code>[^\"\n]{1,80})\"\)"
    ),
    re.compile(r"^Netwatch: (?P<device>[\w.:-]{3,60}) is (?P<code>)(?:UP|DOWN)$", re.IGNORECASE),
    re.compile(r"^monit alert --\s{1,4}(?P<code>\w[^\n]{2,150})$"),
    re.compile(
        r"^\[(?P<device>[\w.-]{2,60})\] (?P<code>(?:存储池|存储空间|硬盘|RAID 组) ?\d[^\n]{0,20}?)"
        r" ?[已正](?:在)?(?:降级|损毁|修复|恢复|故障)"
    ),
    re.compile(
        r"^(?P<device>[\w.-]{2,60}) - (?P<code>(?:Storage Pool|Volume|Drive|Disk|SSD Cache|RAID Group) ?\d[^\n]{0,40}?)"
        r" (?:has|is|was)(?: been)? (?:degraded|crashed|repaired|failed|restored|rebuilt|normal)\b",
        re.IGNORECASE,
    ),
    re.compile(r"^Cron <(?P<device>[^>\n]{3,60})> (?P<code>[^\n]{1,150})$"),
    re.compile(r"^(?P<code>Logwatch) for (?P<device>[\w.-]{1,80})"),
)
# People write so, too.
_HOST_IS = r"(?:is )?(?:down|up|unreachable|dead|(?:has )?recovered|back(?: up| online)?|alive)"
_HOST_IST = (
    r"(?:主机|主機|服务器|伺服器|节点)已?(?:[宕死][机機]|[离離掉][线線]|失联|不可达|恢[复復](?:正常|在线)?|上[线線])"
)
_LOOSE = (
    re.compile(rf"^(?:\[[^\]\n]{{1,30}}\] ?)?(?P<code>)Host {_HOST_IS}\s?[:-]\s?(?P<device>[\w.-]{{2,80}})$", re.I),
    re.compile(rf"^(?:\[[^\]\n]{{1,30}}\] ?)?(?P<device>[\w.-]{{2,80}})\s?[:-]\s?(?P<code>)Host {_HOST_IS}$", re.I),
    re.compile(
        rf"(?:^|[】\] ])(?P<code>){_HOST_IST}(?:告警|报警|通知)?\s?[:：-]?\s?(?P<device>[A-Za-z0-9][\w.-]{{1,60}})$"
    ),
    re.compile(
        rf"(?:^|[】\] ])(?P<device>[A-Za-z0-9][\w.-]{{1,60}})\s?[:：-]?\s?(?P<code>){_HOST_IST}(?:告警|报警|通知)?$"
    ),
    re.compile(r"^(?:问题|已解决)(?: [\w ]{1,30})?[:：] ?(?P<code>[^\n]{3,150})$"),
    re.compile(
        r"^(?:\w{3,12}: |\[[\w #]{1,20}\] )?Node (?P<device>\S{1,100}?) is (?P<code>)(?:now )?"
        r"(?:Down|Up|Unreachable|Warning)\.?$"
    ),
    re.compile(r"^Backup (?P<code>'[^'\n]{1,80}') (?:failed|succeeded|finished)[\w ]{0,30} on (?P<device>\S{1,80})$"),
    re.compile(r"(?<![\w.-])(?P<device>[\w.-]{1,60}) 上的(?P<code>[^\n]{2,40}?) ?(?:已|正在|处于|发生|恢复)"),
    re.compile(
        r"(?:^|\] )(?P<code>[A-Z][^\n\]]{2,80}?) on (?P<device>[\w.-]{2,60}) (?:has|is|was)(?: become| been)? "
        r"(?:degraded|crashed|repaired|failed|completed|consistent|restored|(?:dis|re)?connected)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W{0,4}(?:PROBLEM|RECOVERY|RECOVERED|RESOLVED?|RESET|FIR(?:ED|ING)|TRIGGERED|CLEAR(?:ED)?|CLOSED|OK|ALERT|ALARM|DOWN|UP|CRITICAL|WARNING)\s*[:：-]\s*"
        r"(?P<code>[^\n]{3,120}?)(?:\s\((?P<device>[\w.-]{2,80})\))?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:告警|故障|恢复|恢復)\W{1,3}(?P<device>[A-Za-z0-9][\w.-]{2,60})(?![\w.-])\W{1,3}(?P<code>[^\n]{2,80})$"
    ),
)
_CODED = (*_NAGIOS, *_RULES, *_JOBS, *_PRODUCTS, *_LOOSE)

# Zabbix says by such a mail what its users did about a problem, and of the problem its name alone.
_UPDATE = re.compile(r"^Updated problem in [\w ]{1,30}: (?P<name>[^\n]{3,255})$")

# Subjects that only machines write.
_MACHINE = (
    *_NAGIOS,
    *_RULES,
    *_PRODUCTS,
    re.compile(r"^\[(?:Success|Failed|Warning|Error|OK)\]\s*\S[^\n]{2,100}(?:\d|job|backup|备份|任务)", re.IGNORECASE),
    re.compile(
        r"^(?:PROBLEM|RECOVERY|RECOVERED|FIRING|RESOLVED)\s*[:：-]"
        r"|^\W{0,2}(?:NAGIOS|ZABBIX|ICINGA|PRTG|CHECKMK|CHECK_MK|UPTIME ?KUMA)\b"
        r"|^\[(?:[\w -]{1,20} )?(?:alert|alarm|call-?home)\]|^\[[^\]\n]{0,30}\balarm\b[^\]\n]{0,60}\]"
        r"|^(?:alert|alarm|warning|critical): [^\n]{2,80}\b(?:is|are|has|went) (?:now )?"
        r"(?:down|up|critical|warning|offline)\b"
        r"|^\[(?:alerting|no data|firing|(?:re-)?triggered|recovered)(?:[\]:]| on \{)"
        r"|^(?:Wazuh|OSSEC) notification - |^MAPS Alert: |^testo Saveris "
        r"|^EM (?:Event|Incident|Problem): ?(?:Fatal|Critical|Warning|Minor|Advisory|Clear(?:ed)?): ?\S"
        r"|^Updated problem in \d|^Message meets Alert condition$|^CommVault Alert: "
        r"|^Embedded Net DVR: |^网络硬盘录像机[:：]"
        r"|^call[- ]?home\b[^\n]{0,40}\d|^(?:SYSTEM|THREAT|TRAFFIC|CONFIG|HIPMATCH"
        r"|GLOBALPROTECT) ALERT : \w+ : |^cron <[^>\n]{3,60}>|^logwatch for\b|^\*\*\* security information for"
        r"|\bis (?:down|up|unreachable|critical|warning|ok)\W{0,4}$(?<=\*\*)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:【[^】\n]{0,12}(?:告警|恢复|监控)[^】\n]{0,6}】|\[[^\]\n]{0,12}(?:告警|恢复|监控)[^\]\n]{0,6}\]"
        r"|[\w\u4e00-\u9fff]{0,8}(?:[告报]警|恢复通知|[告报]警(?:恢复|清除|解除)|[告报]警(?:恢复|清除"
        r"|解除)?通知)\s*[:：|｜]"
        r"|【[^】\n]{1,12}】[\w\u4e00-\u9fff-]{0,12}[告报]警(?:恢复|清除|解除|触发|产生)?(?:通知)?(?:\s*[:：]|$))"
    ),
)


def device_and_code(subject: str) -> tuple[str | None, str | None]:
    """What the subject says of both; the code is empty where the device itself is what is up or down."""
    for pattern in _CODED:
        if found := pattern.search(subject):
            groups = found.groupdict()
            return groups.get("device"), groups.get("code") or ""
    return None, None


def first_subject(subject: str) -> str | None:
    """The subject of the first notice of an alarm, of a notice that repeats nothing else of it."""
    found = _UPDATE.match(subject)
    return f"Problem: {found['name']}" if found else None


def names_all(subject: str) -> bool:
    """True where products write so whose subject tells their alarms apart by itself."""
    return any(pattern.search(subject) for pattern in (*_RULES, *_JOBS))


def tells_apart(subject: str) -> bool:
    """True where products write so that watch services of hosts: whatever a service says, it is one alarm."""
    return any(pattern.search(subject) for pattern in (*_NAGIOS, *_RULES, *_JOBS))


def is_subject(subject: str) -> bool:
    """True for subjects that monitoring systems, devices and jobs write; not for people's answers to them."""
    if is_answer(subject) or is_forward(subject):
        return False
    return any(pattern.search(subject) for pattern in _MACHINE)
