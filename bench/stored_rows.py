"""The rows of a desk's cases, as they are inserted: case `n` of `total` is the same on each run."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from models.values import CATEGORIES
from routing import profile

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
CUSTOMERS = 2000
_SCHEME = profile.load("yilong")
_TEAMS = ("incident", "infrastructure", "security", "service-desk", "software")
_CHINESE = (
    *("磁盘阵列离线", "存储控制器", "备份失败", "网络中断", "交换机", "服务器宕机"),
    *("数据库", "登录密码", "报表导出", "打印机", "固件升级", "电源故障"),
)


class Says:
    """Texts whose words are as unevenly frequent as those of people (Zipf)."""

    def __init__(self, chance: random.Random) -> None:
        syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
        self._chance = chance
        self._words = ["disk", "error", "backup", "server", "please", "array", "since", "failed"]
        self._words += ["".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))) for _ in range(20_000)]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._words))))

    def __call__(self, number: int, length: int) -> str:
        said = self._chance.choices(self._words, cum_weights=self._weights, k=length)
        if number % 3 == 0:
            said += self._chance.choices(_CHINESE, k=max(length // 6, 2))
        return " ".join(said)


def case(n: int, total: int, says: Says) -> dict[str, Any]:
    """The newest tenth is open, and one in a hundred of those before."""
    created = NOW - timedelta(minutes=3 * (total - n))
    is_open = n > total * 0.9 or n % 100 == 0
    state = ("new", "acknowledged", "accepted", "in-progress", "waiting", "recovered")[n % 6] if is_open else "closed"
    customer = n * 7919 % CUSTOMERS + 1
    return {
        "id": n,
        "state": state,
        "level": (1, 2, 2, 3, 3, 3, 4, 4, 4, 4)[n * 31 % 10],
        "category": CATEGORIES[n * 17 % len(CATEGORIES)],
        "level_name": "level",
        "process": "fault",
        "confidence": 0.9,
        "needs_review": is_open and n % 7 == 0,
        "language": "en",
        "channel": "email",
        "subject": says(n, 8),
        "customer": f"ann@customer{customer}.example",
        "profile": _SCHEME.name,
        "profile_version": _SCHEME.version,
        "assigned_team": _TEAMS[n * 13 % len(_TEAMS)],
        "missing": [],
        "created_at": created,
        "acknowledged_at": created + timedelta(minutes=1) if state != "new" else None,
        "closed_at": created + timedelta(days=1) if state == "closed" else None,
        "customer_id": customer,
        "contact_id": customer,
        "site_id": customer,
        "device_id": customer,
        "priority": "normal",
        "standing": "entitled",
        "standing_because": "",
        "accepted_by": "eve@desk.example" if state not in ("new", "acknowledged") else None,
        "lap": 0,
    }


def reports(row: dict[str, Any], said: str, total: int) -> Iterator[dict[str, Any]]:
    """One, now and then two; the newest case is a conversation of sixty."""
    count = 60 if row["id"] == total else 2 if row["id"] % 5 == 0 else 1
    for number in range(count):
        yield {
            "id": f"{row['id']:09d}{number:04d}",
            "channel": "email",
            "external_id": f"bench {row['id']} {number}",
            "source": "smtp",
            "rcpt_tos": ["support@firstline.example"],
            "answer": True,
            "received_at": row["created_at"] + timedelta(minutes=number),
            "state": "done",
            "attempts": 1,
            "failures": 0,
            "message_id": f"{row['id']}.{number}@mail.customer.example",
            "sender": row["customer"],
            "subject": row["subject"],
            "text": f"Hello,\n\n{said}\n\nAnn",
            "language": "en",
            "outcome": "follow-up" if number else "case",
            "outcome_because": "",
            "finished_at": row["created_at"] + timedelta(seconds=number),
            "case_id": row["id"],
        }


def part(report: dict[str, Any]) -> dict[str, Any]:
    head = f"From: {report['sender']}\r\nMessage-ID: <{report['message_id']}>\r\n"
    kind = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return {"report_id": report["id"], "seq": 0, "kind": "mail", "content": f"{head}{kind}{report['text']}".encode()}


def attachment(report: dict[str, Any]) -> dict[str, Any]:
    name = f"diag-{report['case_id']}.zip"
    values = {"report_id": report["id"], "position": 0, "sha256": report["id"].zfill(64), "filename": name}
    return values | {"content_type": "application/zip", "size": 4096, "inline": False}


def classification(row: dict[str, Any], said: str) -> dict[str, Any]:
    return {
        "case_id": row["id"],
        "at": row["created_at"],
        "by": "machine",
        "model": "1",
        "level": row["level"],
        "category": row["category"],
        "level_probs": {str(level): 0.25 for level in range(1, 5)},
        "category_probs": dict.fromkeys(CATEGORIES, 0.08),
        "needs_review": row["needs_review"],
        "evidence": [{"text": "disk", "label": "category:hardware", "weight": 1.0}],
        "read": {"channel": "email", "subject": row["subject"], "body": said},
        "entities": [],
    }


def clocks(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of an open case two run, and in every third one of them is broken."""
    for position, name in enumerate(("first_reply", "respond", "next_update", "solve")):
        is_running = row["state"] != "closed" and position >= 2
        is_late = is_running and position == 2 and row["id"] % 3 == 0
        due = NOW + timedelta(minutes=row["id"] % 5000) if is_running else row["created_at"] + timedelta(hours=position)
        yield {
            "case_id": row["id"],
            "name": name,
            "starts_at": row["created_at"],
            "due_at": NOW - timedelta(minutes=row["id"] % 500) if is_late else due,
            "met_at": None if is_running else row["created_at"],
            "breached_at": NOW if is_late else None,
            "hours": "always",
            "is_promise": True,
            "because": "by the scheme",
        }


def outgoing(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{row['id']:09d}0000",
        "case_id": row["id"],
        "channel": "email",
        "kind": "acknowledgement",
        "message_id": f"{row['id']}.ack@firstline.example",
        "recipient": row["customer"],
        "recipient_key": row["customer"],
        "content": b"From: support@firstline.example\r\n\r\nYour report is recorded.",
        "created_at": row["created_at"],
        "state": "sent",
        "attempts": 1,
        "sent_at": row["created_at"],
    }


def step(row: dict[str, Any]) -> dict[str, Any]:
    due = NOW + timedelta(minutes=row["id"] % 3000)
    values = {"case_id": row["id"], "name": "manager", "lap": 0, "clock": "solve", "planned_at": due, "due_at": due}
    return values | {"state": "waiting", "told": [], "because": "by the scheme"}
