"""Times as they come in with the addresses of pages. In the first and the last year that Python knows no other zone can
tell some of them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

from models.values import CALENDAR_YEARS


def _in_reach(moment: datetime) -> datetime:
    if moment.year not in CALENDAR_YEARS:
        raise ValueError(f"the calendars reach from {CALENDAR_YEARS[0]} to {CALENDAR_YEARS[-1]}")
    return moment


Moment = Annotated[datetime, AfterValidator(_in_reach)]
