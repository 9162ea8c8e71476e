"""After merges, splits, closings and reopenings in any order, what answers a report or its acknowledgement is put on
the case that this report is on now."""

import random
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial

import pytest
from sqlalchemy import func, select

from models.errors import NotPossible
from models.tables import CaseRow, ReportRow
from models.values import CaseState
from tests.factories import mail
from tests.flows.story import Story

STEPS = 9
SUPPORT = "support@firstline.example"


class Walk:
    """Ann's mails, each with the acknowledgement that it answers, and a desk that moves them about."""

    def __init__(self, story: Story, chance: random.Random) -> None:
        self.story, self.chance = story, chance
        self.openings = [story.arrives(mail(subject=f"Backup {number} failed")) for number in range(3)]
        story.sends()
        letters = {str(letter["In-Reply-To"]).strip("<>"): letter for letter in story.answers()}
        self.acknowledgements = [letters[opening.message_id or ""] for opening in self.openings]
        self.answers: list[tuple[ReportRow, EmailMessage]] = []

    def goes_on(self) -> None:
        acts: tuple[Callable[[], object], ...] = (self.merge, self.split, self.split, self.unmerge, self.close)
        act = self.chance.choice((*acts, self.reopen, self.answer))
        try:
            act()
        except NotPossible:
            return

    def where(self, report: ReportRow) -> int | None:
        with self.story.desk.database.reading() as session:
            return session.get_one(ReportRow, report.id).case_id

    def merge(self) -> None:
        self.story.joins("merge", self.any_case(), self.any_case())

    def split(self) -> None:
        report = self.chance.choice([*self.openings, *(report for report, _ in self.answers)])
        self.story.joins("split", self.where(report), [report.id])

    def unmerge(self) -> None:
        self.story.joins("unmerge", self.any_case())

    def close(self) -> None:
        self.story.does(self.any_case(), "move", CaseState.CLOSED, cause="a disk", solution="replaced")

    def reopen(self) -> None:
        self.story.does(self.any_case(), "move", CaseState.ACKNOWLEDGED)

    def answer(self) -> None:
        """She answers the acknowledgement of one of her reports."""
        opening, letter = self.chance.choice(list(zip(self.openings, self.acknowledgements, strict=True)))
        where = self.where(opening)
        answer = self.arrives(letter["Message-ID"], to=letter["Reply-To"], subject=letter["Subject"])
        assert answer.case_id == where
        self.answers.append((answer, letter))

    def any_case(self) -> int:
        with self.story.desk.database.reading() as session:
            return self.chance.randint(1, session.scalar(select(func.max(CaseRow.id))) or 1)

    def arrives(self, *references: str, to: str = SUPPORT, subject: str = "Backup") -> ReportRow:
        headers = {"In-Reply-To": references[-1], "References": " ".join(references)} if references else {}
        return self.story.arrives(mail("Again.", subject=f"Re: {subject}", to=to, headers=headers), rcpt_to=to)


@pytest.mark.parametrize("seed", range(6))
def test_what_answers_a_report_comes_to_where_that_is(story: Story, seed: int) -> None:
    walk = Walk(story, random.Random(seed))
    walk.answer()

    for _ in range(STEPS):
        walk.goes_on()

    for opening, letter in zip(walk.openings, walk.acknowledgements, strict=True):
        where, again = walk.where(opening), partial(walk.arrives, subject=letter["Subject"])
        assert again().case_id == where
        assert again(letter["Message-ID"], to=letter["Reply-To"]).case_id == where
        assert walk.arrives(f"<{opening.message_id}>").case_id == where
    for report, letter in walk.answers:  # she answers her own mail, which her program sends to whom that went
        again = partial(walk.arrives, to=letter["Reply-To"], subject=str(report.subject))
        assert again(letter["Message-ID"], f"<{report.message_id}>").case_id == walk.where(report)
