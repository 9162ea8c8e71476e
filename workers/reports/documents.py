"""The reports to customers as files: what the API hands out."""

import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from console.services import Document
from models.db import Database
from models.merged import survivor
from models.tables import CaseRow
from models.values import Language
from routing.profile import Profile
from workers.reports.accident import accident_report
from workers.reports.data import as_csv, as_json
from workers.reports.monthly import MonthlyReport, find_customer, month_of, monthly_report
from workers.reports.pages import accident_page, monthly_page

_WRITERS: dict[str, tuple[str, Callable[[MonthlyReport], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda report: monthly_page(report).encode()),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", lambda report: json.dumps(as_json(report), ensure_ascii=False).encode()),
}


class Documents:
    """Makes reports on demand, each from one consistent view of the data."""

    def __init__(self, database: Database, default: Profile, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._default = default
        self._clock = clock

    def monthly(self, number: str, month: str, form: str, language: Language | None) -> Document | None:
        """The service report of the customer of that number; None where there is none.

        Raises:
            Misconfigured: `month` is no month.
        """
        wanted = month_of(month)
        with self._database.reading() as session:
            customer = find_customer(session, number)
            if customer is None:
                return None
            report = monthly_report(session, customer, wanted, language, self._default, self._clock())
        media_type, write = _WRITERS[form]
        return Document(write(report), media_type, f"{file_stem(report)}.{form}")

    def accident(self, case_id: int, language: Language | None) -> Document | None:
        """The accident report of that case, or of the one that it goes on in, as HTML; None where there is none."""
        with self._database.reading() as session:
            case = session.get(CaseRow, case_id)
            if case is None:
                return None
            report = accident_report(session, survivor(session, case), language, self._default, self._clock())
        return Document(accident_page(report).encode(), "text/html; charset=utf-8", f"accident-{report.number}.html")


def file_stem(report: MonthlyReport) -> str:
    """A file's name without its ending. Customers' numbers may hold what no file's name may: it is written as in a URL,
    so that no two customers share a file."""
    return f"service-{quote(report.number, safe='')}-{report.month}"
