"""What can be made of a batch before it is its turn to be written: all others who write wait meanwhile."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.case_words import words
from models.search import HAN
from models.tables import CaseRow
from workers.record.opening import case_row
from workers.stages.draft import Draft

_TEXT_CHARS = 20_000
# Chinese is written up to an address without a blank: what it says stays.
_ADDRESS = re.compile(rf"[^\s{HAN}]{{1,320}}@[^\s{HAN}]{{1,255}}")
# Of case-folded text. Begun with the letters and not their border, and with a set of its own for ASCII: half the time.
_TOKEN = re.compile(r"fl-(?<!\wfl-)[\w-]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_ASCII_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}  # cut so, ASCII takes half the time
_READ_CHARS = 4000


@dataclass(frozen=True, slots=True)
class Prepared:
    """By the ids of the reports: their texts as they are stored; of those that will open a case the row, without its
    number, unless they may repeat an alarm; and what loops are noticed by."""

    drafts: Sequence[Draft]
    texts: Mapping[str, str]
    cases: Mapping[str, CaseRow]
    content_keys: Mapping[str, str]


def prepare(drafts: Sequence[Draft]) -> Prepared:
    """Everything that needs no database."""
    texts = {draft.claimed.id: draft.mail.text[:_TEXT_CHARS] for draft in drafts}
    for draft in drafts:
        if draft.verdict.opens_case:
            words(texts[draft.claimed.id])  # which are kept until the case is to be found by them
    opening = [draft for draft in drafts if draft.decision is not None and draft.later is None]
    return Prepared(
        drafts,
        texts,
        {draft.claimed.id: case_row(draft, None) for draft in opening if draft.alarm is None},
        {draft.claimed.id: _content_key(draft) for draft in opening},
    )


def _content_key(draft: Draft) -> str:
    """A digest of what is answered, without what changes from one round to the next: numbers, addresses, our tokens."""
    said = f"{draft.mail.subject}\n{draft.mail.reply[:_READ_CHARS]}"
    if "@" in said:
        said = _ADDRESS.sub(" ", said)
    said = _TOKEN.sub(" ", said.casefold())
    letters = said.translate(_NO_ASCII_LETTERS).split() if said.isascii() else _LETTERS.findall(said)
    return hashlib.sha256(" ".join(letters).encode()).hexdigest()
