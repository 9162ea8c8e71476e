"""What is said where lifts, escalators and machine tools are about to harm somebody: for the safety lexicon."""

from classify.lexicon import OVER, Rule, any_of
from classify.trapped import PERSON as _PERSON

PERSON = rf"(?:{_PERSON}|mechanics?|fitters?|electricians?|customers?|drivers?|riggers?)"

_WHOSE = (
    rf"(?:(?:{PERSON}|toddler|kid|boy|girl|lady|guest|fitter|somebody|someone)(?:['’]s|s['’])|his|her|my|their|our)"
)
_WORN = "(?:hands?|fingers?|thumb|foot|feet|toes?|legs?|hair|sleeves?|gloves?|shoes?|scarf|skirt|dress|trousers?|arms?)"
# No leg of a table, arm of a crane or shoe of a brake: what a person alone has.
_NO_PART = "(?:hands?|fingers?|thumb|foot|toes?|hair|sleeves?|gloves?|scarf|skirt)"
_WORN_ZH = (
    "(?:(?<![械器扶把副抓])手(?![柄轮动机册持爪续推拉工])[指臂]?|(?<![管引支地针])脚(?![本轮垫架踏])|头发|袖子|衣服|裙子|围巾"
    "|鞋(?!盒|厂|架)|手套(?!箱)|裤腿)"
)
_CREW = "(?:engineer|technician|mechanic|fitter|colleague|man|guy|worker|electrician)"
_CREW_ZH = "(?:师傅|工程师|工人|同事|员工|维保员|小伙子)"
_WITHIN = "(?:pit|shaft|magnet room|cell|tank|silo|cabinet|container|machine)"
_OUT_OF_USE = any_of(
    r"\b(?:out of (?:service|use)|switched off|locked (?:off|out)|taken off)\b", "停梯|停用|停机|封了|贴了?封条"
)
_BUILT = any_of(
    r"\b(?:paint\w*|supervis\w+|under construction|installation|fitters|quot\w+|as (?:planned|scheduled))\b",
    "施工|装修|通风|安装队|调试|报价|按计划",
)
_TALK = any_of(r"\b(?:course|lecture|case stud(?:y|ies)|risk assessment|manual|video)\b", "课|案例|手册|评估|视频|宣传")

RULES = (
    Rule(
        "a lift that falls or runs by itself",
        1,
        ("escalator", "lift", "elevator", "buffer", "梯", "轿厢"),
        any_of(
            r"\bescalator\b[^.!?\n]{0,30}\b(?:suddenly )?(?:ran|rolled|slid|rushed) (?:down|back)\b",
            r"\b(?:lift|elevator|car)\b[^.!?\n]{0,40}\b(?:hit|struck|landed on) the buffers?\b",
            r"\b(?:lift|elevator)\b[^.!?\n]{0,25}\b(?:moved|moves|went|goes|left|started|set) (?:\w+ )?(?:\w+ )?"
            r"(?:with|while) (?:its |the )?doors? (?:were |was |still )*open\b",
            r"\b(?:lift|elevator)\b[^.!?\n]{0,20}\b(?:went down|came down|sank|slipped)\b[^.!?\n]{0,30}"
            r"\b(?:very fast|with a bang|uncontrolled|too fast)\b",
            "(?:电梯|轿厢|客梯|货梯)[^,。!?\\n]{0,8}从\\d+[楼层][^,。!?\\n]{0,5}(?:滑|掉|坠|溜|砸|冲)(?:到|下|了)",
            r"\b(?:lift|elevator)\b[^.!?\n]{0,25}\bcrashed into\b",
            "(?:电梯|轿厢|客梯|货梯)[^。!?\\n]{0,14}(?:撞了?顶|冲了?顶)(?!试验|测试|是|吗|保护|检)",
            "(?:电梯|轿厢|客梯|货梯)[^,。!?\\n]{0,6}(?:冲到?了?顶|蹲了?底|坠了?下|猛地?往?下)",
            "扶梯[^,。!?\\n]{0,8}(?:往下溜|下溜|溜车|往下滑)",
        ),
        excuses=_BUILT,
        aside=_TALK,
    ),
    Rule(
        "an open shaft",
        1,
        ("shaft", "no car", "no lift", "no cabin", "car is", "井道", "轿厢", "下面"),
        any_of(
            r"\b(?:doors?|entrance)\b[^.!?\n]{0,30}\b(?:open|opened|opens|ajar)\b[^.!?\n]{0,30}"
            r"(?:\bno (?:car|lift|cabin)\b|\b(?:empty|open|the) (?:lift |elevator )?shaft\b"
            r"|\bcar is(?:n't| not) (?:there|here|behind|at)\b)",
            r"\b(?:have|is|there) an open (?:lift |elevator )?shaft\b",
            "(?:能看[见到]|看得见|看到了?)井道",
            "门[^。!?\\n]{0,8}(?:开着|打开|大开|敞开|关不上|没关|开了)[^。!?\\n]{0,10}"
            "(?:轿厢不在|没有?轿厢|看[得能]?[到见]+井道|看到井道|就是井道|下面是?(?:黑|空))",
        ),
        excuses=_BUILT,
        settled=OVER,
        aside=_TALK,
    ),
    Rule(
        "a rope that breaks",
        1,
        ("rope", "strand", "钢丝绳", "曳引", "钢带"),
        any_of(
            r"\bropes?\b[^.!?\n]{0,20}\b(?:snapped|has broken|have broken|broke\b|parted)\b|\bbroken strands?\b",
            "(?:钢丝绳|曳引绳|曳引带|钢带)[^,。!?\\n]{0,6}(?:断了|断股|断[了]?[一两二三几]股|断裂|崩断|断丝超|断开)(?!的标准|检测|怎)",
        ),
        excuses=any_of(r"\b(?:quot\w+|inspection report|criteri\w+|standard)\b", "报价|标准是|判定"),
        settled=OVER,
        aside=_TALK,
        mended=_OUT_OF_USE,
        beside=any_of(
            r"\b(?:lifts?|elevators?|crane|hoist|suspension|ropes?|cable car)\b", "梯|行车|吊|提升|钢丝绳|曳引"
        ),
    ),
    Rule(
        "somebody caught in a machine",
        1,
        (
            *("caught", "trapped", "dragged", "pulled", "sucked", "stuck", "hand", "finger", "arm", "head", "bleeding"),
            *"卷夹绞咬吸",
        ),
        any_of(
            rf"\b(?:{_WHOSE} (?:\w+ )?{_WORN}|\w+['’]s {_NO_PART})\b"
            r"[^.!?\n]{0,12}\b(?:got|is|are|was|were|gets?|has been) (?:\w+ )?"
            r"(?:caught|trapped|dragged|pulled|sucked|stuck)\b(?! (?:with|in (?:traffic|the act)))",
            r"\b(?:started|starts|moved|closed|began|cycled)\b[^.!?\n]{0,20}\b(?:while|with|when)\b[^.!?\n]{0,12}"
            r"\b(?:my|his|her|their) (?:hands?|arms?|head|fingers?) (?:were |was |still )*"
            r"(?:in|inside|between|under)\b",
            r"\b(?:hand|foot|finger|leg|arm|head)s? (?:is|are) bleeding\b",
            f"{_WORN_ZH}[^,。!?\\n]{{0,3}}被[^,。!?\\n]{{1,10}}(?:卷|夹|绞|咬|吸)(?:进|住|伤|断|到|了)",
        ),
        excuses=any_of(r"\b(?:quot\w+|guard|glove ?box)\b", "报价"),
        aside=_TALK,
    ),
    Rule(
        "parts that fly",
        1,
        ("flew", "flung", "thrown", "ejected", "shot out", *"飞甩崩炸爆"),
        any_of(
            r"\b(?:tool|cutter|part|workpiece|chuck|insert|blade|fragments?|piece|jaw|bar|disc|wheel|drill)\b"
            r"[^.!?\n]{0,40}\b(?:flew|flung|thrown|shot out|ejected)\b[^.!?\n]{0,25}"
            r"\b(?:through|past (?:my|his|her|the|our|an?)|across|window|at (?:me|him|her|the operator)|head)\b",
            "(?:刀具?|刀片|铣刀|钻头|工件|卡爪|卡盘|零件|砂轮|棒料)[^,。!?\\n]{0,6}(?:飞了?出|甩了?出|崩飞|崩出|飞到)",
            "飞出来?了?一?[块把个片](?:刀|工件|砂轮|铁)",
            "(?:砂轮|卡盘|刀盘|防护玻璃)[^,。!?\\n]{0,3}(?:炸了|炸裂|爆了|崩了)|碎片飞(?:出|到|溅)",
        ),
        excuses=any_of(r"\bchips\b", "切屑|铁屑|动画|仿真"),
        settled=any_of(r"\b(?:simulation|drill exercise)\b"),
        aside=_TALK,
    ),
    Rule(
        "a safety device without effect",
        1,
        ("door", "guard", "cover", "gate"),
        any_of(
            r"\b(?:spindle|chuck|axis|axes|robot|blades?|turret|rollers?|machine|press|saw|knife|cartoner|wrapper"
            r"|filler|labeller|capper|packer|palleti[sz]er|mixer|slicer|lathe|line)\b(?: \w+){0,2}"
            r" (?:keeps?|kept|still|continues?|continued)(?: to| on)? (?:turn|mov|run|spin|cut|work)\w*(?: \w+){0,2}"
            r" (?:with|while|although|when) (?:the )?(?:\w+ )?(?:doors?|guard|cover|gate) "
            r"(?:is |are |was |were )?open\b",
        ),
        excuses=any_of(r"\b(?:how (?:do|can)|set-?up mode|setting mode)\b"),
    ),
    Rule(
        "a safety device without effect",
        1,
        ("开着门",),
        any_of("开着门[^,。!?\\n]{0,6}(?:还|照样|仍)[^,。!?\\n]{0,2}(?:转|动|走|出束|运行)(?!吗|么)"),
        excuses=any_of("怎么|如何|能不能|通风"),
    ),
    Rule(
        "a machine that moves by itself",
        1,
        (*(f"while {who}" for who in ("he", "she", "i", "they", "some")), "threw", "e-stop", "estop", "自己", "突然"),
        any_of(
            r"\b(?:started|moved|closed|turned|cycled)\b[^.!?\n]{0,12}\bwhile (?:he|she|i|they|someone|somebody) "
            r"(?:was|were) (?:cleaning|reaching|inside|repairing|adjusting|changing)\b",
            r"\b(?:lathe|machine|chuck|spindle|mill|saw|press|robot) threw (?:\w+ ){1,3}(?:at|through|across)\b",
            r"\b(?:kept|keeps|continued|continues) (?:on )?(?:moving|running|turning|driving)\b[^.!?\n]{0,8}"
            r"\b(?:after|despite) (?:\w+ ){0,2}e-?stop\b",
            "(?:清洗|清理|换刀|检修|维修)(?:的?时候?|中)[^。!?\\n]{0,6}(?:自己|突然)(?:就)?(?:动|转|启动)(?:了|起来)(?!吗)",
        ),
        excuses=any_of(r"\b(?:how|as planned|simulation)\b", "怎么|如何"),
        aside=_TALK,
    ),
    Rule(
        "somebody who fell, or does not answer",
        1,
        (
            *("fell", "fallen", "collapsed", "tipped", "came down on", "conscious"),
            *("t answer", "t respond", "t react", "t reach", "t hear", "no answer"),
            *("意识", "昏迷", "电倒", "摔", "坠", "掉下", "掉进"),
            *("联系不上", "没动静", "不应", "没反应", "没回应"),
        ),
        any_of(
            rf"\b{PERSON}\b[^.!?\n]{{0,12}}\b(?:fell|fallen) (?:down|into|off|from)\b"
            r"[^.!?\n]{0,8}\b(?:shaft|ladder|roof|pit|platform|scaffold\w*|stairs|escalator|mast|gantry)\b",
            r"\b(?:people|passengers|pedestrians|customers|children|shoppers) (?:have |has )?(?:fell|fallen)\b"
            r"(?! (?:asleep|behind|ill|in\b|for|out|back|victim))",
            rf"\b(?:fell|collapsed|tipped over|came down) on(?:to)? (?:an?|one|the|our|two) (?:\w+ )?{PERSON}\b",
            r"\b(?:is|are|was|lies|lying|found) (?:\w+ )?unconscious\b(?! bias)|\b(?:has|have) lost consciousness\b",
            f"{_CREW_ZH}[^。!?\\n]{{0,16}}(?:没了?意识了|失去意识|昏迷|电倒)|电工[^,。!?\\n]{{0,8}}电倒",
            rf"\b{_CREW}\b[^.!?\n]{{0,20}}\bin the (?:\w+ )?{_WITHIN}\b[^.!?\n]{{0,30}}"
            r"(?:\b(?:does|do)(?:n't| not) (?:answer|respond|react)"
            r"|\b(?:can(?:'t|not| not)) (?:reach|hear)|\bno answer)",
            f"{_CREW_ZH}[^,。!?\\n]{{0,8}}(?:摔(?:了?下|伤|断)|坠(?:落|下)|掉(?:下[来去](?!的)|进了?(?:井|底坑|地坑|水|罐|池|沟|机)))",
            f"{_CREW_ZH}[^,。!?\\n]{{0,6}}(?:井道|底坑|罐|舱|磁体间|机器里)[^。!?\\n]{{0,14}}"
            "(?:联系不上|没反应|没动静|叫不应|没回应|不应)",
        ),
        excuses=any_of(r"\b(?:prices?|harness|protection)\b", "防坠落|安全带|保险"),
        settled=any_of(r"\bdrill\b", "演练|演习"),
        aside=_TALK,
    ),
)
