"""What is said where machines harm people or are about to: for the safety lexicon, beside `classify.dangers`."""

from classify.lexicon import Rule, any_of

_GAS = "可燃气体|有[毒害]气体|燃气|煤气|天然气|瓦斯|甲烷|氨气?|氯气?|氢气|一氧化碳|硫化氢|氮气|氦气|氧气"
_GASES = "(?:gas|methane|ammonia|hydrogen|chlorine|carbon monoxide|CO|H2S|oxygen|LEL)"
_MACHINE = "(?:robots?|cobot|AGVs?|AMRs?|forklifts?|shuttle|crane|hoist|press|conveyor|saw|spindle|machine|arm|gripper)"
_BODY = "手|手指|手臂|胳膊|腿|脚|头部?|腰|身上"
_PEOPLE = "(?:人员?|员工|工人|乘客|老人|小?孩子?|同事|师傅|客人|患者|病人|操作工|行人)"
_VICTIM = (
    r"(?:someone|somebody|(?:an?|one|two|three|our|the|my) (?:\w+ ){0,2}(?:colleagues?|workers?|operators?|guys?"
    r"|lad(?:y|ies)|"
    r"(?:wo)?m[ae]n|child(?:ren)?|technicians?|pickers?|passengers?|visitors?|patients?|employees?|persons?|people"
    r"|pedestrians?)"
    r"|one of (?:our|the|my) (?:\w+ ){0,2}(?:guys?|colleagues?|workers?|men|people|operators?))"
)

_SECURED = any_of(
    r"\b(?:locked|fenced|switched|turned|powered|taken|shut) (?:\w+ ){0,4}(?:off|cell|down|out of (?:service|use))\b"
    r"|\blocked (?:the|it)\b|\bcut the power\b",
    "已?(?:停用|停机|断电|拉闸|封锁|锁定|上锁)",
)

RULES = (
    Rule(
        "a gas alarm",
        1,
        (
            *("rising", "climbing", "the limit", "sounding", "ringing", "siren", "gas smell", "smell of gas"),
            *("响", "不消音", "超量程", "超限", "超标", "浓度"),
        ),
        any_of(
            rf"\b{_GASES}\b[^.!?\n]{{0,60}}\b(?:is|are|keeps?|still) (?:\w+ )?(?:rising|climbing|over the limit"
            rf"|above the limit)",
            rf"\b{_GASES}\b (?:detectors?|sensors?|alarms?|sirens?)[^.!?\n]{{0,60}}\b(?:sounding|ringing"
            rf"|over the limit|siren)\b",
            r"\bgas smell\b|\bsmell of gas\b",
            rf"\b{_GASES}\b[^!?\n]{{0,120}}\bsiren (?:is|has been|keeps?) ",
            f"(?:{_GAS})[^。!?\\n]{{0,8}}(?:报警|告警)[^,。!?\\n]{{0,6}}(?:一直响|在响|响个?不停|不停地?响|狂响|响了|一直不消音|超量程|超限|超标)",
            f"(?:{_GAS})[^,。!?\\n]{{0,6}}(?:浓度)[^,。!?\\n]{{0,10}}(?:超标|超限|在升|上升|一直涨|爆表)",
        ),
        excuses=any_of(r"\b(?:calibrat\w+ (?:date|due|is due)|spare|quote|false alarm)\b", "标定|校准|报价|误报|采购"),
    ),
    Rule(
        "people who had to get out",
        1,
        ("evacuat", *(f"{sent} {who}" for sent in ("send", "sent") for who in ("every", "all", "the")), "撤", "疏散"),
        any_of(
            r"\bevacuated (?:the )?(?:\w+ )?(?:people|staff|everybody|everyone|building|hall|room|floor|ward|site"
            r"|plant|shop)\b",
            r"\b(?:people|staff|everybody|everyone|building|hall|ward|room|floor) (?:is|are|was|were|has been"
            r"|have been|being) "
            r"(?:being )?evacuated\b|\b(?:have |had to |we )?sen[dt] (?:everybody|everyone|all people"
            r"|the people) (?:out|outside)\b",
            "(?:人员?|员工|大家|乘客|顾客|患者)(?:[都已经全部正在紧急]){0,5}(?:往外|向外)?(?:撤离|撤出|撤了|撤走|疏散|往外撤)",
        ),
        excuses=any_of("撤离路线|疏散(?:路线|指示|图|通道|标)"),
        settled=any_of(r"\b(?:drills?|exercises?)\b", "演练|演习"),
    ),
    Rule(
        "a machine that has hurt somebody",
        1,
        ("hit", "hurt", "injur", "crush", "struck", "knocked", *"撞压夹砸轧碾绞摔卷伤折血"),
        any_of(
            rf"\b{_MACHINE}\b(?: \w+){{0,4}} (?:just |has |have |had )?(?:hit|struck|crushed|injured|hurt"
            rf"|knocked) {_VICTIM}\b",
            rf"\b{_VICTIM} (?:has |have |had |was |were |got |is |are )?(?:\w+ly )?(?:hurt|injured|crushed"
            rf"|knocked (?:down|over))"
            r"(?! (?:feelings?|pride))\b",
            f"(?:撞|压|夹|砸|轧|碾|绞)(?:到|倒|伤|住|断)了?(?:一?[个名位])?{_PEOPLE}",
            f"{_PEOPLE}[^,。!?\\n]{{0,4}}(?:被?(?:撞|压|夹|砸|轧|卷|绞|碾)(?:倒|伤|到|住|断|进)|受了?伤|摔倒|骨折)",
            f"(?:{_BODY})[^,。!?\\n]{{0,5}}(?:受伤|骨折|出血|流血|被?(?:夹|压|砸|轧|卷|绞)(?:伤|断|住|进))",
            f"摔(?:倒|伤|了)?(?:了)?(?:好?几|[一二两三四五\\d]+)[个名位]{_PEOPLE}?",
        ),
        excuses=any_of(r"\b(?:insurance|statistics|in case)\b", "保险|统计|险种|的急救"),
    ),
    Rule(
        "a lift that falls or runs by itself",
        1,
        ("lift", "elevator", "escalator", "梯"),
        any_of(
            r"\b(?:lift|elevator|car of lift)\b[^.!?\n]{0,30}\b(?:dropped|drops|fell|falls|plunged|plunges"
            r"|free[- ]fall)\b",
            r"\bescalator\b[^.!?\n]{0,30}\b(?:reversed|(?:ran|runs|went|moved) (?:backwards?|the wrong way))\b",
            "电梯[^,。!?\\n]{0,8}(?:下坠|坠落|急坠|坠梯|往下掉|掉了?[一二两三\\d]+层|冲顶|蹲底|溜梯|溜车|开着门(?:走|运行|上|下))",
            "扶梯[^,。!?\\n]{0,8}(?:倒转|反转|逆转|逆行|倒着走)",
        ),
    ),
    Rule(
        "a safety device without effect",
        1,
        (
            "safety",
            "curtain",
            "emergency stop",
            "e-stop",
            "estop",
            "open",
            "by itself",
            "急停",
            "安全门",
            "安全继电器",
            "光幕",
            "光栅",
        ),
        any_of(
            r"\b(?:light curtain|safety (?:gate|door|scanner|mat|relay|switch)|emergency stop"
            r"|e-?stop)\b[^.!?\n]{0,40}\b(?:(?:does|did|do)"
            r"(?:n't| not) (?:stop|work|react|respond|trip)|(?:has|had|is|was) (?:no|without) effect|failed to stop)\b",
            rf"\b{_MACHINE}\b[^.!?\n]{{0,20}}\b(?:moved|moves|started|starts|ran"
            rf"|runs)\b[^.!?\n]{{0,30}}\b(?:although|while|with|though) "
            r"(?:the )?(?:safety )?(?:gate|door|guard|fence|cover)\b[^.!?\n]{0,8}\bopen\b",
            r"\b(?:robot|press|crane|AGV|machine|arm)\b[^.!?\n]{0,20}\b(?:moved|moves|started"
            r"|starts) (?:\w+ )?by itself\b",
            "(?:急停|安全光[幕栅]|光[幕栅]|安全门|安全继电器)(?:按钮|开关)?[^,。!?\\n]{0,10}(?:失效|失灵|不起作用|没(?:有)?(?:反应|作用|停)|不管用|停不下来)",
        ),
        excuses=any_of(r"\b(?:spare|quote|order)\b", "报价|备件"),
        mended=_SECURED,
    ),
)
