"""What a message of ours belongs to, as fields of a log event: the log is searched by report and by case."""

from collections.abc import Sequence

from models.tables import OutgoingRow
from models.values import case_number


def named(row: OutgoingRow) -> dict[str, object]:
    """One message."""
    case = case_number(row.case_id)
    return {"outgoing": row.id, "report": row.report_id, "case": case, "kind": row.kind, "channel": row.channel}


def all_named(rows: Sequence[OutgoingRow]) -> dict[str, list[str]]:
    """Several."""
    return {"outgoings": [row.id for row in rows], "reports": [row.report_id for row in rows if row.report_id]}
