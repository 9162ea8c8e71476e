"""Times as they come in with the addresses of pages. In the first and the last year that Python knows no other zone can
tell some of them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

YEARS = range(2000, 2100)  # as far as the calendars reach


def _in_reach(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError(f"the calendars reach from {YEARS[0]} to {YEARS[-1]}")
    return moment


Moment = Annotated[datetime, AfterValidator(_in_reach)]
