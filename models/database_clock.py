"""The time by the database's clock: processes on several machines share no other."""

from sqlalchemy import ColumnElement, Double, cast, extract, func
from sqlalchemy.orm import Session

_EPOCH = 2440587.5  # 1970-01-01 as a Julian day
_DAY_SECONDS = 86400.0


def now(session: Session) -> ColumnElement[float]:
    """Seconds since 1970, as an expression for statements of this session."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(extract("epoch", func.clock_timestamp()), Double)
    return (func.julianday("now", type_=Double) - _EPOCH) * _DAY_SECONDS
