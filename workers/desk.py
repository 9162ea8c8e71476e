"""What the desk is: everything that the pipeline needs beside the reports, made once from the settings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from classify.model import Classifier
from models.db import Database
from routing.breaker import Scope
from routing.profile import Profile
from workers.cases.office import Office
from workers.stages import classify, judge, look_up, parse, recognise, route, telephone, vouch
from workers.stages.draft import Draft, Stage


@dataclass(frozen=True, slots=True)
class Desk:
    """The support desk whose reports are processed. `addresses` are case-folded, the first is the main one; `office` is
    what cases need once they are open; `staff` are our own people, mailboxes or whole @domains, `limits` those of the
    loop breaker; `voucher` says who vouches for a mail. `profile` serves those whose contract names no other. `tape`
    fetches what callers have recorded; `number` is ours that text messages come from, empty where none are sent,
    `countries` those abroad that they go to."""

    database: Database
    office: Office
    profile: Profile
    classifier: Classifier
    addresses: tuple[str, ...]
    token_key: bytes
    limits: Mapping[Scope, int]
    clock: Callable[[], datetime]
    staff: frozenset[str] = frozenset()
    voucher: vouch.Voucher = vouch.by_nobody
    tape: telephone.Tape | None = None
    number: str = ""
    countries: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The pipeline in order."""

        def look(drafts: Sequence[Draft]) -> list[Draft]:
            return look_up.run(drafts, self.database, self.token_key, self.clock(), self.profile)

        return (
            parse.run,
            partial(vouch.run, voucher=self.voucher),
            look,
            partial(judge.run, own_addresses=frozenset(self.addresses), staff=self.staff, key=self.token_key),
            partial(telephone.run, database=self.database, key=self.token_key, clock=self.clock, tape=self.tape),
            partial(classify.run, classifier=self.classifier),
            telephone.review,
            partial(recognise.run, database=self.database, default=self.profile),
            partial(route.run, profile=self.profile),
        )
