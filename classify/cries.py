"""What is cried into a telephone in a few words, where something burns, bursts or somebody lies there: for the safety
lexicon."""

from classify.lexicon import OVER, Rule, any_of
from classify.trapped import PERSON

_BEGINS, _ENDS = r"(?:^|(?<=[.!?。\n])) *", r" *(?=[.,!?。\n]|$)"
_CALL = "(?:(?:help|please|hello|quick(?:ly)?|hurry(?: up)?|emergency|oh my god)[ ,!.]*)*"
# Nothing follows that makes it another thing: a fire door, a fire sale.
_HERE = (
    r"(?= *(?:[.,!?;:\n]|$)| (?:here|now|and|we|please|help|come|hurry|on|in|at|inside|behind|under|near|outside|next"
    r"|burning|everything)\b)"
)
_BURSTS = "(?:transformer|boiler|batter(?:y|ies)|switchgear|compressor|tank|furnace|reactor|gas (?:bottle|cylinder))"
_BURSTS_ZH = "(?:变压器|锅炉|电池|储罐|气罐|气瓶|反应釜|压缩机|配电[柜箱室]|开关柜|机房|车间|工厂|厂房|设备|机器)"
_PLACES = "(?:warehouse|building|hall|house|factory|plant|roof|server room|room|kitchen|cabinet|rack|truck|machine)"
_SOMEBODY = rf"(?:an?|one|two|my|our|the|one of our) (?:\w+ )?{PERSON}|someone|somebody|he|she"

RULES = (
    Rule(
        "a cry of fire",
        1,
        ("fire", "burning", "火灾", "烧起来"),
        any_of(
            rf"{_BEGINS}{_CALL}fire(?:[ ,!.]+fire)*{_ENDS}",
            rf"\bthere(?:'s|’s| is| has been)(?: now)? a (?:\w+ )?fire\b{_HERE}",
            rf"\bwe(?:'ve|’ve| have)(?: got)? a (?:\w+ )?fire\b{_HERE}",
            rf"\b(?:the|our) (?:\w+ )?{_PLACES} is burning{_ENDS}",
            f"(?:发生|出现|有|出)了?火灾(?!报警|告警|警报|探测|自动|应急|隐患|风险|危险|保险|损失|的)|{_BEGINS}火灾了?{_ENDS}",
            "烧起来了",
        ),
        excuses=any_of(r"\bdrill\b", "去年|曾"),
        settled=OVER,
    ),
    Rule(
        "a cry of an explosion",
        1,
        ("explosion", "blew up", "blown up", "爆炸"),
        any_of(
            rf"{_BEGINS}{_CALL}(?:an )?explosion{_ENDS}",
            r"\bthere(?:'s|’s| is| was| has been) an? (?:\w+ )?explosion\b(?! of | in (?:demand|traffic|costs))",
            rf"\b{_BURSTS} (?:has |just |has just )?(?:blew|blown) up\b",
            f"(?:{_BURSTS_ZH}(?:刚刚?|突然|已经)?|{_BEGINS})爆炸了?{_ENDS}",
        ),
        settled=OVER,
    ),
    Rule(
        "somebody lies there",
        1,
        ("unconscious", "collapsed", "passed out", "晕倒", "昏倒", "昏迷"),
        any_of(
            rf"\b(?:{_SOMEBODY}) (?:is|was|lies|lay|fell|went) (?:lying )?unconscious\b",
            rf"\b(?:an?|one|two|my|our) (?:\w+ )?{PERSON} (?:has |just |has just )?(?:collapsed|passed out){_ENDS}",
            rf"\b(?:someone|somebody) (?:has |just |has just )?(?:collapsed|passed out){_ENDS}",
            "(?<!没)有(?:个?人|员工|工人|同事|师傅|乘客)(?:突然|已经)?(?:晕倒|昏倒|昏迷)(?!检测|识别|报警)",
        ),
        settled=OVER,
    ),
)
