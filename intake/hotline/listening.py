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


def key(event: Event) -> str:
    """The key that was pressed or said; empty where it was neither."""
    if isinstance(event, Digits):
        return event.keys
    if isinstance(event, Speech) and event.confidence >= SURE:
        plain = _plain(event.text)
        return plain if plain.isascii() and plain.isdigit() else _KEYS.get(plain.replace("'", ""), _KEYS.get(plain, ""))
    return ""


def number(event: Event) -> str:
    """Letters and digits of a number that was keyed in or said, digits as words too; empty where there is none."""
    if isinstance(event, Digits):
        return event.keys
    if not isinstance(event, Speech) or event.confidence < SURE:
        return ""
    words = re.split(r"[\s,.，。、-]+", event.text.casefold())
    spelt = "".join(_DIGITS.get(word, "".join(_DIGITS.get(char, char) for char in word)) for word in words)
    found = "".join(char for char in spelt if char.isascii() and char.isalnum())
    return found if any(char.isdigit() for char in found) else ""


def words(event: Event) -> str:
    """What was said, where it was understood."""
    return event.text.strip() if isinstance(event, Speech) and event.confidence >= SURE else ""


def is_finished(event: Event) -> bool:
    """True for a caller who says that he has said all."""
    return isinstance(event, Speech) and _plain(event.text) in _FINISHED


def _plain(text: str) -> str:
    return _NOISE.sub("", text.casefold().replace("’", "'"))
