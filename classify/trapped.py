"""What is said where somebody cannot get out: for the safety lexicon, beside `classify.dangers`."""

from classify.lexicon import OVER, Rule, any_of

PERSON = (
    "(?:people|persons?|passengers?|someone|somebody|workers?|(?:wo)?m[ae]n|occupants?|guests?|patients?|child(?:ren)?"
    "|colleagues?|technicians?|operators?|employees?|visitors?|cleaners?|residents?|nurses?|students?|engineers?)"
)
# Only beside a lift or a ride: "my son got stuck in the door" of a shop is told of anybody.
_ANYBODY = (
    f"(?:{PERSON}|m[uo]m|mother|father|dad|wife|husband|grand(?:mother|father|ma|pa)|kids?|lad(?:y|ies)|gentlem[ae]n"
    "|boys?|girls?|tenants?|riders?|skiers?|tourists?|users?|caretaker|janitor|driver|neighbou?rs?)"
)
_CONFINED = (
    "(?:lifts?|elevators?|cars?|cabins?|cab|shaft|vault|freezer|room|machines?|press|doors?|gates?|turnstile|crane)"
)
_WHO = "人|客|员|名|位|工|同事|病患|患者|孩子"
_NO_COUNT = "(?!次数|时间|统计|救援|报警(?:转|对接|接入))"
# Of forms, queues and processes.
_NO_PLACE = r"(?! (?:queue|release|booking|learning|form))"
_LIFT = "(?:lifts?|elevators?)"
_LIFT_STANDS = any_of(
    rf"\b{_LIFT}(?:['’]s)?\b[^\n]{{0,200}}\b(?:stopped|stuck|between (?:the )?(?:\w+ )?(?:floors?|levels?|and\b)"
    r"|hangs|(?:not|n't) (?:open|move|run))",
    "(?:电梯|货梯|客梯|扶梯|号梯|轿厢|梯)[^\n]{0,60}(?:停|卡|困|关|坏|故障|不动|打不开|开不了|出不来)",
)
_LET_OUT = any_of(
    OVER.pattern,
    r"\bentrapment (?:alarm )?(?:is |was |has been )?(?:cleared|over|ended|reset)\b",
    "困人(?:报警|告警|故障)?(?:已经?)?(?:解除|结束|消除)|被困[^,。\\n]{0,4}(?<![小同])时(?!间)|(?:后来|人都|都已?|已经)出来了",
    r"\b(?:they|all|both|everybody|everyone)(?:['’]re| are| is| got| were) (?:\w+ )?out\b(?! of)",
)
_RIDE_STANDS = any_of(
    r"\b(?:chair ?lift|ski lift|gondola(?: lift)?|cable ?car|ropeway|ferris wheel|(?:roller ?)?coaster|carousel|ride)\b"
    r"[^\n]{0,120}\b(?:stopped|stuck|stands|standing|(?:not|n't) (?:move|run)|at a standstill)\b",
    "(?:缆车|索道|吊椅|吊厢|摩天轮|过山车|跳楼机|海盗船|大摆锤)[^\n]{0,40}(?:停|卡|不动|故障|困|下不来)",
)

RULES = (
    Rule(
        "somebody trapped",
        1,
        (
            *("trapped", "stuck", "locked", "pinned", "entrapment", "get out", "困", "夹", "被关", "梯", "厢", "被锁"),
            *("出不",),
        ),
        any_of(
            rf"\b{PERSON}(?:['’]s)? (?:\w+ ){{0,3}}(?:trapped|stuck|locked|pinned) (?:in|inside|under|between) "
            rf"(?:\w+ ){{0,2}}{_CONFINED}\b{_NO_PLACE}",
            rf"\b{PERSON}(?:['’]s)? (?:is |are )?(?:still )?trapped\b"
            r"(?! in (?:an?|the) (?:\w+ )?(?:loop|queue|state)\b)",
            rf"\btrapped {PERSON}\b"
            r"|\b(?:passenger )?entrapment\b(?! (?:alarms? (?:can|could|should)|rescue|statistics))",
            f"困人{_NO_COUNT}|被困(?:人员|乘客)|(?:{_WHO})(?:还|仍|正|已|都)?(?:被困|困[在于住]|被?夹[在住]|被[关锁]在)",
            rf"\bstuck (?:in|inside) (?:\w+ ){{0,2}}{_LIFT}\b",
            r"\bstuck on (?:\w+ ){0,2}(?:stair ?|platform ?|chair ?)lift\b",
            rf"\b{PERSON} (?:can ?not|can't|are unable to) get out(?! of)",
            rf"\b{PERSON} (?:can ?not|can't|are unable to) get out of (?:\w+ )?(?:building|hall|garage|{_CONFINED})\b",
            r"(?:有|面的?|里的?)人(?:员|都|还)?出不[来去]|[梯厢](?:里|内)面?[^,。\n]{0,6}出不[来去]",
            rf"[梯厢][^,。\n没未]{{0,3}}[关困](?:了|着|住)?(?:\d|[一二两三几]|好几)?[个名位]?人{_NO_COUNT}",
            rf"\b{_LIFT}(?:['’]s| is| has got| got) stuck with (?:\w+ ){{1,4}}(?:in (?:it|there)|inside)\b",
            "[梯厢][^,。\n]{0,3}把[^,。\n]{1,8}[关困][在里住]|被困[^,。\n]{0,3}[梯厢]|卡在[^,。\n]{0,3}[梯厢][里内中]",
        ),
        excuses=any_of(
            r"\b(?:freed|rescued|released|got out|function|remote)\b",
            r"\bwhen (?:people|someone|somebody|persons?|a person|passengers?|a passenger) (?:is|are|gets?)\b",
            r"\balarm (?:was|is) (?:a )?false\b",
            "功能|装置|按钮|救出|脱困|放出|(?<!不是)(?<!并非)误报|上[次回]的?(?:被?困|困人)|困人(?:救援)?(?:时|后)?[^,。]{0,12}(?:应该|怎么|如何)",
        ),
        settled=_LET_OUT,
    ),
    Rule(
        "somebody in a lift",
        1,
        ("inside", "lift", "elevator", "in there", "in it", "里面", "里头", "厢", "梯"),
        any_of(
            rf"\b{_ANYBODY}(?:['’]s)? (?:(?:is|are|was|were) )?(?:still )?"
            rf"(?:inside|in (?:there|it|(?:the |that )?{_LIFT}))\b(?! (?:should|must|the (?:vpn|network|app)|shaft)\b)",
            r"(?:里面|里头|[厢梯][里内])头?(?:还|仍|正)?(?:有|(?=[\d一二两三四五几好]))(?:\d{1,2}|[一二两三四五几]|好几)?[个名位]?"
            "(?:人(?![脸工防事])|乘客|老人|小孩|孩子|住户|业主|客人|孕妇|老太太|大爷|大妈|小朋友)(?!的?(?:资料|信息|数据|卡))",
        ),
        excuses=any_of(r"\b(?:freed|rescued|released|got out|for (?:his|their) work)\b", "救出|脱困|放出"),
        settled=_LET_OUT,
        beside=_LIFT_STANDS,
    ),
    Rule(
        "somebody trapped",
        1,
        (
            *("hanging", "stranded", "stuck", "on board", "up there", "on the line", "evacuat", "人", "客", "孩"),
            *("下不来", "疏散"),
        ),
        any_of(
            rf"\b{_ANYBODY} (?:(?:is|are|was|were) )?(?:still )?"
            r"(?:hanging|stranded|stuck|on board|up there|on the line)\b",
            r"\bevacuat\w+ (?:has|is|was|have) (?:begun|started|under way|running)\b|\bevacuating\b",
            "(?:挂|困|悬|滞留|停)(?:着|在)[^,。\n]{0,6}(?:人|游客|乘客)|(?:人|游客|乘客)[^,。\n]{0,8}(?:下不来|悬在|困在|挂在|滞留)",
            "(?:上面|里面?|厢里)还?有[^,。\n]{0,6}(?:人|游客|乘客|孩子)|(?:正在|开始)疏散",
        ),
        excuses=any_of(
            r"\b(?:freed|rescued|released|got off|all down|tickets?|payment|queue|log-?in|projects?)\b",
            "救出|都下来|已疏散|放下来|售票|数据|报表",
        ),
        settled=OVER,
        beside=_RIDE_STANDS,
    ),
)
