"""States of a device that end no alarm: a printer that is online may have no toner, and a breaker is closed or not."""

import re

# A state that a device is in, and that ends no fault but one of the same kind: a printer that is online has no toner.
_CONDITION = re.compile(
    r"\W{0,4}(?:online|running|connected|on ?line\b|(?:设备|主机)?(?:正常)?(?:在线|运行中|正在运行)|已连接)",
    re.IGNORECASE,
)
_OTHER_FAULT = re.compile(
    r"\b(?:replace\w*|add|out of|call for|service required|low|empty|errors?|high|over(?:load|heat|temp)\w*"
    r"|full|jam\w*|fault\w*|fail\w*|degraded|exceed\w*|leak\w*"
    r"|depleted|overdue|bad|worn|critical)\b|故障|异常|異常|错误|错|过[高低载热]|超[限温过]|不足|更换|损坏|缺[纸墨粉相]|移除|拔出|removed|失败|告急|泄漏",
    re.IGNORECASE,
)
# That it was taken over says that something has failed, however well that went.
_TAKEN_OVER = re.compile(
    r"\bfail(?:ed)?[ -]?over\b|\btak(?:en?|ing) over\b|\btook over\b|\bswitch(?:ed)?[ -]?over\b|主[备備]切[换換]|接管"
    r"|切[换換][到至][备備]",
    re.IGNORECASE,
)
# What closes may be closed by a fault, or in spite of one.
_CLOSED = re.compile(r"\W{0,4}closed?\b", re.IGNORECASE)
_CLOSES = re.compile(
    r"\b(?:breaker|valve|door|damper|relay|contact(?:or)?|isolator|disconnector|gate|shutter|circuit)s?\b|\bCB-?\d"
    r"|断路器|阀|门|接触器|继电器|开关|闸",
    re.IGNORECASE,
)


def says_little(stated: str, named: str, said: str, is_told: bool) -> bool:
    """True for a state beside which the fault may well be there, by what the mail names and what it says of it.
    `is_told`: its subject or its event says that it is over."""
    if _CLOSED.match(stated):
        return _CLOSES.search(named) is not None
    if _TAKEN_OVER.search(said):
        return True
    return not is_told and _CONDITION.match(stated) is not None and _OTHER_FAULT.search(named) is not None
