"""What a report costs. Measured by `python -m bench.sizing measure`, kept with where it was measured."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = Path(__file__).with_name("measured.json")


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one report, from its mail to its acknowledgement.

    `take_seconds`: processor of an smtp process; `read_seconds`: of a worker, and of PostgreSQL for it, all but
    `write_seconds`, which are spent under the lock that lets one worker write at a time; `database_seconds`: processor
    of PostgreSQL, which the two before contain; `postgresql_bytes`, `sqlite_bytes`: what stays stored; `log_bytes`:
    what PostgreSQL writes ahead; `mail_bytes`: of the mail itself.
    """

    take_seconds: float
    read_seconds: float
    write_seconds: float
    database_seconds: float
    postgresql_bytes: float
    sqlite_bytes: float
    log_bytes: float
    mail_bytes: float
    measured: str


def load(path: Path = KEPT) -> Costs:
    """The costs in a file that `save` wrote."""
    return Costs(**json.loads(path.read_text(encoding="utf-8")))


def save(costs: Costs, path: Path = KEPT) -> None:
    path.write_text(json.dumps(asdict(costs), indent=2) + "\n", encoding="utf-8")
