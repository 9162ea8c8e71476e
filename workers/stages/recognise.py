"""Whose report it is by the directory: the clues of a batch, looked up in one read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from classify import bare_codes, entities
from classify.entities import Entity
from models.db import Database
from models.values import Standing, directory_key
from routing.directory import Clues, Known
from routing.entitlement import recognise
from routing.profile import Profile
from workers.stages.draft import Draft
from workers.stages.known import read

# Of one kind in one report; a list of all the devices of a customer names nobody better than its first.
_LIMIT_NUMBERS = 20
_LONGEST_NUMBER, _LONGEST_ADDRESS = 64, 320


def run(drafts: Sequence[Draft], database: Database, default: Profile) -> list[Draft]:
    """Find who stands behind each draft that opens a case, and what the contract says of them."""
    drafts = [replace(draft, entities=named_in(draft.searched)) if _opens(draft) else draft for draft in drafts]
    clues = {draft.claimed.id: clues_of(draft) for draft in drafts if _opens(draft)}
    if not clues:
        return drafts
    with database.reading() as session:
        known = read(session, clues.values(), default)
    return [
        _recognised(draft, clues[draft.claimed.id], known) if draft.claimed.id in clues else draft for draft in drafts
    ]


def _recognised(draft: Draft, clues: Clues, known: Known) -> Draft:
    party = recognise(clues, known, draft.claimed.received_at)
    if party.customer_id is not None and draft.trust.verdict == "none":
        party = replace(party, because=f"{party.because}; nobody vouches for where the mail is from")
    if party.customer_id is not None and draft.visitor is not None:
        because = f"{party.because}; what is typed into a web site's form proves nothing of who asks"
        party = replace(party, standing=Standing.UNKNOWN, because=because, needs_review=True)
    return replace(draft, party=party, entities=known_ones(draft.entities, known))


def named_in(text: str) -> tuple[Entity, ...]:
    """The entities of a text, and the codes in it that nothing announces."""
    return (*entities.find(text), *bare_codes.find(text))


def known_ones(found: Iterable[Entity], known: Known) -> tuple[Entity, ...]:
    """Of codes by themselves those that the directory knows, by what they number there; the others say nothing."""
    unique: dict[tuple[str, str], Entity] = {}
    for one in found:
        key = directory_key(one.value)
        label = one.label if one.label != bare_codes.LABEL else _numbered(key, known)
        if label:
            unique.setdefault((label, key), replace(one, label=label))
    return tuple(sorted(unique.values(), key=lambda one: (one.start, one.label)))


def _numbered(key: str, known: Known) -> str:
    if key in known.devices:
        return "serial_number"
    return "contract" if key in known.contracts else ""


def _opens(draft: Draft) -> bool:
    return draft.classification is not None and draft.thread is None


def clues_of(draft: Draft) -> Clues:
    """The clues of a report. A machine's notice names its device in a place of its own; a caller shows his number, and
    may have given his contract's or site's."""
    reporter = draft.reporter
    named = [(entity.label, entity.value) for entity in draft.entities]
    if draft.alarm is not None:
        named.append(("serial_number", draft.alarm.device))
    said = draft.spoken
    if said is not None:
        # His own number stands in the text too; what it says of him, `shown` says.
        named = [(label, value) for label, value in named if label != "phone" or value not in (said.caller, said.phone)]
        named += [("contract", said.contract), ("site", said.contract)] if said.contract else []
    clues = clues_from(reporter.address if reporter else None, named)
    return replace(clues, phone=said.shown or None) if said is not None else clues


def clues_from(address: str | None, named: Iterable[tuple[str, str]]) -> Clues:
    """The clues in an address, and in what a text names, as label and value (`classify.entities`). A code by itself may
    number a device or a contract."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for label, value in named:
        key = value if label == "phone" else directory_key(value)
        if key and _can_be_stored(key, _LONGEST_NUMBER) and len(keys[label]) < _LIMIT_NUMBERS:
            keys[label].append(key)
    written = _address_key(address or "")
    local, _, domain = written.rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return Clues(
        addresses=tuple(dict.fromkeys((written, bare))) if written else (),
        domain=domain or None,
        contract_numbers=(*keys["contract"], *keys[bare_codes.LABEL]),
        site_numbers=tuple(keys["site"]),
        serial_numbers=(*keys["serial_number"], *keys[bare_codes.LABEL]),
        named_phones=tuple(keys["phone"]),
    )


def _address_key(address: str) -> str:
    """The key of an address; empty for one that only becomes another's by the making of keys (ß is no ss in a domain,
    and "a b" no ab)."""
    key = directory_key(address)
    is_other = len(key) != len(address) or (key.isascii() and not address.isascii())
    return "" if is_other or not _can_be_stored(key, _LONGEST_ADDRESS) else key


def _can_be_stored(key: str, longest: int) -> bool:
    return len(key) <= longest and key.isprintable()  # no NUL, which PostgreSQL refuses, and no half characters
