"""The lists of the directory as the pages take them in and hand them out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from console.pages.admin_services import ListPlan, ListsPlan, Refused
from models.errors import NotPossible
from workers.directory import export, stored
from workers.directory.files import read
from workers.directory.plan import Plan, make_plan
from workers.directory.rows import Rows, read_rows
from workers.directory.tables import TABLES
from workers.directory.write import write

_SHOWN = 500  # changes of a list, and refused rows


@dataclass(frozen=True, slots=True)
class ListBook:
    """Implements `console.pages.admin_services.Lists`; times are written in `zone`."""

    zone: ZoneInfo
    names: Sequence[str] = tuple(TABLES)

    def read(self, files: Mapping[str, bytes]) -> Sequence[Rows]:
        if not files or not set(files) <= set(TABLES):
            named = ", ".join(f"{name}.csv" for name in TABLES)
            raise NotPossible(f"choose files that are named like the lists: {named}")
        return [read_rows(read(files[name], f"{name}.csv", name)) for name in TABLES if name in files]

    def plan(self, session: Session, sheets: Sequence[Rows]) -> ListsPlan:
        return self._shown(make_plan(sheets, stored.load(session)))

    def take_in(self, session: Session, sheets: Sequence[Rows], digest: str) -> ListsPlan | None:
        before = stored.load(session)
        plan = make_plan(sheets, before)
        shown = self._shown(plan)
        if shown.digest != digest:
            return None
        write(session, plan, before)
        return shown

    def export(self, session: Session, name: str) -> bytes:
        return export.content(stored.load(session), name, self.zone)

    def _shown(self, plan: Plan) -> ListsPlan:
        digest = hashlib.sha256()
        lists = []
        for part in plan.tables:
            lines = export.changes(part, self.zone)
            digest.update("\n".join((part.table, *lines, "")).encode("utf-8", "replace"))
            counts = (len(part.new), len(part.changed), part.unchanged, part.refused, part.absent)
            lists.append(ListPlan(part.table, *counts, changes=tuple(lines[:_SHOWN])))
        refused = [Refused(one.file, one.line, one.column or "", one.text) for one in plan.problems]
        return ListsPlan(tuple(lists), tuple(refused[:_SHOWN]), digest.hexdigest())
