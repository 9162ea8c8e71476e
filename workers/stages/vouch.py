"""Who vouches for each mail, found out for a batch side by side: the DNS is slow, and the batch must not wait long."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from intake.mail.model import ParsedMail
from intake.trust import relay_word
from intake.trust.examine import Origin, examine
from intake.trust.resolver import Resolver
from intake.trust.verdict import Trust
from models.queue import Claimed
from workers.stages.draft import Draft

# Well within the lease of a batch.
DEADLINE_SECONDS = 10.0
_THREADS = 16

Voucher = Callable[[Sequence[Draft]], list[Trust]]


def by_nobody(drafts: Sequence[Draft]) -> list[Trust]:
    """Where trust is not asked for."""
    return [Trust() for _ in drafts]


def by_relay(authserv_id: str) -> Voucher:
    """The word of the relay in front."""

    def ask(drafts: Sequence[Draft]) -> list[Trust]:
        return [relay_word.examine(draft.mail.headers, authserv_id, _domain(draft.mail)) for draft in drafts]

    return ask


class ByDns:
    """SPF, DKIM and DMARC by our own lookups."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="trust")

    def __call__(self, drafts: Sequence[Draft]) -> list[Trust]:
        asked = [self._pool.submit(self._examine, draft.claimed, draft.mail) for draft in drafts]
        wait(asked, timeout=DEADLINE_SECONDS)
        return [_answer(one) for one in asked]

    def _examine(self, claimed: Claimed, mail: ParsedMail) -> Trust:
        mail_from = mail.return_path if claimed.mail_from is None else claimed.mail_from
        origin = Origin(_domain(mail), mail_from, claimed.client_ip, claimed.helo)
        return examine(mail.raw, origin, self._resolver)


def _answer(asked: "Future[Trust]") -> Trust:
    if not asked.done():
        asked.cancel()
        return Trust("unknown", f"the DNS did not answer within {DEADLINE_SECONDS:g} seconds")
    return asked.result()


def _domain(mail: ParsedMail) -> str:
    return mail.sender.address.rpartition("@")[2] if mail.sender else ""


def run(drafts: Sequence[Draft], voucher: Voucher) -> list[Draft]:
    """Attach what is known of each mail's origin; what a person has released needs no proof."""
    found = voucher(drafts)
    return [replace(draft, trust=trust) for draft, trust in zip(drafts, found, strict=True)]
