"""The learning loop in full: 200 corrections of a kind of report that the corpus does not know.

Mails of pump controllers that name the fault by the maker's own code alone. The champion is the model of this
installation; the challenger has learnt the corrections too. Both are tried on 100 more such mails, on reports to a desk
for lifts and on the frozen test, where nothing should change.
"""

import sys
import tempfile
from pathlib import Path

from classify.training import compare, corpus
from classify.training.compare import Contest, Difference
from classify.training.evaluate import answers
from classify.training.train import train
from models.settings import Settings
from workers import modelstore

CORRECTIONS = 200
_FIXTURES = Path(__file__).parents[1] / "fixtures" / "corrections"


def run() -> list[str]:
    """Rows of a Markdown table."""
    champion = modelstore.find(Settings())
    if champion is None:
        return ["no classifier is built; make setup"]
    rows = corpus.read(_FIXTURES)
    pumps = [row for row in rows if row.writer == "pumps"]
    mixed = tuple(pumps[number * 7 % len(pumps)] for number in range(len(pumps)))  # both languages throughout
    sets = {
        "more pumps": mixed[CORRECTIONS:],
        "lifts": tuple(row for row in rows if row.writer == "lifts"),
        "the frozen test": corpus.read(modelstore.FROZEN_TEST),
    }
    lines = [
        f"| {CORRECTIONS} corrections | question | reports | champion | challenger | 95 % interval of the gain |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        challenger = train(modelstore.CORPUS, Path(folder), _progress, mixed[:CORRECTIONS])
        for name, rows in sets.items():
            contest = Contest(name, rows, tuple(answers(champion, rows)), tuple(answers(challenger, rows)))
            lines += [_line(name, difference) for difference in compare.differences(contest)[:2]]
            recalls = contest.critical_recalls
            if recalls:
                lines.append(f"| {name} | level-1 recall | | {recalls[0]:.1%} | {recalls[1]:.1%} | |")
    return lines


def _line(name: str, found: Difference) -> str:
    return (
        f"| {name} | {found.question} | {found.count} | {found.champion:.1%} | {found.challenger:.1%} |"
        f" {found.low:+.1%} to {found.high:+.1%} |"
    )


def _progress(_done: float, what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.stdout.write("\n".join(run()) + "\n")
