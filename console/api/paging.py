"""Lists in pages. A cursor says after which row the next page begins, so that rows which come or go meanwhile neither
repeat nor hide others. Clients hand it back as it is: what is in it may change."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from console.api.problems import BAD_CURSOR, Fault, Refused

T = TypeVar("T")
Row = TypeVar("Row")
LARGEST, USUAL = 200, 50
# What a row's id, in any database, can be compared with.
_LARGEST_ID = 2**31 - 1


class Page(BaseModel, Generic[T]):
    """One page of a list. `next` is the cursor of the page after it, null on the last; the header `Link` has its
    whole address (RFC 8288)."""

    items: list[T]
    next: str | None = Field(description="cursor of the next page; null on the last")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for."""

    request: Request
    response: Response
    limit: int
    cursor: str | None

    def after(self, of: str, *kinds: type) -> tuple[Any, ...] | None:
        """The values of the row that the page comes after; None for the first page. `of` is the list's name.

        Raises:
            Refused: (422) the cursor is none of this list.
        """
        if self.cursor is None:
            return None
        try:
            name, *values = json.loads(urlsafe_b64decode(self.cursor.encode("ascii") + b"=="))
            if name != of:
                raise ValueError(name)
            return tuple(_read(value, kind) for value, kind in zip(values, kinds, strict=True))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:  # not ASCII, base64, JSON, these kinds
            fault = Fault(detail="give `next` of the page before, as it is", parameter="cursor")
            raise Refused(422, BAD_CURSOR, "the cursor is not one of this list", [fault]) from error

    def page(
        self, of: str, rows: Sequence[Row], key: Callable[[Row], Sequence[object]], show: Callable[[Row], T]
    ) -> Page[T]:
        """The page of these rows, of which one more was read than it holds."""
        items = [show(row) for row in rows[: self.limit]]
        if len(rows) <= self.limit:
            return Page(items=items, next=None)
        values = [str(value) if isinstance(value, datetime) else value for value in key(rows[self.limit - 1])]
        text = json.dumps([of, *values], separators=(",", ":"))
        cursor = urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")
        where = self.request.url.include_query_params(cursor=cursor)
        self.response.headers["Link"] = f'<{where.path}?{where.query}>; rel="next"'
        return Page(items=items, next=cursor)


def _read(value: object, kind: type) -> object:
    """Raises ValueError or TypeError where that is no value of this kind that a row can have."""
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if type(value) is not kind or (isinstance(value, int) and not 0 <= value <= _LARGEST_ID):
        raise TypeError(kind)
    if isinstance(value, str) and not value.isprintable():  # NUL, which PostgreSQL refuses, and half characters
        raise ValueError(kind)
    return value


def _paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="how many a page holds at most")] = USUAL,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next` of the page before, as it is")] = None,
) -> Paging:
    return Paging(request, response, limit, cursor)


Asked = Annotated[Paging, Depends(_paging)]
