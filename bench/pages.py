"""How long the pages and the API's lists take with 100,000 cases and a million entries in their timelines, on SQLite
and on PostgreSQL. To try it: `python -m bench.pages [--cases N]`."""

import argparse
import json
import os
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from bench.stored_desk import EVENTS_A_CASE, store
from bench.stored_rows import NOW
from console.app import create_app
from console.auth import sessions
from models.db import Database
from models.tables import UserRow
from models.values import case_number
from tests.servers.postgres import Postgres
from tests.services import make_services
from workers.garbage import spare_garbage_collector

CASES = 100_000
# Of so many rounds the quickest counts: the machine has other things to do, too.
ROUNDS, ASKED = 3, 20
_TOKEN = "the token of the tests"


def addresses(cases: int) -> list[str]:
    """What is asked for. The newest case is a conversation of sixty mails; nearly each text has `disk` in it."""
    newest, some = case_number(cases), case_number(cases - 100)
    return [
        "/review",
        f"/review/{some}",
        "/cases",
        f"/cases?before={cases // 2}",
        "/cases?state=open&mine=1",
        "/cases?state=unanswered",
        "/cases?state=open&due=breached",
        "/cases?state=open&due=soon",
        "/cases?state=open&level=1&team=security&category=complaint",
        "/cases?state=closed&level=1&team=security&category=hardware",
        "/cases/tabs",
        f"/cases?q={some}",
        "/cases?q=disk",
        "/cases?q=disk+error+backup&state=closed",
        "/cases?q=disk&state=open&level=1&team=security&category=complaint",
        "/cases?q=磁盘阵列",
        "/cases?q=盘",
        "/cases?q=ann@customer77.example",
        "/cases?q=021-5000-0077",
        "/cases?q=SN-000077-X",
        f"/cases?q={cases // 2}.0@mail.customer.example",
        "/cases?q=nothing-has-this",
        f"/cases/{some}",
        f"/cases/{newest}",
        "/deadlines",
        "/deadlines?show=breached",
        "/deadlines?team=security",
        "/intake",
        "/intake/aside",
        "/intake/outgoing",
        "/classifier",
        "/reports",
        "/reports?q=customer+77",
        "/directory",
        "/directory?table=devices&q=77",
        "/audit",
        "/api/v1/cases",
        "/api/v1/cases?limit=200",
        f"/api/v1/cases?cursor={_cursor(cases // 2)}",
        "/api/v1/cases?state=closed&level=1&category=hardware",
        "/api/v1/cases?q=disk",
        f"/api/v1/cases/{newest}",
        f"/api/v1/reports?message_id={cases // 2}.0@mail.customer.example",
        "/api/v1/reports/set-aside",
        "/metrics",
    ]


def _cursor(case_id: int) -> str:
    """As the API's lists of cases give it for the page after that case."""
    return urlsafe_b64encode(json.dumps(["cases", case_id], separators=(",", ":")).encode()).decode().rstrip("=")


@contextmanager
def browser(database: Database) -> Iterator[TestClient]:
    """Somebody who is logged in, and shows the API's token beside."""
    with database.transaction() as session:
        row = session.get(UserRow, 1) or UserRow(id=1)
        row.name, row.address, row.address_key = "Eve", "eve@desk.example", "eve@desk.example"
        row.role, row.password, row.created_at, row.is_disabled = "admin", "", NOW, False
        session.add(row)
        session.flush()
        key = sessions.begin(session, 1, "bench", NOW)
    app = create_app(make_services(database, lambda: NOW))
    headers = {"Authorization": f"Bearer {_TOKEN}"}
    with TestClient(app, headers=headers, cookies={"firstline": key}, follow_redirects=False) as client:
        yield client
    app.state.live.close()


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds: the median, what nineteen in twenty stay under, and of processors, ours and the database's."""

    p50: float
    p95: float
    cpu: float


def measure(database: Database, cases: int) -> dict[str, Took]:
    """What each address took."""
    found: dict[str, Took] = {}
    with browser(database) as client:
        spare_garbage_collector()
        for address in addresses(cases):
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} was answered {answer.status_code}")
            before = _processors(database)
            rounds = [sorted(_milliseconds(client, address) for _ in range(ASKED)) for _ in range(ROUNDS)]
            cpu = (_processors(database) - before) * 1000 / (ROUNDS * ASKED)
            best = min(rounds, key=lambda times: times[-2])
            found[address] = Took(best[len(best) // 2], best[-2], cpu)
    return found


def _processors(database: Database) -> float:
    """The seconds of processors that this process and those of the database's server have used until now."""
    used = time.process_time()
    if database.engine.dialect.name != "postgresql":
        return used
    with database.engine.connect() as connection:
        pids = connection.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids.scalars()]
    return used + sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def table(cases: int) -> list[str]:
    """Rows of a Markdown table."""
    columns = {"SQLite": _sqlite(cases), "PostgreSQL": _postgresql(cases)}
    rows = [
        f"{cases:,} cases, {cases * EVENTS_A_CASE:,} entries in their timelines; milliseconds.",
        "",
        "| asked for | " + " | ".join(f"{name} p50 | p95 | CPU" for name in columns) + " |",
        "|---|" + "---|" * (3 * len(columns)),
    ]
    for address in addresses(cases):
        took = [column[address] for column in columns.values()]
        times = " | ".join(f"{each.p50:.0f} | {each.p95:.0f} | {each.cpu:.0f}" for each in took)
        rows.append(f"| `{address}` | {times} |")
    return rows


def run() -> list[str]:
    return table(CASES)


def _sqlite(cases: int) -> dict[str, Took]:
    with tempfile.TemporaryDirectory() as folder:
        return _filled(f"sqlite:///{Path(folder) / 'desk.db'}", cases)


def _postgresql(cases: int) -> dict[str, Took]:
    with Postgres() as server:
        return _filled(server.url(server.create()), cases)


def _filled(url: str, cases: int) -> dict[str, Took]:
    database = Database(url)
    database.migrate()
    store(database, cases)
    try:
        return measure(database, cases)
    finally:
        database.close()


def _milliseconds(client: TestClient, address: str) -> float:
    started = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    sys.stdout.write("\n".join(table(parser.parse_args().cases)) + "\n")


if __name__ == "__main__":
    main()
