"""What is said where machines harm people or are about to: for the safety lexicon, beside `classify.dangers`."""

from classify.lexicon import OVER, Rule, any_of

_GAS = "可燃气体|有[毒害]气体|燃气|煤气|天然气|瓦斯|甲烷|氨气?|氯气?|氢气|一氧化碳|硫化氢|氮气|氦气|氧气"
_GASES = "(?:gas|methane|ammonia|hydrogen|chlorine|carbon monoxide|CO|H2S|oxygen|LEL)"
_MACHINE = "(?:robots?|cobot|AGVs?|AMRs?|forklifts?|shuttle|crane|hoist|press|conveyor|saw|spindle|machine|arm|gripper)"
# No print head, plug, probe or pin of a device, and no arm of a robot.
_BODY = (
    "(?<![械器扶把副])手[指臂]?(?![柄轮动机册持续推拉工])|胳膊|(?<![支桌椅])腿|(?<![管引支地针])脚"
    "|(?<![印喷磁镜探接插像刀钻龙机焊触码])头部?|腰|身上"
)
_PEOPLE = "(?:人员?|员工|工人|乘客|老人|小?孩子?|同事|师傅|客人|患者|病人|操作工|行人)"
_VICTIM = (
    r"(?:someone|somebody|(?:an?|one|two|three|our|the|my) (?:\w+ ){0,2}(?:colleagues?|workers?|operators?|guys?"
    r"|lad(?:y|ies)|"
    r"(?:wo)?m[ae]n|child(?:ren)?|technicians?|pickers?|passengers?|visitors?|patients?|employees?|persons?|people"
    r"|pedestrians?)"
    r"|one of (?:our|the|my) (?:\w+ ){0,2}(?:guys?|lads?|colleagues?|workers?|men|people|operators?))"
)
_TREATS = (
    "(?:ventilators?|(?:infusion|syringe|insulin) pumps?|defibrillators?|ana?esthesia (?:machine|device)"
    "|dialysis machines?|incubators?|patient monitors?)"
)
_DEVICES = ("呼吸机", "输液泵", "注射泵", "除颤", "麻醉机", "透析机", "监护仪", "暖箱", "保温箱", "心肺机", "ecmo")
_MOVERS = ("叉车", "小车", "机器人", "机械臂", "机械手", "行车", "吊车")

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
            *("响", "不消音", "超量程", "超限", "超标", "浓度", "高报", "high-high", "high high"),
        ),
        any_of(
            rf"\b{_GASES}\b[^.!?\n]{{0,60}}\b(?:is|are|keeps?|still) (?:\w+ )?(?:rising|climbing|over the limit"
            rf"|above the limit)",
            rf"\b{_GASES}\b (?:detectors?|sensors?|alarms?|sirens?)[^.!?\n]{{0,60}}\b(?:sounding|ringing"
            rf"|over the limit|siren)\b",
            r"\bgas smell\b|\bsmell of gas\b",
            rf"\b{_GASES}\b[^!?\n]{{0,120}}\bsiren (?:is|has been|keeps?) ",
            f"(?:{_GAS})[^。!?\\n]{{0,8}}(?:报警|告警)[^,。!?\\n]{{0,6}}(?:一直响|在响|响个?不停|不停地?响|狂响|响了|一直不消音|超量程|超限|超标)",
            rf"\b{_GASES} alarm\b[^!?\n]{{0,60}}\bhigh[- ]high\b",
            f"(?:{_GAS})(?:报警|告警)[^。!?\\n]{{0,20}}(?<!最)高报",
            f"(?:{_GAS})[^,。!?\\n]{{0,6}}(?:浓度)[^,。!?\\n]{{0,10}}(?:超标|超限|在升|上升|一直涨|爆表)",
        ),
        excuses=any_of(
            r"\b(?:calibrat\w+ (?:date|due|is due)|spare|quote|false alarm)\b",
            r"\b(?:prices?|meter|bill|tariff|demand|market|orders?|order volume|newsletter)\b",
            "标定|校准|报价|误报|采购|阈值|超标值|曲线|多长时间|多少分贝",
        ),
    ),
    Rule(
        "people who had to get out",
        1,
        ("evacuat", *(f"{sent} {who}" for sent in ("send", "sent") for who in ("every", "all", "the")), "撤", "疏散"),
        any_of(
            r"\bevacuated (?:the )?(?:\w+ )?(?:people|staff|everybody|everyone|building|hall|room|floor|ward|site"
            r"|plant|shop)\b(?! (?:data|from the))",
            r"\b(?:people|staff|everybody|everyone|building|hall|ward|room|floor) (?:is|are|was|were|has been"
            r"|have been|being) "
            r"(?:being )?evacuated\b(?! (?:with|by) the pump)"
            r"|\b(?:have |had to |we )?sen[dt] (?:everybody|everyone|all people"
            r"|the people) (?:out|outside)\b",
            "(?:人员?|员工|大家|乘客|顾客|患者)(?:[都已经全部正在紧急]){0,5}(?:往外|向外)?(?:撤离|撤出|撤了|撤走|疏散|往外撤)",
        ),
        excuses=any_of("撤离(?:路线|平台)|疏散(?:路线|指示|图|通道|标|系统|平台)"),
        settled=any_of(r"\b(?:drills?|exercises?)\b", "演练|演习"),
    ),
    Rule(
        "a machine that has hurt somebody",
        1,
        (
            *("hit", "hurt", "injur", "crush", "struck", "knocked", "finger", "thumb", "arc flash"),
            *("came down on", "fell on", "drove over", "ran over", *"撞压夹砸轧碾绞摔卷伤折血"),
            *("切掉", "切断", "切伤", "割断"),
        ),
        any_of(
            rf"\b{_MACHINE}\b(?: \w+){{0,4}} (?:just |has |have |had )?(?:hit|struck|crushed|injured|hurt"
            rf"|knocked) {_VICTIM}\b",
            rf"\b{_VICTIM} (?:has |have |had |was |were |got |is |are )?(?:\w+ly )?(?:hurt|injured|crushed"
            rf"|knocked (?:down|over))"
            r"(?! (?:feelings?|pride))\b",
            rf"\b{_VICTIM} (?:has |have )?(?:lost|severed) (?:\w+ )?(?:fingers?|thumb)\b"
            r"(?![ -]?(?:drive|print|protect\w*|scan\w*|template|ring|guard))",
            rf"\b{_VICTIM} (?:got|has|had|suffered) (?:an? |the )?arc flash\b",
            r"\barc flash in (?:the|his|her) (?:face|eyes?)\b",
            r"\b(?:came down on|fell on|drove over|ran over) (?:\w+ )?(?:\w+['’]s|his|her|my) "
            r"(?:foot|hand|leg|arm|head|toes)\b",
            f"(?:{_BODY})[^,。!?\\n]{{0,3}}被[^,。!?\\n]{{0,4}}(?:切掉|切断|切伤|割断|卷进)",
            f"(?:撞|压|夹|砸|轧|碾|绞)(?:到|倒|伤|住|断)了?(?:一?[个名位])?{_PEOPLE}(?!会)",
            f"{_PEOPLE}[^,。!?\\n]{{0,4}}(?:被?(?:撞|压|夹|砸|轧|卷|绞|碾)(?:倒|伤|到|住|断|进)|受了?伤|摔倒|骨折)"
            "(?!上报|登记|检测|识别|监测|报警|算法)",
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
            r"\bescalator\b[^.!?\n]{0,30}\b(?:(?<!be )reversed|(?:ran|runs|went|moved) (?:backwards?|the wrong way))\b",
            "电梯[^,。!?\\n]{0,8}(?:下坠|坠落|急坠|坠梯|往下掉|掉了?[一二两三\\d]+层|冲顶|蹲底|溜梯|溜车|开着门(?:走|运行|上|下))",
            "扶梯[^,。!?\\n]{0,8}(?:倒转|反转|逆转|逆行|倒着走)",
        ),
        excuses=any_of(
            r"\b(?:prices?|sales|percent|regulations?|contract|drawing|short of|as (?:planned|scheduled))\b",
            "按计划|改成",
        ),
        aside=any_of(r"\b(?:course|lecture|case stud(?:y|ies))\b", "课|案例|宣传"),
    ),
    Rule(
        "a safety device without effect",
        1,
        (
            *("safety", "curtain", "emergency stop", "e-stop", "estop", "open", "by itself"),
            *("interlock", "relief valve", "safety valve", "急停", "安全门", "安全继电器", "光幕", "光栅"),
            *("安全阀", "联锁", "连锁", "门开着", "门没关", "护罩", "护栏", "围栏"),
            *(f"{mover}自" for mover in _MOVERS),
        ),
        any_of(
            r"\b(?:light curtain|safety (?:gate|door|scanner|mat|relay|switch|valve)|relief valve"
            r"|(?:door|guard|gate) interlock|emergency stop|e-?stop)\b[^.!?\n]{0,40}\b(?:(?:does|did|do)"
            r"(?:n't| not) (?:stop|work|react|respond|trip|open|hold)|(?:has|had|is|was) (?:no|without) effect"
            r"|(?:has |have )?fail(?:s|ed)(?: to stop)?)\b"
            r"(?! (?:the|its|in the) (?:\w+ )?(?:test|acceptance|inspection))",
            r"\b(?:hand|arm|somebody|someone|anybody|person|people|operator)(?: \w+){0,2} in(?:side)? "
            r"(?:the )?light curtain\b",
            r"\b(?:pressed|pushed|hit|despite|although|even though) (?:the )?(?:\w+ )?(?:emergency stop|e-?stop)\b"
            r"[^.!?\n]{0,30}\b(?:kept|keeps|continued|continues|carried) (?:on )?"
            r"(?:running|moving|going|turning|driving)\b",
            r"\b(?:drove|ran|moved|moving|running|going)\b[^.!?\n]{0,12}\b(?:although|though|despite)\b"
            r"[^.!?\n]{0,8}\b(?:emergency stop|e-?stop)\b",
            rf"\b{_MACHINE}\b[^.!?\n]{{0,20}}\b(?:moved|moves|started|starts|ran"
            rf"|runs)\b[^.!?\n]{{0,30}}\b(?:although|while|with|though) "
            r"(?:the )?(?:safety )?(?:gate|door|guard|fence|cover)\b[^.!?\n]{0,8}\bopen\b",
            r"(?<!virtual )(?<!build )(?<!backup )\b(?:robot|press|crane|AGV|machine|arm|truck|fork ?lift"
            r"|shuttle|hoist)\b[^.!?\n]{0,20}\b(?:moved|moves|started|starts|drove|drives|ran) (?:\w+ )?by itself\b",
            "(?:急停|安全光[幕栅]|光[幕栅]|安全门|安全继电器)(?:按钮|开关)?[^,。!?\\n]{0,10}(?:失效|失灵|不起作用|没(?:有)?(?:反应|作用|停)|不管用|停不下来)",
            f"(?:{'|'.join(_MOVERS)})自[己行][^,。!?\\n]{{0,8}}(?:动了|动起来|开出|开走|跑了|转起来|走了)",
            "安全阀[^,。!?\\n]{0,6}(?:没|不|未)(?:起跳|动作|打开|开)(?!的|包装)|(?:安全[联连]锁|联锁)(?:失效|失灵|不起作用)",
            "(?:手|人|胳膊)[^,。!?\\n]{0,3}[伸站走进](?:到|进|在)?[^,。!?\\n]{0,4}(?:光[幕栅]|安全门|护栏|围栏)[^。!?\\n]{0,14}"
            "(?:照样|还[在是会]|仍|继续|没停|不停)",
            "[按拍压](?:下|了|下了)?(?:红色?)?急停[^。!?\\n]{0,10}(?:还[在往是会]|仍|照样|继续|没停|不停|停不)",
            "(?:护罩|围栏|(?<![柜房箱店厅])门)(?:开着|没关)[^。!?\\n]{0,8}(?:还在|照样|仍)(?:动|转|走|跑|运行|出束|加热)",
        ),
        excuses=any_of(r"\b(?:spares?|quote|order|as planned|scheduler|simulation)\b", "报价|备件|演示"),
        mended=_SECURED,
    ),
    Rule(
        "a patient in danger",
        1,
        (
            *("ventilator", "pump", "defibrillator", "anaesthe", "anesthe", "dialysis", "incubator"),
            *("patient", *_DEVICES),
        ),
        any_of(
            rf"\b{_TREATS}\b[^.!?\n]{{0,30}}\b(?:stopped (?:ventilating|delivering|pumping)|delivered (?:the whole"
            r"|too much|ten|twice)|(?:did|does)(?:n't| not) (?:charge|alarm|shock|deliver|ventilate))\b",
            r"\bpatients? (?:\w+ )?(?:was |were |has been )?(?:given|got|received) "
            r"(?:the wrong|twice the|ten times|too much|an over)\b",
            f"(?:{'|'.join(_DEVICES)})[^。!?\\n]{{0,14}}(?:没报警|不报警|未报警|不送气|放不了电|没放电|充不上电|过量|漏血|停泵|(?:全|都|一下)[^,。]{{0,4}}打[进完]|自己停|打?快了)",
        ),
        excuses=any_of(r"\b(?:demo|training|simulator|test lung)\b", "演示|培训|模拟肺|测试"),
        settled=OVER,
        beside=any_of(
            r"\b(?:patients?|bab(?:y|ies)|bed \d+|resuscitat\w+|intensive care|bagged)\b",
            "病人|患者|\\d床|抢救|新生儿|婴儿|宝宝|皮囊",
        ),
    ),
)
