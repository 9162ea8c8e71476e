"""What the caller hears at each step, and how he may answer."""

from dataclasses import dataclass, replace

from intake.hotline import numbers, words_en, words_zh
from intake.hotline.call import Call, Kind, Step
from intake.hotline.outcome import is_urgent, is_waiting
from models.values import Language

TABLES = {Language.ENGLISH: words_en.WORDS, Language.SIMPLIFIED: words_zh.WORDS}
# Within this the caller is called back.
CALL_BACK_MINUTES = 30
# What a Say may hold at most; longer ones are cut by what speaks them.
LIMIT_SAY_CHARS = 300
_NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence in one language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to be answered: by one key, or by several with # at the end; by speech too where `speech`.
    `open_end` leaves time to think and to take breath."""

    lines: tuple[Line, ...]
    one_key: bool = True
    speech: bool = True
    open_end: bool = False
    seconds: int = 6


@dataclass(frozen=True, slots=True)
class Record:
    """A message is recorded after the lines."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Connect:
    """Somebody of ours is called, and put through once he has pressed 1."""

    lines: tuple[Line, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The call comes back in a moment."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bye:
    """The lines are said, and the call ends."""

    lines: tuple[Line, ...]


Prompt = Ask | Record | Connect | Wait | Bye


def say(language: str, name: str, **values: object) -> Line:
    """The sentence of that name."""
    text = TABLES[Language(language)][name].format(**values)
    return Line(language, "".join(char for char in text if char.isprintable())[:LIMIT_SAY_CHARS])


def prompt(call: Call) -> Prompt:
    """What is said at the step where the call stands. Pure: a repeated request hears the same again."""
    return _apologising(call, _prompt(call))


def _apologising(call: Call, found: Prompt) -> Prompt:
    """Somebody who is asked again hears why."""
    if not call.trouble or not isinstance(found, Ask):
        return found
    return replace(found, lines=(say(call.language, call.trouble), *found.lines))


def _prompt(call: Call) -> Prompt:
    match call.step:
        case Step.LANGUAGE:
            lines = tuple(say(lang, name) for lang in _LANGUAGES for name in ("welcome", "language"))
            return Ask(lines, speech=False)
        case Step.RECORD:
            return Record((_line(call, "record"),))
        case Step.WAIT:
            return Wait((_line(call, "wait"),) if call.polls == 1 else (_line(call, "busy"),))
        case Step.CONNECT:
            return Connect((_line(call, call.trouble or "connect"),), call.on_call[0])
        case Step.LATE:
            return Bye(_late(call))
        case Step.PROMISE:
            return Bye(_promise(call))
        case Step.GOODBYE | Step.OVER:
            return Bye((_line(call, "goodbye"),))
        case Step.TOLD:
            return Ask(_told(call), seconds=2 if is_urgent(call) or call.wants_call_back else 5, speech=False)
        case Step.STATE:
            return Ask(_state(call))
        case Step.MENU:
            return Ask((*_greeting(call), _line(call, "menu")))
        case Step.COMPANY:
            return Ask((_line(call, "welcome"), _line(call, "company")))
        case Step.DESCRIBE:
            return Ask((_line(call, f"describe-{call.kind or Kind.FAULT}"),), open_end=True)
        case Step.MORE:
            return Ask((_line(call, "more"),), open_end=True, seconds=8)
        case Step.CONTRACT | Step.NUMBER | Step.CASE | Step.PROOF:
            return Ask((*_welcome(call), _line(call, call.step)), one_key=False, seconds=8)
        case _:
            return Ask((_line(call, call.step),))


_LANGUAGES = (Language.SIMPLIFIED, Language.ENGLISH)


def _line(call: Call, name: str) -> Line:
    return say(
        call.language,
        name,
        company=call.party.company[:_NAME_CHARS],
        entry=call.entry[:_NAME_CHARS],
        phone=spelt(_phone(call)),
        number=spelt(call.case_number),
        minutes=CALL_BACK_MINUTES,
    )


def _phone(call: Call) -> str:
    """His number as it is read to him: what he has keyed in, with its country where that is another than ours."""
    if call.step is not Step.NUMBER_RIGHT:
        return call.phone or call.caller
    found = numbers.keyed(call.entry, call.caller, call.called)
    return found if numbers.is_abroad(found, call.called) else call.entry


def _welcome(call: Call) -> tuple[Line, ...]:
    return () if call.turn else (_line(call, "welcome"),)


def _greeting(call: Call) -> tuple[Line, ...]:
    return (_line(call, "thanks-company"),) if call.contract and call.party.company and not call.tries else ()


def _told(call: Call) -> tuple[Line, ...]:
    lines = [_line(call, "added" if call.adds_to is not None else "told"), _line(call, "again")]
    if call.is_texted:
        lines.append(_line(call, "sent"))
    if is_urgent(call) and call.on_call and not call.wants_call_back:
        lines.append(_line(call, "connecting"))
    elif not call.wants_call_back and not is_urgent(call):
        lines.append(_line(call, "after"))
    return tuple(lines)


def _late(call: Call) -> tuple[Line, ...]:
    if not is_waiting(call):
        return (_line(call, "late"),)
    after = "late-call-back" if call.phone or call.caller else "late-no-number"
    return _line(call, "late-urgent"), _line(call, after)


def _promise(call: Call) -> tuple[Line, ...]:
    last = _line(call, "promise" if call.phone else "promise-no-number")
    return (last,) if call.wants_call_back else (_line(call, "nobody"), last)


def _state(call: Call) -> tuple[Line, ...]:
    view = call.status
    assert view is not None
    state = TABLES[Language(call.language)][f"state-{view.state}"]
    number = spelt(view.number)
    lines = [say(call.language, "state", number=number, state=state, level=view.level)]
    if view.due:
        lines.append(say(call.language, "due", due=view.due))
    return (*lines, _line(call, "state-after"))


def spelt(number: str) -> str:
    """A number as it is read aloud, character by character."""
    return " ".join(char for char in number if char.isalnum())
