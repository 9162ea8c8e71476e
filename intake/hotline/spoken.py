"""What came by telephone, in the form in which the pipeline takes it: a call, a text message, a recording.

A part of the report holds it as JSON; `what` says which of them it is.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from intake.hotline import call as calls
from intake.hotline.call import Call, Kind
from intake.hotline.reporting import so_far
from models.values import Language

_SENTENCE = re.compile(r"[。！？!?\n]|\.\s")
_SUBJECT_CHARS = 100


class What(StrEnum):
    """What a report by telephone is."""

    CALL = "call"
    SMS = "sms"
    ADDITION = "addition"
    RECORDING = "recording"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a text message, or what else it brings: its MediaUrl, and the content type that it was sent as."""

    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One report by telephone. `words` is what the reporter said and what his keys mean, `text` that and what else was
    asked. `shown` is the number that says who calls, empty where he calls for another customer than its own. `of_call`
    is the CallSid of the call that a recording or an addition is part of, `case_id` the case that it is proven to
    belong to, `recording_sid` and `pictures` what is to be fetched. `is_silent`: nothing was said or chosen;
    `is_choice`: a text message says no more than whether its sender wants to be texted; `is_understood` is False where
    a person has to listen, to look, or to call back, to know what it is about. `is_stopped` is the answer by key to
    whether the business is, which `keyed` says in words; `not_said` are the lines of `words` that are not the
    reporter's own."""

    what: What
    caller: str
    called: str = ""
    language: str = ""
    words: str = ""
    text: str = ""
    name: str = ""
    phone: str = ""
    company: str = ""
    contract: str = ""
    shown: str = ""
    case_id: int | None = None
    of_call: str = ""
    recording_sid: str = ""
    seconds: int = 0
    has_report: bool = True
    wants_call_back: bool = False
    is_understood: bool = True
    is_silent: bool = False
    pictures: tuple[Picture, ...] = ()
    is_stopped: bool | None = None
    keyed: str = ""
    not_said: tuple[str, ...] = ()
    is_choice: bool = False

    @property
    def is_wordless(self) -> bool:
        """True where nothing in `words` is the reporter's own: he said nothing and pressed nothing, or sent a picture
        alone. What stands there then is ours, and says nothing of his matter."""
        return self.is_silent or (self.what is What.SMS and not self.is_understood)

    @property
    def is_recorded(self) -> bool:
        """True for a call with a recording to listen to."""
        return any(table["recorded"] in self.words for table in _MEANT.values())

    @property
    def subject(self) -> str:
        """The first sentence."""
        first = next((part.strip() for part in _SENTENCE.split(self.words) if part and part.strip()), "")
        return first[:_SUBJECT_CHARS]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()


def of_call(call: Call) -> bytes:
    """The call as a part of its report."""
    return json.dumps({"what": What.CALL, "call": json.loads(call.to_json())}, ensure_ascii=False).encode()


def call_in(content: bytes) -> Call:
    """The call that a part of its report holds."""
    return calls.from_json(json.dumps(json.loads(content)["call"]).encode())


def read(content: bytes) -> Spoken:
    """What a part of a report by telephone says."""
    stored: dict[str, Any] = json.loads(content)
    if stored["what"] == What.CALL:
        return spoken(call_in(content))
    pictures = tuple(Picture(**each) for each in stored.get("pictures", ()))
    return Spoken(**(stored | {"what": What(stored["what"]), "pictures": pictures}))


def rest(call: Call, told_before: int) -> Spoken:
    """What a caller has said after his report was processed, as an addition to it."""
    return replace(spoken(replace(call, said=call.said[told_before:], asides=())), what=What.ADDITION, of_call=call.sid)


def spoken(call: Call) -> Spoken:
    """The report that a call is, however far it came."""
    call = so_far(call)
    words = "\n".join([*call.said, *call.asides, *_meant(call)])
    return Spoken(
        what=What.CALL,
        caller=call.caller,
        called=call.called,
        language=call.language,
        words=words,
        text="\n\n".join(part for part in (words, "\n".join(_asked(call))) if part),
        name=call.name or (call.party.contact if call.is_known else ""),
        phone=call.phone or call.caller,
        company=call.party.company,
        contract=call.contract,
        shown="" if call.is_denied else call.caller,
        case_id=call.adds_to or (call.status.case_id if call.status and not call.has_report else None),
        has_report=call.has_report or call.status is None,
        wants_call_back=call.wants_call_back,
        is_understood=bool(call.said) and not call.recordings,
        is_silent=not call.has_report and call.kind is None,
        is_stopped=call.is_stopped,
        keyed=_keyed(call),
        not_said=_not_said(call),
    )


def with_transcripts(call: Call, texts: Sequence[str]) -> Spoken:
    """The report that the call would be, had the caller been understood when he recorded `texts`."""
    return spoken(replace(call, said=(*call.said, *texts), recordings=()))


_MEANT = {
    Language.ENGLISH: {
        "stopped": "The business is stopped at this moment.",
        "running": "The business is not stopped.",
        "question": "It is a question or a booking.",
        "person": "The caller asks to speak to a person.",
        "call-back": "The caller asks to be called back.",
        "recorded": "The caller has left a recorded message: please listen to it.",
        "nothing": "The caller hung up before he had said anything.",
        "status": "The caller asked where case {} stands.",
        "status-of-none": "The caller asked where a case stands.",
        "company": "Company",
        "contract": "Contract or site number",
        "name": "Name",
        "phone": "Call back",
    },
    Language.SIMPLIFIED: {
        "stopped": "现在业务中断。",
        "running": "业务没有中断。",
        "question": "这是咨询或预约。",
        "person": "来电者要求人工服务。",
        "call-back": "来电者要求回电。",
        "recorded": "来电者留下了录音，请收听。",
        "nothing": "来电者没有说话就挂断了。",
        "status": "来电者查询工单{}的进展。",
        "status-of-none": "来电者查询工单进展。",
        "company": "公司",
        "contract": "合同号或站点编号",
        "name": "姓名",
        "phone": "回电号码",
    },
}


def _keyed(call: Call) -> str:
    table = _MEANT[Language(call.language)]
    return "" if call.is_stopped is None else table["stopped" if call.is_stopped else "running"]


def _not_said(call: Call) -> tuple[str, ...]:
    """What stands in the report of a call that no classifier should read: it would take our sentence for a
    description of the fault. What the key says weighs by itself. What he wants, by a key, says what it is about only
    where he has not said it himself."""
    table = _MEANT[Language(call.language)]
    wanted = (table["question"], table["person"], table["call-back"]) if call.said else ()
    return (table["stopped"], table["running"], table["recorded"], table["nothing"], *wanted, *_status(call))


def _meant(call: Call) -> list[str]:
    """What the keys say, in words: facts for whoever judges the report, and no judgement."""
    table = _MEANT[Language(call.language)]
    said = [_keyed(call)] if call.is_stopped is not None else []
    if call.kind is Kind.QUESTION:
        said.append(table["question"])
    if call.wants_person:
        said.append(table["person"])
    if call.wants_call_back:
        said.append(table["call-back"])
    if call.recordings:
        said.append(table["recorded"])
    return said or ([] if call.said else _status(call) or ([] if call.asides else [table["nothing"]]))


def _status(call: Call) -> list[str]:
    """Which case he asked about, where he did."""
    if call.kind is not Kind.STATUS:
        return []
    table = _MEANT[Language(call.language)]
    return [table["status"].format(call.asked_for) if call.asked_for else table["status-of-none"]]


def _asked(call: Call) -> list[str]:
    table = _MEANT[Language(call.language)]
    answers = {
        "company": call.party.company,
        "contract": call.contract,
        "name": call.name,
        "phone": call.phone or call.caller,
    }
    return [f"{table[name]}: {answer}" for name, answer in answers.items() if answer]
