"""The web's collaborators, as the composition root makes them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from console.auth.totp import Vault
from console.auth.ways import WaysIn
from console.services import Services
from models.db import Database
from models.settings import Settings
from routing import profile
from tests.conftest import make_office
from workers.admin.services import admin_services
from workers.attached import attached
from workers.cases.acts import Acts
from workers.cases.assign import assigner
from workers.cases.correct import corrector
from workers.cases.joining import Joining
from workers.console_pages import page_services
from workers.metrics import Metrics
from workers.modelstore import load_classifier
from workers.reports.documents import Documents


def make_services(
    database: Database, clock: Callable[[], datetime], settings: Settings | None = None, **changes: Any
) -> Services:
    """Those of a desk that is served by yilong, over that database."""
    office, yilong = make_office(clock), profile.load("yilong")
    documents = Documents(database, yilong, clock)
    values: dict[str, Any] = {
        "database": database,
        "api_token": "the token of the tests",
        "clock": clock,
        "readiness": lambda: {"database": ""},
        "metrics": Metrics(database, clock).text,
        "correct": corrector(office, yilong),
        "acts": Acts(office),
        "assign": assigner(office, yilong),
        "joins": Joining(office, cache(lambda: load_classifier(Settings()))),
        "wake": lambda: None,
        "attachment": attached,
        "monthly_report": documents.monthly,
        "accident_report": documents.accident,
        "pages": page_services(
            office,
            yilong,
            "",
            WaysIn(Vault(b"test key")),
            admin_services(settings or Settings(), database, office, yilong),
        ),
    }
    return Services(**(values | changes))
