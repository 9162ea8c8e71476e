"""What is said where magnets, X-rays and tables endanger patients and staff: for the safety lexicon."""

from classify.lexicon import OVER, Rule, any_of

_PATIENT = r"(?:patients?|child(?:ren)?|bab(?:y|ies)|toddler)"
_PATIENT_ZH = "(?:病人|患者|小?孩子?|婴儿|宝宝|孕妇)"
_MOVES = "(?:tables?|couch|c-?arm|gantry|detector|bucky|tube|ceiling stand)"
_MOVES_ZH = "(?:检查床|治疗床|床板|床体|机架|[cC]型?臂|悬吊|球管|探测器|平板)"
_ASKED = any_of(
    r"\b(?:how (?:do|can)|phantom|protocol|service mode|demo|calibrat\w+|threshold|quot\w+|as planned|decommission\w*"
    r"|controlled|deliberate(?:ly)?|rehears\w+|last (?!night|hour|few)\w+)\b",
    "如何|怎么|怎样|体模|演示|标定|校准|阈值|报价|导出|按计划|主动|设置|采购",
)
_TALK = any_of(
    r"\b(?:procedure|manual|course|lecture|checklist|risk assessment|case stud(?:y|ies))\b", "课|手册|案例|评估|须知"
)
_IS_OPEN = r"\b(?:with|while|although|even with) (?:the )?(?:\w+ )?door (?:is |was |being |stands )?open\b"

RULES = (
    Rule(
        "a magnet that has quenched",
        1,
        ("quench", "失超"),
        any_of(
            r"\bquenched\b(?! and tempered)",
            r"\b(?:is|are|was|keeps) quenching\b",
            r"\A\W*(?:magnet )?quench\W*(?:\n|$)",
            r"\b(?:had|have|having) a quench\b",
            "失超(?!管|怎|时|后[的会]|压力|阀|按钮|风险|应急|预案|演|概率|次数|保护|处[理置]|前|过程|原因|报告|检)",
        ),
        excuses=_ASKED,
        settled=OVER,
        aside=_TALK,
        beside=any_of(
            r"\b(?:magnets?|MRI?|scanner|helium|vapou?r|cloud|oxygen|\d(?:\.\d)?T|tesla|coldhead)\b",
            "磁|核磁|液氦|扫描",
        ),
    ),
    Rule(
        "an oxygen alarm",
        1,
        ("o2", "oxygen", "氧"),
        any_of(
            r"\b(?:O2|oxygen) (?:\w+ )?(?:alarms?|monitors?|sensors?|detectors?|meter)\b[^.!?\n]{0,40}"
            r"\b(?:alarms|alarming|going(?: off)?|ringing|sounding|sounds|beeping|in alarm)\b(?! due|:)",
            "氧(?:气|浓度|含量)?(?:探测|监测|检测)?[仪器]?[^,。!?\\n]{0,4}(?:报警|告警)"
            "(?!器|仪|阈|值|设|记录|功能|系统|探头|测|线|点)",
            "氧(?:气|浓度)(?:报警|告警)[器仪][^,。!?\\n]{0,6}(?:响|叫)(?!应)",
        ),
        excuses=_ASKED,
        settled=any_of(OVER.pattern, r"\b(?:false alarm|drill|the test)\b", "误报|演练|演习"),
        aside=_TALK,
    ),
    Rule(
        "a device that moves against a patient",
        1,
        (
            *("patient", "child", "baby", "babies", "toddler", "by itself", "on its own", "without"),
            *("病人", "患者", "孩", "婴儿", "宝宝", "孕妇", "自己", "自行", "突然"),
        ),
        any_of(
            rf"\b{_MOVES}\b[^.!?\n]{{0,25}}\b(?:came down|fell|dropped|pressed|moved|landed|swung|crashed)\b"
            rf"[^.!?\n]{{0,10}}\b(?:on|onto|against|into) (?:the |an? |our |his |her )?(?:\w+ )?{_PATIENT}\b",
            rf"\b{_MOVES}\b[^.!?\n]{{0,25}}\b(?:moved|moves|went|rotated|dropped|tilted|drove) (?:\w+ )?"
            r"(?:by itself|on its own|without (?:command|warning))",
            rf"\b{_PATIENT} (?:\w+ )?(?:fell|slid|rolled) (?:off|from|out of) (?:the )?(?:\w+ )?(?:table|couch|bed)\b",
            f"{_MOVES_ZH}[^,。!?\\n]{{0,4}}(?:自己|自行|突然)[^,。!?\\n]{{0,2}}(?:动了|往?下|转|移动|升(?!级)|降|压|掉|滑|倾)",
            f"{_MOVES_ZH}[^。!?\\n]{{0,8}}(?:压|砸|撞|夹)(?:到|在|住|了)[^,。!?\\n]{{0,3}}{_PATIENT_ZH}",
            f"{_PATIENT_ZH}[^,。!?\\n]{{0,4}}从[^,。!?\\n]{{0,6}}(?:摔|掉|滑|滚)(?:了?下|落)",
        ),
        excuses=_ASKED,
        settled=any_of(r"\bincident form\b", "演练|演习"),
        beside=any_of(rf"\b{_PATIENT}\b(?! (?:list|name|data|id|record|portal|safety)s?\b)", _PATIENT_ZH),
    ),
    Rule(
        "radiation that should not be",
        1,
        ("dose", "expos", "x-ray", "xray", "beam", "radiation", "倍", "剂量", "曝光", "出线", "出束", "射线"),
        any_of(
            rf"\b(?:{_PATIENT}|he|she)\b[^.!?\n]{{0,25}}\b(?:ten|twice|two|three|four|five|\d+|several|many)"
            r"(?: times)?(?= (?:the |more |her |his |over |as much )*(?:\w+ )?dose\b)",
            r"\b(?:exposure|x-?rays?|beam|radiation)\b[^.!?\n]{0,20}"
            r"\b(?:do|does|did|would|will)(?:n't| not) (?:stop|end|terminate|switch off)\b",
            rf"\b(?:exposure|x-?rays?|beam|radiation|exposes)\b[^.!?\n]{{0,30}}{_IS_OPEN}",
            f"{_PATIENT_ZH}[^,。!?\\n]{{0,6}}(?:多|过量)[^,。!?\\n]{{0,4}}(?:照|吃|受)了?[^,。!?\\n]{{0,8}}(?:倍|剂量|射线)",
            f"(?:多照|照|打)了?{_PATIENT_ZH}?[^,。!?\\n]{{0,3}}[一二两三四五六七八九十\\d]倍[^,。!?\\n]{{0,3}}剂量",
            "(?:曝光|出线|出束|射线)[^,。!?\\n]{0,4}(?:停不|不停|关不)",
            "(?:松开|松了|抬起)[^,。!?\\n]{0,6}(?:还|仍|照样)[^,。!?\\n]{0,3}(?:曝光|出线|出束)",
            "门[^,。!?\\n]{0,4}(?:开着|没关|打开)[^。!?\\n]{0,10}(?:还|照样|仍|也)(?:能|在|可以)?(?:曝光|出束|出线|出射线)",
        ),
        excuses=any_of(_ASKED.pattern, r"\b(?:lamp|lights?|icon|leaflet)\b", "灯|科普"),
        aside=_TALK,
    ),
    Rule(
        "a patient burned",
        1,
        ("burn", "blister", "烫", "灼伤", "水泡"),
        any_of(
            rf"\b{_PATIENT}(?:['’]s)? (?:\w+ ){{0,3}}(?:has |have |had |is |was |got )?(?:\w+ )?"
            r"(?:burned|burnt|burns? on|blisters?)\b",
            f"{_PATIENT_ZH}[^,。!?\\n]{{0,8}}(?:烫出|烫起|灼伤|起了?水泡)",
        ),
        excuses=_ASKED,
        aside=_TALK,
    ),
)
