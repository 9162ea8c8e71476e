"""What is said where there is danger, and where the same words mean none: the safety lexicon. `caution` applies it."""

from classify import cries, harm, live_parts, moving_parts, patients, perils, trapped
from classify.lexicon import OVER, Rule, any_of
from classify.trapped import PERSON

_SWITCHED_OFF = any_of(
    r"\b(?:unplugged|pulled the (?:plug|power)|(?:switched|turned|powered) (?:it |them )?off|took over)\b",
    "拔了电|电拔了|拔掉|断了电|断电|关了电|已关机|已下电|拉闸|接管|换下来",
)
_STOPPED_ATTACK = any_of(
    r"(?<!not )(?<!n't )(?<!not been )\b(?:blocked|quarantined?|contained|isolated|stopped it)\b",
    "(?<![没未])(?<!没有)(?<!没能)(?:拦下|拦截|拦住|阻断|隔离|查杀)",
)
# What only speaks of attacks: bulletins, courses, forms.
_TALK = any_of(
    r"\b(?:workshops?|webinars?|seminars?|questionnaires?|(?<!of )(?<!the )course|newsletters?|unsubscribe"
    r"|bulletins?|advisor(?:y|ies)|white ?paper|lessons learned|threat report|false positive|test (?:alarms?|alerts?)"
    r"|CVSS|news)\b|\btraining\b(?! (?:room|cent|hall|building|system|server))",
    "讲座|课程|培训(?!室|教室|中心|楼|系统|平台|机)|问卷|资讯|新闻|退订|简报|安全(?:通告|通报|预警|[日周月]报)"
    "|资安|复盘|(?<!不是)误报|CVSS",
)
_NO_ATTACK = any_of(_STOPPED_ATTACK.pattern, r"\b(?:insurance|protection)\b", "防勒索|保险|测试机")

# 停产 is also what a maker says of a product.
_DISCONTINUED = any_of(
    "(?:型号|系列|机型|这款|该款|产品|交换机|服务器|路由器|打印机|备件|配件|电池|[A-Z]+-?\\d+)[^,]{0,8}(?:是不是|是否|要|会|将|已经|已)?停产",
    "(?:放假|假期|春节|国庆|元旦|圣诞|五一|年底|检修)[^,]{0,6}停产|停产停[服售]|停产(?:公告|通知|型号|机型|时间)",
)
_PLANNED_STOP = any_of(
    r"\b(?:for|over|during) (?:\w+ )?(?:\w+ )?"
    r"(?:maintenance|holidays?|christmas|easter|overhaul|stock-?taking|cleaning)\b"
    r"|\bevery (?:night|day|week(?:end)?|sunday|year)\b",
    "放假|例行|年度检修|计划检修|大修期|停工检修",
)
# What is down is the line then, not the plant.
_LINE_TO = any_of(r"\b(?:line|link|uplink|connection|vpn|tunnel) to (?:\w+ ){1,3}(?:is|are|has|have)\b")

# Whole words: `drop` alone is what packets do.
_GONE_HINTS = (
    *("missing", "lost", "gone", "deleted", "formatted", "dropped", "wiped", "erased", "empty", "corrupt", "destroyed"),
    *("overwritten", "truncate", "drop了", "丢失", "全丢", "没了", "误删", "删错", "删了", "清空", "空的"),
    *("格式化", "损坏", "不见了"),
)
_NO_COPY = any_of(
    r"\b(?:no|without(?: a| any)?|(?:do|does)(?:n't| not) have(?: a| any)?) "
    r"(?:another |second |other |recent |usable |further )?(?:copy|copies|backups?|snapshots?)\b"
    r"(?! (?:is |are |and none is )?needed)",
    r"\bnever (?:been )?backed up\b|\bnever (?:had|made|taken|set up) (?:a |any )?backups?\b",
    r"\bbackups? [^.!?\n]{0,30}\b(?:was|were|been) never\b",
    "(?:没有?|[无未])(?:做过?)?(?:别的|其他|任何|可用的?)?(?:备份|快照|副本)(?!也?不(?:需|用))"
    "|备份里?(?:好像)?也(?:是空|没|坏|不能)",
)
_OF_IT = "(?:panels?|systems?|control|unit|is|are|has|have|been|gone|went|completely|totally|all)"
_DEAD = "(?:dead|down|dark|black|offline|out of (?:order|service))"
_ELSEWHERE = any_of(
    r"\b(?:competitors?|another company|other companies|(?:a|our) (?:partner|neighbou?r)|in the (?:news|papers?))\b",
    "同行|别家|别的公司|其他公司|其他单位|兄弟单位|友商|有(?:医院|公司|企业|单位)中|多家(?:医院|公司|企业|单位)|演练|演习|推演|靶场|靶机",
    r"\b(?:exercises?|tabletop|red team)\b",
)

RULES = (
    Rule(
        "fire",
        1,
        ("fire", "flames", "exploded", "火", "爆炸"),
        any_of(
            r"\b(?:is|are|was|caught|catching|set) (?:already |now |still )?(?:on )?fire\b(?!wall)",
            r"\b(?:a|the) (?:real |small )?fire (?:broke|in|at|has|started|is)\b",
            r"\bon fire\b",
            r"\bflames\b",
            r"\b(?:device|battery|server|ups|rack|cabinet|unit|inverter|charger|capacitor|motor) (?:has )?exploded\b",
            "(?<!后院)(?<!像)(?:着火|起火|失火)(?!点|源)",
            "明火|冒火(?!花)|电池爆炸|发生爆炸",
        ),
        excuses=any_of(r"(?:sales|team|house isn't|hair|pants) (?:is|are)? ?on fire", r"\bfire (?:brigade|alarm test)"),
    ),
    Rule(
        "electric shock",
        1,
        ("shock", "electrocut", "漏电", "触电", "被电了", "电到人", "电麻", "麻手"),
        any_of(
            r"(?<!\()\belectric(?:al)? shock|\belectrocut\w+",
            r"\b(?:got|get|gets|getting|gave|gives|received) (?:\w+ )?(?:a|an|me a) (?:\w+ )?shock\b",
            "漏电(?!保护|开关|流)|(?<![、含防(])触电(?!急救)|被电了|电到人|电麻|麻手",
        ),
    ),
    Rule(
        "gas",
        1,
        ("gas", "煤气", "燃气", "天然气", "瓦斯"),
        any_of(
            r"\bgas leak\w*|\bleak(?:s|ing)? gas\b|\bsmell(?:s|ing)? (?:of )?gas\b",
            "(?:煤气|燃气|天然气|瓦斯)(?:味|泄漏|泄露|漏|外泄)|(?:闻到|有)(?:一股)?(?:煤气|燃气|瓦斯)",
        ),
    ),
    *harm.RULES,
    *perils.RULES,
    *cries.RULES,
    *trapped.RULES,
    *patients.RULES,
    *moving_parts.RULES,
    *live_parts.RULES,
    Rule(
        "injury",
        1,
        ("hurt", "injured", "burned", "caught", "hit by", "struck by", "crushed", "受伤", "烧伤", "烫伤"),
        any_of(
            rf"\b(?:{PERSON}|he|she|engineer) (?:is|was|were|has been|got) (?:\w+ly )?(?:hurt|injured|burned)\b"
            r"(?! (?:feelings?|pride))",
            rf"\b(?:{PERSON}|he|she|engineer) (?:is|was|were|has been|got) "
            r"(?:caught (?:in|by|between|under)|crushed (?:in|by|between|under)|hit by|struck by) (?:\w+ ){0,3}"
            r"(?:robot|arm|machine|gripper|door|gate|crane|press|conveyor|rollers?|belt)\b",
            "有人受伤|人受伤了|烧伤|烫伤(?!、)",
        ),
    ),
    Rule(
        "safety system down",
        1,
        ("gas detect", "fire", "nurse", "消防", "火", "气体", "呼叫", "监护"),
        any_of(
            rf"\b(?:gas detect\w+|fire (?:alarm )?panels?|fire alarms?|nurse[ -]call)(?: {_OF_IT}){{0,4}} {_DEAD}\b",
            "(?:消防(?:主机|系统|报警)|火灾报警|火警(?:主机|系统)|气体(?:探测|检测|报警)|护士呼叫|呼叫系统|中央监护)"
            r"[^,。!?\n]{0,8}(?:黑屏|死机|失灵|失效|瘫痪|宕机|没反应|不工作|不报警|全部?离线)",
        ),
        excuses=any_of(r"\b(?:test|lab|demo|training|one of)\b", "测试|演示|培训"),
        settled=OVER,
    ),
    Rule(
        "smoke",
        1,
        ("smok", "spark", "烟", "火花"),
        any_of(
            r"\b(?<!up in )smok(?:e|ing|es)\b(?!.?(?:test|detect\w*|sensor|machine|screen|free|signal|and mirrors))",
            r"\bsparks\b(?=.{0,20}\b(?:from|out|flying|inside|at)\b)|\bsparking\b",
            "冒(?:着|了|出|起)?(?:黑|白|浓|青)?烟(?!测试)|(?:浓|黑)烟|烟雾(?:报警|告警)(?!联动|器(?![^,。]{0,4}[响叫]))|(?:冒|打|出|有)火花",
        ),
        excuses=any_of(
            "smoking (?:area|room|gun|ban)",
            r"^(?!.*\b(?:thought|believed|assumed)\b).*(?<!not a )(?<!no )\bfalse alarm\b",
            "吸烟|抽烟|烟感正常|冒烟的[^,。]{0,8}(?:已经?|都)?(?:修好|换好|换了|处理好)",
        ),
        mended=_SWITCHED_OFF,
    ),
    Rule(
        "burning smell",
        2,
        ("smell", "odor", "odour", "焦", "糊", "煳"),
        any_of(
            r"\b(?:burn(?:t|ing|ed)|scorched|acrid)[ -]?(?:plastic |electrical |rubber )?(?:smell|odou?r)",
            r"\bsmell(?:s|ed|ing)?(?: of| like| strongly of)? (?:something )?(?:burn(?:t|ing|ed)?|smoke)",
            "[焦糊煳]味|烧焦|烧糊",
        ),
        mended=_SWITCHED_OFF,
    ),
    Rule(
        "ransomware",
        1,
        ("ransomware", "勒索"),
        any_of(r"\bransomware\b", "勒索(?!家族|特征|恐吓|规则)(?:病毒|软件)?"),
        excuses=_NO_ATTACK,
        settled=_ELSEWHERE,
        aside=_TALK,
        mended=_STOPPED_ATTACK,
    ),
    Rule(
        "ransomware",
        1,
        ("ransom", "encrypted", "asking", "asks", "demand", "勒索", "加密", "赎金", "比特币"),
        any_of(
            r"\bransom (?:note|demand|message)|\bpay (?:a |the )?ransom",
            r"\bfiles? (?:\w+ )?(?:are|were|have been|got|being) (?:all )?encrypted (?:by|with)\b",
            r"\b(?:files?|notes?|readme|messages?|screens?|pages?|windows?) (?:\w+ )?(?:asking|asks|demanding|demands) "
            r"(?:\w+ )?(?:for )?(?:money|payment|bitcoins?|btc)\b",
            "勒索(?:信|通知|页面)|(?:文件|数据)(?:全)?(?:都)?被(?:人)?加密|赎金|付[^,。\n]{0,4}比特币",
        ),
        excuses=_NO_ATTACK,
        settled=_ELSEWHERE,
        mended=_STOPPED_ATTACK,
    ),
    Rule(
        "data without a copy",
        1,
        _GONE_HINTS,
        any_of(
            r"\b(?:missing|lost|gone|deleted|formatted|dropped|wiped|erased|empty|corrupt\w*|destroyed|overwritten)\b",
            "丢失|全丢|没了|误删|删错|删了|清空|空的|drop了|truncate|格式化|损坏|不见了",
        ),
        excuses=any_of(
            r"\b(?:on purpose|nothing|invoices?|contracts?|manuals?|certificates?|parcels?|shipments?)\b",
            r"\bsandbox\b|(?<!was )\bthe test \w+",
            "故意|特意|按计划|发票|合同|手册|快递|快件|沙箱|(?<!当成)(?<!当作)(?<!以为是)测试[库表]",
        ),
        beside=_NO_COPY,
    ),
    Rule(
        "production stopped",
        1,
        ("production", "plant", "factory", "assembly", "line", "停产", "停线", "全线", "产线", "全院", "全厂", "整厂"),
        any_of(
            r"\b(?:production|plant|factory|assembly|all lines?|the lines?) (?:line |lines )?"
            r"(?:is|are|has|have) (?:(?!not |never |no )\w+ )?(?:stopped|halted|at a standstill|down|standing still)\b",
            r"\bproduction (?:stopped|halted)\b(?![\"”’'])",
            "停产(?!检修|原因|时[间长]|次数|记录|统计|类型|报表)|全线停|全院(?:系统)?(?:瘫痪|停诊)",
            '停线(?!["”」』]|检修|原因|时[间长]|次数|记录|统计|类型|报表)',
            '(?:全厂|整厂|全线|产线|生产线)(?:都|已经|已|全|全部)?(?:停(?:线|工|了|摆|着)(?!["”」』])|瘫痪)',
        ),
        excuses=any_of(_DISCONTINUED.pattern, _LINE_TO.pattern, _PLANNED_STOP.pattern),
        settled=any_of(OVER.pattern, "全(?:厂|公司)(?:都)?放假"),
    ),
    Rule(
        "something that still stands",  # what is waited for hides it: "where is the part, the line is still down"
        2,
        ("still", "停着", "趴", "瘫着", "停产", "停摆"),
        any_of(
            r"\bstill (?:down|stopped|idle|standing still|stands still|at a standstill|out of (?:order|service))\b",
            "(?:一直|还|仍|都)(?:停着|趴着|趴窝|瘫着|停产|停摆)",
        ),
        excuses=any_of(
            _PLANNED_STOP.pattern, r"\b(?:test|lab|demo|prices?|shares?)\b", "测试|演示|报废|回收(?!站)|退吗|样机"
        ),
        settled=any_of(OVER.pattern, "测试环境"),
    ),
)
