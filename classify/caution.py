"""Words that no model may overlook: danger to people, ransomware, a stopped plant.

A rule here can only raise a level and ask for a person, never lower one. It stays silent where its clause
denies, supposes or merely plans the thing, and it knows the common figures of speech (firewall, 防火墙,
smoke test, on fire as a metaphor).
"""

import re
from dataclasses import dataclass

from classify import harm


@dataclass(frozen=True, slots=True)
class Caution:
    """A hit: the level must be at least as urgent as `level`; text[start:end] says so."""

    level: int
    danger: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said where there is danger, and where the same words mean none."""

    danger: str
    level: int
    hints: tuple[str, ...]  # where `words` find something, one of these stands in lower case
    words: re.Pattern[str]
    excuses: re.Pattern[str] | None = None  # in the same clause: then the rule stays silent
    settled: re.Pattern[str] | None = None  # anywhere in the report: the same
    mended: re.Pattern[str] | None = None  # anywhere in the report: then the level is one step less urgent


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


# A denial counts close before the word: "I do not know why the server is smoking" denies nothing.
_DENIED = _any(
    r"(?:\b(?:no|not|without|never|nothing|neither|nor)|n't)(?:[ -]\w+){0,3}[ -]?$",
    "(?:没有|没(?!电|法|人|办)|未(?!知|来)|无(?!法|人|线|故)|并非|不是|不会).{0,6}$",
)
_SUPPOSED = _any(
    r"\b(?:if|in case|would|could|might|may|whether|suppose|imagine|hypothetical\w*)\b",
    r"\bwhen (?:something|anything|there)\b|\bwhat happens when\b",
    r"\b(?:risk|danger|worried|worry|afraid|fear|prevent\w*|protect\w*|avoid|against)\b",
    "如果|要是|假如|假设|万一|一旦|会不会|是否会|可能会|怕|担心|以免|避免|防止|预防|防范|以防|怎么防|如何防|否则",
    r"\b(?:drill|exercise|simulat\w+|rehears\w+|course|webinar|pretend|planned|training (?:on|about|for))\b",
    "演练|演习|模拟|讲座|计划|预案|培训(?!室|教室|中心|楼)|测试(?!机|室|间|环境|中心|区)",
)
_OVER = _any(
    r"\b(?:restored|recovered|resolved|back to normal|running again|works? again|last (?:week|month|year))\b",
    "已恢复|恢复了|恢复正常|已经恢复|恢复生产|已解除|上周|上个月|去年",
)
_SWITCHED_OFF = _any(
    r"\b(?:unplugged|pulled the (?:plug|power)|(?:switched|turned|powered) (?:it |them )?off|took over)\b",
    "拔了电|电拔了|拔掉|断了电|断电|关了电|已关机|已下电|拉闸|接管|换下来",
)
_STOPPED_ATTACK = _any(
    r"\b(?:blocked|quarantined?|contained|isolated|stopped it|alerts?|advisor(?:y|ies)|news|insurance|protection)\b",
    "拦下|拦截|拦住|阻断|隔离|查杀|误报|防勒索|新闻|保险|测试机",
)

_PERSON = (
    "(?:people|persons?|passengers?|someone|somebody|workers?|(?:wo)?m[ae]n|occupants?|guests?|patients?|child(?:ren)?"
    "|colleagues?|technicians?|operators?|employees?|visitors?|cleaners?|residents?|nurses?)"
)
_CONFINED = (
    "(?:lifts?|elevators?|cars?|cabins?|cab|shaft|vault|freezer|room|machines?|press|doors?|gates?|turnstile|crane)"
)
_WHO = "人|客|员|名|位|工|同事|病患|患者|孩子"

RULES = (
    Rule(
        "fire",
        1,
        ("fire", "flames", "exploded", "火", "爆炸"),
        _any(
            r"\b(?:is|are|was|caught|catching|set) (?:already |now |still )?(?:on )?fire\b(?!wall)",
            r"\b(?:a|the) fire (?:broke|in|at|has|started|is)\b",
            r"\bon fire\b",
            r"\bflames\b",
            r"\b(?:device|battery|server|ups|rack|cabinet|unit) (?:has )?exploded\b",
            "(?<!后院)(?:着火|起火|失火)(?!点|源)",
            "明火|冒火(?!花)|电池爆炸|发生爆炸",
        ),
        excuses=_any(r"(?:sales|team|house isn't|hair|pants) (?:is|are)? ?on fire", r"\bfire (?:brigade|alarm test)"),
    ),
    Rule(
        "electric shock",
        1,
        ("shock", "electrocut", "漏电", "触电", "被电了", "电到人", "电麻", "麻手"),
        _any(
            r"\belectric(?:al)? shock|\belectrocut\w+",
            r"\b(?:got|get|gets|getting|gave|gives|received) (?:\w+ )?(?:a|an|me a) (?:\w+ )?shock\b",
            "漏电(?!保护|开关|流)|触电|被电了|电到人|电麻|麻手",
        ),
    ),
    Rule(
        "gas",
        1,
        ("gas", "煤气", "燃气", "天然气", "瓦斯"),
        _any(
            r"\bgas leak\w*|\bleak(?:s|ing)? gas\b|\bsmell(?:s|ing)? (?:of )?gas\b",
            "(?:煤气|燃气|天然气|瓦斯)(?:味|泄漏|泄露|漏|外泄)|(?:闻到|有)(?:一股)?(?:煤气|燃气|瓦斯)",
        ),
    ),
    *(Rule(danger, 1, hints, words, excuses, mended=mended) for danger, hints, words, excuses, mended in harm.RULES),
    Rule(
        "somebody trapped",
        1,
        ("trapped", "stuck", "locked", "pinned", "entrapment", "困", "夹", "被关", "被锁"),
        _any(
            rf"\b{_PERSON}(?:['’]s)? (?:\w+ ){{0,3}}(?:trapped|stuck|locked|pinned) (?:in|inside|under|between) "
            rf"(?:\w+ ){{0,2}}{_CONFINED}\b",
            rf"\b{_PERSON}(?:['’]s)? (?:is |are )?(?:still )?trapped\b",
            rf"\btrapped {_PERSON}\b|\b(?:passenger )?entrapment\b",
            f"困人|被困(?:人员|乘客)|(?:{_WHO})(?:还|仍|正|已|都)?(?:被困|困[在于住]|被?夹[在住]|被[关锁]在)",
        ),
        excuses=_any(
            r"\b(?:freed|rescued|released|got out|function|remote)\b",
            "功能|装置|按钮|救出|脱困|放出|困人(?:救援)?(?:时|后)?[^,。]{0,12}(?:应该|怎么|如何)",
        ),
        settled=_OVER,
    ),
    Rule(
        "injury",
        1,
        ("hurt", "injured", "burned", "受伤", "烧伤", "烫伤"),
        _any(
            r"\b(?:someone|somebody|colleague|technician|he|she|engineer) "
            r"(?:is|was|has been|got) (?:hurt|injured|burned)\b",
            "有人受伤|人受伤了|烧伤|烫伤",
        ),
    ),
    Rule(
        "smoke",
        1,
        ("smok", "spark", "烟", "火花"),
        _any(
            r"\bsmok(?:e|ing|es)\b(?!.?(?:test|detector|sensor|screen|free|signal|and mirrors))",
            r"\bsparks\b(?=.{0,20}\b(?:from|out|flying|inside|at)\b)|\bsparking\b",
            "冒(?:着|了|出|起)?(?:黑|白|浓|青)?烟(?!测试)|(?:浓|黑)烟|烟雾(?:报警|告警)|(?:冒|打|出|有)火花",
        ),
        excuses=_any("smoking (?:area|room|gun|ban)", "吸烟|抽烟|烟感正常"),
        mended=_SWITCHED_OFF,
    ),
    Rule(
        "burning smell",
        2,
        ("smell", "odor", "odour", "焦", "糊", "煳"),
        _any(
            r"\b(?:burn(?:t|ing|ed)|scorched|acrid)[ -]?(?:plastic |electrical |rubber )?(?:smell|odou?r)",
            r"\bsmell(?:s|ed|ing)?(?: of| like| strongly of)? (?:something )?(?:burn(?:t|ing|ed)?|smoke)",
            "[焦糊煳]味|烧焦|烧糊",
        ),
        mended=_SWITCHED_OFF,
    ),
    Rule(
        "ransomware",
        1,
        ("ransom", "encrypted", "勒索", "加密"),
        _any(
            r"\bransomware\b|\bransom (?:note|demand|message)|\bpay (?:a |the )?ransom",
            r"\bfiles? (?:\w+ )?(?:are|were|have been|got|being) (?:all )?encrypted (?:by|with)\b",
            "勒索(?:病毒|软件|信|通知|页面)?|(?:文件|数据)(?:全)?(?:都)?被(?:人)?加密",
        ),
        excuses=_STOPPED_ATTACK,
        mended=_STOPPED_ATTACK,
    ),
    Rule(
        "production stopped",
        1,
        ("production", "plant", "factory", "assembly", "line", "停产", "停线", "全线", "产线", "全院", "全厂", "整厂"),
        _any(
            r"\b(?:production|plant|factory|assembly|all lines?|the lines?) (?:line |lines )?"
            r"(?:is|are|has|have) (?:\w+ )?(?:stopped|halted|at a standstill|down|standing still)\b",
            r"\bproduction (?:stopped|halted)\b(?![\"”’'])",
            '停产(?!检修|原因|时[间长]|次数|记录|统计|类型|报表)|全线停|停线(?!["”」』]|检修|原因|时[间长]|次数|记录|统计|类型|报表)|全院(?:系统)?(?:瘫痪|停诊)',
            '(?:全厂|整厂|全线|产线|生产线)(?:都|已经|已|全|全部)?(?:停(?:线|工|了|摆|着)(?!["”」』])|瘫痪)',
        ),
        settled=_OVER,
    ),
)
_BREAK = re.compile(
    r"[,.!?;:，。！？；：、\n]|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])|\b(?:but|however)\b", re.IGNORECASE
)
# Telephone transcripts have no punctuation: a clause reaches no further than this.
_REACH_CHARS = 40


def find(text: str) -> tuple[Caution, ...]:
    """What a prepared text (Simplified, half-width) warns of, the most urgent first."""
    # Patterns tried at every character take twenty times as long as looking for a few words.
    lowered = text.replace("ı", "i").replace("İ", "i").lower()  # IGNORECASE takes both for an i
    hinted = [rule for rule in RULES if any(hint in lowered for hint in rule.hints)]
    hits = [hit for rule in hinted if (hit := _first(rule, text))]
    return tuple(sorted(hits, key=lambda hit: hit.level))


def is_supposed(text: str) -> bool:
    """True where a text supposes, plans or fears something somewhere."""
    return _SUPPOSED.search(text) is not None


def is_over(text: str) -> bool:
    """True where a text says somewhere that something has been restored, or was long ago."""
    return _OVER.search(text) is not None


def _first(rule: Rule, text: str) -> Caution | None:
    if rule.settled and rule.settled.search(text):
        return None
    for found in rule.words.finditer(text):
        before, after = _clause(text, found.start(), found.end())
        if _DENIED.search(before) or _SUPPOSED.search(before) or _OVER.search(before + after) or _is_planned(after):
            continue
        if rule.excuses and rule.excuses.search(before + found[0] + after):
            continue
        is_mended = rule.mended is not None and rule.mended.search(text)
        return Caution(rule.level + bool(is_mended), rule.danger, found.start(), found.end())
    return None


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    before, after = text[max(0, start - _REACH_CHARS) : start], text[end : end + _REACH_CHARS]
    breaks = list(_BREAK.finditer(before))
    stop = _BREAK.search(after)
    return before[breaks[-1].end() if breaks else 0 :], after[: stop.end() if stop else None]


def _is_planned(after: str) -> bool:
    """`a fire drill`, 勒索病毒应急演练: only what follows shows that nothing has happened."""
    return bool(re.search(r"演练|演习|\b(?:drill|exercise|tests?|training|prevention)\b", after, re.IGNORECASE))
