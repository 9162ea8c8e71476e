"""Whether a new case is acknowledged, and the acknowledgement itself."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from intake.hotline.numbers import refusal
from intake.mail import person
from models.tables import CaseRow, OutgoingRow
from models.values import Auto
from routing.breaker import Scope, delay
from workers.acknowledgement import copy_for, is_reporters, outgoing_for
from workers.desk import Desk
from workers.knowledge import documents, offer
from workers.record import twice
from workers.record.breakers import EVERYTHING, Breakers, Keys
from workers.record.copies import readers
from workers.record.dead_addresses import dead
from workers.record.journal import Journal
from workers.record.new_rows import NewRows
from workers.record.telephone import text_for
from workers.stages.classify import text_of
from workers.stages.draft import Draft

_LONGEST_DOMAIN = 255


class Answering:
    """Queues the acknowledgements of one batch: of the drafts that open a case, each with its case. `content_keys` are
    what loops are noticed by, by the ids of the reports."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        journal: Journal,
        new: NewRows,
        opened: Sequence[tuple[Draft, CaseRow]],
        content_keys: Mapping[str, str],
    ) -> None:
        self._session = session
        self._desk = desk
        self._journal = journal
        self._new = new
        self._keys = {
            draft.claimed.id: _keys(draft, case, content_keys[draft.claimed.id])
            for draft, case in opened
            if _unwanted(draft, desk) is None
        }
        served = {
            case.customer_id
            for draft, case in opened
            if case.customer_id is not None and draft.spoken is None and draft.claimed.id in self._keys
        }
        self._readers = readers(session, served, journal.now) if served else {}
        received = min((draft.claimed.received_at for draft, _ in opened), default=journal.now)
        self._breakers = Breakers(session, desk.limits, journal.now, received, self._keys.values())
        self._dead = dead(session, {keys[Scope.ADDRESS] for keys in self._keys.values()}, journal.now)

    def acknowledge(self, case: CaseRow, draft: Draft, is_linked: bool) -> str | None:
        """Queue the acknowledgement; returns why there is none, where there is none. What `is_linked` with another case
        already is not looked for in what was answered."""
        because = _unwanted(draft, self._desk)
        if because is None and not is_linked:
            self._offer_same_words(case, self._keys[draft.claimed.id])
        if because is None and (because := self._obstacle(draft)) is not None:
            case.needs_review = True  # somebody waits for an answer
        if because is not None:
            case.needs_review = case.needs_review or _waits(draft)
            self._journal.note(case.id, "not-acknowledged", because)
            return because
        keys = self._keys[draft.claimed.id]
        if draft.spoken is not None:
            row = text_for(case, draft, self._journal.now)
        else:
            row = outgoing_for(case, draft, self._desk, self._journal.now, self._offered(case, draft))
            self._note_elsewhere(case, draft)
        row.domain_key, row.content_key = keys[Scope.DOMAIN], keys[Scope.CONTENT]
        row.chain = self._breakers.chain(keys)
        if wait := delay(row.chain, self._desk.limits[Scope.CONTENT]):
            row.due_at = self._journal.now + wait
            because = f"it is answer {row.chain} in a row to the same text"
            self._journal.note(case.id, "delayed", f"the acknowledgement waits {wait.total_seconds():g} s: {because}")
        self._new.add(row)
        self._copy(case, draft, row)
        return None

    def _copy(self, case: CaseRow, draft: Draft, row: OutgoingRow) -> None:
        """To whoever else at the customer gets what he is written."""
        if case.customer_id is None or draft.spoken is not None:
            return
        for reader in self._readers.get(case.customer_id, ()):
            if reader.address_key != row.recipient_key:
                copy = copy_for(case, draft, self._desk, self._journal.now, reader)
                copy.due_at = row.due_at
                self._new.add(copy)
                self._journal.note(case.id, "copied", f"the acknowledgement to {reader.name} <{reader.address}>")

    def _offer_same_words(self, case: CaseRow, keys: Keys) -> None:
        if self._breakers.has_answered(keys):
            twice.offer_same_words(self._session, self._journal, case, keys[Scope.ADDRESS], keys[Scope.CONTENT])

    def _note_elsewhere(self, case: CaseRow, draft: Draft) -> None:
        """Have a person look where Reply-To has all letters of a customer's case go to somebody else: anybody can write
        a customer's address into From."""
        target = draft.answer_to
        if case.customer_id is None or draft.by_staff or target is None or is_reporters(draft, target):
            return
        case.needs_review = True
        text = f"letters go to {target.address}, as Reply-To says, and not to where it is from: please look"
        self._journal.note(case.id, "answered-elsewhere", text)

    def _offered(self, case: CaseRow, draft: Draft) -> list[tuple[str, str]]:
        read = text_of(draft)
        found = offer(self._session, case, read.subject, read.body)
        if found:
            self._journal.note(case.id, "offered", "; ".join(match.title for match in found))
        return documents(found)

    def _obstacle(self, draft: Draft) -> str | None:
        """What keeps an answer from a person who waits for one."""
        keys = self._keys[draft.claimed.id]
        gone = self._dead.get(keys[Scope.ADDRESS])
        if gone is not None:
            return f"mail to that address came back on {gone.since:%Y-%m-%d}: reach the customer another way"
        return self._breakers.hold(keys)


def _unwanted(draft: Draft, desk: Desk) -> str | None:
    """Why nobody waits for an answer to this draft; None where somebody does."""
    if not draft.verdict.answer:
        return draft.verdict.because
    if not draft.claimed.answer:
        return "it came from an archive or a backup, or lay in its mailbox for more than a day"
    if draft.spoken is not None:
        if not desk.number:
            return "no text message can be sent: twilio_account_sid or twilio_number is not set"
        because = refusal(draft.spoken.phone, desk.number, desk.countries)
        return f"no text message is sent: {because}" if because else None
    return None


def _waits(draft: Draft) -> bool:
    """True where a person waits for an answer that no machine may give him: his gateway empties the envelope, or he is
    an agent whose ticket system calls all that it sends automatic. Somebody answers by hand."""
    mail, verdict = draft.mail, draft.verdict
    if verdict.answer or not draft.claimed.answer or draft.spoken is not None:
        return False
    return verdict.auto in (None, Auto.AUTO_GENERATED) and (person.wrote(mail) or person.speaks(mail.reply))


def _keys(draft: Draft, case: CaseRow, content_key: str) -> Keys:
    if draft.spoken is not None:
        mailbox, domain = draft.spoken.phone, "sms"
    else:
        assert draft.answer_to is not None  # the filter no_address has seen to it
        mailbox = draft.answer_to.mailbox
        domain = mailbox.rpartition("@")[2][:_LONGEST_DOMAIN]
    return {
        Scope.ADDRESS: mailbox,
        Scope.CONTENT: content_key,
        Scope.CASE: str(case.id),
        Scope.DOMAIN: domain,
        Scope.ALL: EVERYTHING,
    }
