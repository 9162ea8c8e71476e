"""What is said where fire, gas, water or a load is about to do harm: for the safety lexicon."""

from classify.lexicon import OVER, Rule, any_of

_POISONS = (
    r"(?:ammonia|chlorine|hydrogen(?: sul(?:f|ph)ide)?|carbon monoxide|H2S|phosgene|(?:(?<!lead )(?<!lead-)acid))"
)
_POISONS_ZH = "(?:液氨|氨气?|液氯|氯气?|氢气|一氧化碳|硫化氢|光气|盐酸|硫酸|硝酸|氢氟酸)"
_ASKED_FOR = any_of(
    r"\b(?:calibrat\w+|quot\w+|spare|inspection(?! (?:hall|room|pit|lane|bay))|data ?sheet|concept"
    r"|sensors? (?:is|are) due)\b",
    r"\bhow (?:do|can) (?:i|we|you) (?:set|make|configure|mute|export)\b|\bso that\b|\bwhat to do\b"
    r"|\b(?:can|does|do|will|should) (?:the|your|it|an?) [^.!?\n]*\bwhen\b",
    "标定|校准|报价|询价|采购|年检|方案|资料|原理|防护|检测仪(?:坏|离线|到期)|探测器(?:坏|离线|到期)",
)
# An alarm that was tried, has gone, or was none.
_NO_FIRE = any_of(
    OVER.pattern,
    r"\b(?:alarms?|fire|zone|panel|detectors?) (?:\w+ )?(?:was |is |has been |been |now )*(?:cleared|reset)\b"
    r"(?! (?:twice|again|\w+ times))",
    r"\btest(?:s|ed|ing)?\b(?! (?:hall|lab\w*|room|cell|rig|stand|bench|field|department|area|building))",
    r"\b(?:drill|false alarm|simulat\w+(?! (?:hall|room|building))|commissioning|by mistake|burnt toast)\b",
    r"\bsteam\b(?! (?:turbine|boiler|plant|generator|pipe|hall))",
    "(?<!无法)(?<!不能)复位(?![^。!?\\n]{0,8}[又不还仍没])|(?:已|被)消除|解除|(?:测试|试验)(?![室间台机场车部楼区])|演练|演习|误报|误动|调试|模拟|屏蔽",
)
_FIRE_ALARM = r"(?:fire alarms?|smoke alarms?|(?:smoke|heat|flame|fire) detectors?)"
_NO_SIGNAL = (
    r"(?! (?:panels? |system )?(?:is |are |has )?(?:fault|trouble|battery|offline|failed|missing|disabled|test))"
)
_FIRE_ALARM_ZH = "(?:火警|火灾报警|消防报警|[烟温]感(?:探测器)?|感[烟温](?:探测器)?)"
# Of what is named so, only what an alarm begins with, or what somebody says there is.
_NAMED_ALARM = r"(?<!the )(?<!for )(?<!our )(?<!your )(?<!this )(?<!of )\bfire alarm"
_NO_INCIDENT_ZH = "(?!系统|主机|装置|功能|联动|演|记录|灯|应|压力|电源|瓶|泵|逻辑|按钮|图|阀|后(?:能|多|主机|联动|会))"
_LIFTING = r"(?:crane|hoist|gantry|winch|fork ?lift|lift truck|tail ?lift|stacker)"
_LIFTING_ZH = "(?:行车|天车|吊车|起重机|塔吊|电?葫芦|吊机|叉车|堆垛机|升降台|升降平台)"
_VEHICLE = r"(?:cars?|bus(?:es)?|trucks?|lorr(?:y|ies)|trams?|trains?|vans?|vehicles?|tractors?|coach|locomotive)"
_NO_MOT = r"(?! (?:the|its|an?) (?:\w+ )?(?:inspection|test))"

RULES = (
    Rule(
        "a call for the fire brigade or an ambulance",
        1,
        ("brigade", "department", "ambulance", "firefighters", "911", "999", "119", "120", "消防", "救护车"),
        any_of(
            r"\b(?:called|phoned|rang|alerted|calling) (?:for )?(?:the |an )?(?:fire (?:brigade|department)"
            r"|firefighters|ambulance|911|999)\b",
            r"\b(?:fire brigade|fire department|firefighters|ambulance)(?: is|['’]s| are| was) (?:here|coming|there"
            r"|on (?:its|the|their) way|on site)\b",
            "(?:打了|拨打了|已打|正在打)(?:119|120)(?![\\d元块万份张页个条次分台号.])|消防[队员车]都?已?[来到]了"
            "|救护车都?已?[来到]了|叫了(?:消防|救护车)",
        ),
        excuses=any_of(
            r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next (?:week|month)|yearly|annual|visit"
            r"|acceptance|tour|from \d)\b"
        ),
        settled=any_of(
            r"\b(?:drill|exercise|(?:an?|the) test|last (?:week|month|year))\b", "演练|演习|测试|上周|上个月|去年"
        ),
    ),
    Rule(
        "a fire alarm",
        1,
        (
            "alarm",
            "detector",
            "sprinkler",
            "extinguish",
            "火",
            "烟感",
            "温感",
            "感烟",
            "感温",
            "喷淋",
            "七氟丙烷",
            "消防",
        ),
        any_of(
            rf"\b{_FIRE_ALARM}(?: [\w'’]+){{0,6}} (?:is |are |been |was |keeps? |still |just )*"
            r"(?:ringing|sounding|going off|went off|gone off|goes off|active|activated|triggered|in alarm)\b",
            _NAMED_ALARM + r"(?:,| [-–]|:)? (?:in )?(?:zone|loop|building|floor|room|area|hall|detector)\b"
            r"(?! (?:plan|module|card|map|booking|list|drawing)s?\b)" + _NO_SIGNAL,
            r"\balarms?: ?fire\b(?! (?:panel|door|damper|pump|system))",
            r"\b(?:sprinklers?|gas extinguish\w+|extinguish\w+(?: (?:gas|system|agent))?) "
            r"(?:\w+ ){0,2}(?:released|discharged|activated|triggered|went off)\b",
            f"{_FIRE_ALARM_ZH}[^。!?\\n]{{0,16}}(?<!一)(?:报警|告警|动作|响了|响|启动|触发){_NO_INCIDENT_ZH}",
            "(?:主机|系统|平台)报火警|报了?火警|(?:火警|火灾报警):(?! *(?:0|无|正常|系统|主机))"
            "|(?:类型|事件|状态|内容): *火警(?![恢复解故])",
            "(?:喷淋|气体灭火|七氟丙烷|灭火(?:系统|装置))(?:系统|装置)?(?:已经|已|突然|自动)*(?:启动|喷放|喷了|释放|动作)"
            f"{_NO_INCIDENT_ZH}",
        ),
        excuses=any_of(_ASKED_FOR.pattern, r"\bfirmware\b|\bas specified\b"),
        settled=_NO_FIRE,
    ),
    Rule(
        "gas",
        1,
        (
            *("smell", "odo", "stink", "leak", "escap", "going off", "went off", "gone off", "goes off"),
            *("stench", "味", "漏", "泄"),
        ),
        any_of(
            rf"\b(?:smell\w*|odou?r|stench|stinks?)(?: \w+)?(?: of| like)? (?:\w+ )?{_POISONS}\b",
            rf"\b{_POISONS} (?:smell|odou?r|stench)\b",
            rf"\b{_POISONS} (?:gas )?(?:is |was |keeps )?(?:leaking|leaks|escaping|leak)\b"
            r"(?! (?:test|detect|sensor|alarm|tray|pan))",
            r"\bleak(?:s|ing|age)? of " + _POISONS + r"\b",
            rf"\b(?:CO|gas|{_POISONS}) (?:gas )?(?:alarms?|detectors?|sensors?)(?: \w+){{0,5}} "
            r"(?:going off|went off|gone off|goes off)\b",
            f"{_POISONS_ZH}的?(?:臭|怪|气)?味|{_POISONS_ZH}[^,。!?\\n]{{0,6}}(?:泄漏|泄露|外泄|在漏|漏了|漏气|往外漏)"
            "(?!检测|报警|传感|探测|应急(?:处理|处置|预案|手册|方案)|事故案例)",
        ),
        excuses=_ASKED_FOR,
        settled=any_of(
            OVER.pattern, r"\bfalse alarm\b|\bsafety data sheet(?: for [\w ]{1,30})?:", "误报|演练|演习|安全数据表:"
        ),
    ),
    Rule(
        "a battery that overheats",
        1,
        ("runaway", "hissing", "热失控", "鼓", "胀", "嘶"),
        any_of(
            r"\bthermal runaway\b(?! (?:protection|detect\w*|prevention|sensor|test|alarm|model|analysis|risk))",
            r"\b(?:batter(?:y|ies)|storage container)\b[^.!?\n]{0,40}\bhissing\b",
            "热失控(?!保护|防护|预警|检测|监测|试验|测试|风险|方案|分析|报告|白皮书|讲座|是什么|不蔓延)",
            "(?:电池|储能)[^。!?\\n]{0,8}嘶|电池[^。!?\\n]{0,8}(?:鼓包|鼓起|胀)[^。!?\\n]{0,8}(?:发烫|烫手|很烫|嗞|滋|嘶|漏液)",
        ),
        excuses=any_of(
            _ASKED_FOR.pattern,
            r"\b(?:white ?paper|lectures?|proof|safety|study)\b|\b(?:does|do|can) (?:your|the|it) [^.!?\n]*\bdetect\b",
        ),
        settled=OVER,
    ),
    Rule(
        "water on equipment",
        1,
        ("water", "水", "淹"),
        any_of(
            r"\bwater\b(?: \w+){0,2} (?:is |was |keeps )?(?:pouring|dripping|running|coming|leaking|streaming"
            r"|flowing|raining)\b"
            r"[^.!?\n]{0,50}\b(?:onto|on|into|over|in) (?:\w+ )?(?:\w+ )?(?:racks?|servers?|server room|switchboards?"
            r"|UPS|data cent(?:er|re))\b",
            r"\bwater\b[^.!?\n]{0,40}\b(?:pouring|dripping|running|coming|leaking)\b[^.!?\n]{0,30}"
            r"\b(?:ceiling|roof) of the (?:\w+ )?(?:server|switch|control|computer|electrical) room\b",
            "(?:(?<!口)水)[^。!?\\n]{0,10}(?:往|流|滴|淋|浇|灌|漏)[^,。!?\\n]{0,4}(?:机柜|机架|服务器|配电[柜箱]|UPS)",
            "(?:机房|配电室|数据中心)[^,。!?\\n无未没]{0,6}(?:在漏水|漏水了|进水(?![管温压口阀泵])|被淹|淹了)",
        ),
        excuses=any_of(
            _ASKED_FOR.pattern,
            r"\bno\b(?! (?:power|light|idea))|\b(?:l/min|degrees|per year|design|heat exchanger)\b",
            "检测(?!绳)|传感|流量|温度|不再|怎么预防",
        ),
        settled=OVER,
    ),
    Rule(
        "a load that falls",
        1,
        ("crane", "hoist", "gantry", "winch", "lift", "stacker", *"吊葫升", "行车", "天车", "起重机", "叉车", "堆垛机"),
        any_of(
            rf"\b{_LIFTING}\b[^.!?\n]{{0,20}}\b(?:dropped|let go of) (?:its|the|a|our) (?:\w+ )?(?:load|engine|coil"
            r"|pallet|container|block|beam|slab|bundle|crate|bucket|roll|machine)\b"
            r"(?! (?:value|signal|cell|reading|off\b))",
            rf"\b{_LIFTING}\b[^.!?\n]{{0,60}}\bbrakes? (?:did|does|do)(?:n't| not) hold\b",
            rf"\b{_LIFTING}\b[^.!?\n]{{0,30}}\bcame down on\b(?! (?:mon|tues|wednes|thurs|fri|satur|sun)day)",
            f"{_LIFTING_ZH}[^,。!?\\n]{{0,8}}(?:坠落|掉下来|掉了下来|溜钩|脱钩|坠下|失控|滑落)(?!保护|检测|防护)|吊物[^,。!?\\n]{{0,4}}(?:坠落|掉|滑落)",
        ),
        settled=any_of(r"\b(?:last year|drill)\b", "演练|去年"),
    ),
    Rule(
        "a vehicle out of control",
        1,
        ("brake", "steering", "accelerat", "刹车", "制动", "方向盘", "行驶中", "高速上", "刹不住", "开着开着"),
        any_of(
            rf"\bbrakes?\b (?:of|on|in) (?:\w+ ){{0,3}}?{_VEHICLE}\b[^.!?\n]{{0,10}}\bfailed\b{_NO_MOT}"
            rf"|\b{_VEHICLE}(?:['’]s)? brakes? (?:\w+ )?failed\b{_NO_MOT}",
            rf"\b{_VEHICLE}\b[^.!?\n]{{0,10}}\b(?:accelerated|accelerates) (?:by itself|on its own|by themselves)\b",
            rf"\b{_VEHICLE}\b[^.!?\n]{{0,30}}\bsteering (?!committee|group|software|team)(?:\w+ )?(?:locked|failed)\b",
            "(?:刹车|制动)(?:突然|完全)?(?:失灵|失效)(?!时|险|的车)[^。!?\\n]{0,20}车|车[^,。!?\\n]{0,10}(?:刹车|制动)(?:突然|完全)?(?:失灵|失效|没了)(?!时|险|的车)|刹不住车",
            "(?:行驶中|高速上|开着开着)[^。!?\\n]{0,10}(?:锁死|断电|失灵|熄火|失控|失去动力)",
        ),
        settled=any_of(r"\b(?:simulator|game|recall notice)\b", "模拟器|游戏|演练"),
    ),
)
