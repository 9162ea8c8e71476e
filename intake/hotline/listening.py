"""What was said, as the key that it stands for."""

import re

from intake.hotline.events import Digits, Event, Speech

# Below this the recogniser guesses.
SURE = 0.35
_NOISE = re.compile(r"[\s.,!?;:。，！？；：、\"'“”]+")
_KEYS = {
    "yes": "1",
    "yeah": "1",
    "yep": "1",
    "correct": "1",
    "right": "1",
    "that'sright": "1",
    "no": "2",
    "nope": "2",
    "wrong": "2",
    "是": "1",
    "是的": "1",
    "对": "1",
    "对的": "1",
    "没错": "1",
    "正确": "1",
    "不是": "2",
    "不对": "2",
    "否": "2",
    "没有": "2",
    "错了": "2",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "nine": "9",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "九": "9",
}
_DIGITS = {
    **dict(zip("零〇一二三四五六七八九幺", "00123456789" + "1", strict=True)),
    **{
        word: str(value)
        for value, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
    },
    "oh": "0",
}
_FINISHED = frozenset(
    {
        "no",
        "nothing",
        "nothingelse",
        "that'sall",
        "thatsall",
        "done",
        "finished",
        "没有",
        "没有了",
        "没了",
        "完了",
        "好了",
    }
)


# What the menu offers, in the words of who does not press.
_OFFERED = {
    "1": "fault, a fault, report a fault, 故障, 报告故障, 报故障, 故障报修, 报修, 报障",
    "2": "person, a person, speak to a person, talk to a person, speak to someone, talk to someone, human, operator, "
    "agent, representative, 人工, 人工服务, 转人工, 转人工服务, 人工客服, 客服",
    "3": "question, a question, booking, a booking, 咨询, 预约, 咨询或预约",
    "4": "status, case status, my case, 查询, 查询进展, 查询工单, 查询工单进展, 查工单, 工单进展",
    "9": "call back, call me back, be called back, a call back, 回电, 回电话, 给我回电, 给我回电话",
}
# Whether the business is stopped, in a few words; without signs and spaces.
_NOW = "(?:now|atthemoment|rightnow|completely|totally|entirely)?"
_IT_IS = re.compile(
    rf"(?:yes|yeah|yep|right)+{_NOW}|(?:yes|yeah|yep)?(?:its?|itis|ithas|weare|were|thebusinessis)?{_NOW}"
    rf"(?:stopped|down|itis|ithas|weare){_NOW}|(?:是的?|对的?)?(?:现在|已经|都|全部?|完全)*(?:中断|停|断)(?:了|掉了)"
)
_IT_IS_NOT = re.compile(
    r"(?:no|nope)?(?:its?|itis|weare|were|thebusinessis)?not(?:stopped|down)?(?:yet|now|really|completely|atthemoment)?"
    r"|(?:no|nope)?(?:its?|itis|weare|were)?still(?:running|working|up)|(?:不是?|没有|目前|现在|还)*(?:没有?|未)(?:中断|停|断)"
    r"|(?:没有|不是)?(?:都|也)?还?在(?:正常)?(?:运行|用|工作)"
)
_EXTENSION = re.compile(r"\b(?:extension|ext)\b\.?|分机号?|转")
# What stands before a number that is said.
_BEFORE_NUMBER = frozenset(
    ["my", "our", "the", "contract", "site", "customer", "number", "is", "it", "its", "it's", "yes", "um", "please"]
)
# A word of two letters or more, or one Chinese character.
_WORD = re.compile(r"[a-z][a-z']+|[\u4e00-\u9fff]")
# Around what he wants.
_POLITE = re.compile(r"^(?:please|i(?:d|would)?(?:like|want|need)(?:to)?|我要|我想|请|麻烦|帮我)+|please$")
# What tells nothing: greetings, thanks, leave.
_PHRASES = (
    "hello, good morning, good afternoon, thanks, thank you, okay, bye, goodbye, "
    "你好, 您好, 喂喂, 谢谢, 好的, 知道了, 再见"
)
# Fewer letters are a sound. In Chinese a word has one or two characters.
_SHORTEST_WORD, _SHORTEST_CHINESE = 4, 2


def key(event: Event) -> str:
    """The key that was pressed or said; empty where it was neither."""
    if isinstance(event, Digits):
        return event.keys
    if isinstance(event, Speech) and event.confidence >= SURE:
        plain = _plain(event.text)
        return plain if plain.isascii() and plain.isdigit() else _KEYS.get(plain.replace("'", ""), _KEYS.get(plain, ""))
    return ""


def is_it(event: Event) -> str:
    """The key of a short answer to whether something is so: "yes, completely", "no it is not"; empty where it is
    neither, or says more than that."""
    if pressed := key(event):
        return pressed
    plain = _plain(words(event)).replace("'", "")
    return "1" if _IT_IS.fullmatch(plain) else "2" if _IT_IS_NOT.fullmatch(plain) else ""


def number(event: Event) -> str:
    """Letters and digits of a number that was keyed in or said, digits as words too; empty where there is none."""
    if isinstance(event, Digits):
        return event.keys
    if not isinstance(event, Speech) or event.confidence < SURE:
        return ""
    words = re.split(r"[\s,.，。、-]+", _EXTENSION.sub("x", event.text.casefold()))
    words = [word for word in words if word not in _BEFORE_NUMBER]
    spelt = "".join(_DIGITS.get(word, "".join(_DIGITS.get(char, char) for char in word)) for word in words)
    found = "".join(char for char in spelt if char.isascii() and char.isalnum())
    return found if any(char.isdigit() for char in found) else ""


def words(event: Event) -> str:
    """What was said, where it was understood."""
    return event.text.strip() if isinstance(event, Speech) and event.confidence >= SURE else ""


def offered(event: Event) -> str:
    """The key of what the menu offers, pressed or said; empty where it was something else."""
    if pressed := key(event):
        return pressed
    plain = _plain(words(event))
    return _CHOICES.get(plain, _CHOICES.get(_POLITE.sub("", plain), ""))


def telling(event: Event) -> str:
    """What was said, where it tells something of its speaker's matter: more than a sound or a greeting."""
    said = words(event)
    plain = _plain(said)
    is_word = len(plain) >= (_SHORTEST_WORD if plain.isascii() else _SHORTEST_CHINESE)
    return said if is_word and plain not in _EMPTY else ""


def at_least(event: Event, least: int, characters: int) -> str:
    """What was said, where it holds at least as many words, or Chinese characters, beside digits."""
    said = "" if key(event) else telling(event)
    spoken = [word for word in _WORD.findall(said.casefold()) if word not in _DIGITS]
    chinese = [word for word in spoken if not word.isascii()]
    return said if len(chinese) >= characters or len(spoken) - len(chinese) >= least else ""


def is_finished(event: Event) -> bool:
    """True for a caller who says that he has said all."""
    return isinstance(event, Speech) and _plain(event.text) in _FINISHED


def _plain(text: str) -> str:
    return _NOISE.sub("", text.casefold().replace("’", "'"))


_CHOICES = {_plain(phrase): pressed for pressed, phrases in _OFFERED.items() for phrase in phrases.split(",")}
_EMPTY = frozenset(_plain(phrase) for phrase in _PHRASES.split(","))
