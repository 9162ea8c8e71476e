"""A part of what is handed out, as players ask for it (RFC 9110 section 14)."""

import re
from collections.abc import Mapping

from fastapi import HTTPException, Response

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def ranged(content: bytes, media_type: str, headers: Mapping[str, str], asked: Mapping[str, str]) -> Response:
    """`content`, or the one part of it that the request headers `asked` name. Several parts at once, other units and
    what is not understood get the whole, as they may (section 14.2); so does If-Range, since what we hand out has no
    validator that it could name.

    Raises:
        HTTPException: (416) it has no such part.
    """
    headers = {**headers, "Accept-Ranges": "bytes"}
    found = _ONE_RANGE.fullmatch(asked.get("range", "").strip())
    if found is None or not any(found.groups()) or "if-range" in asked:
        return Response(content, media_type=media_type, headers=headers)
    first, end = _bounds(found[1], found[2], len(content))
    if first >= end:
        raise HTTPException(416, "there is no such part of it", {"Content-Range": f"bytes */{len(content)}"})
    headers |= {"Content-Range": f"bytes {first}-{end - 1}/{len(content)}"}
    return Response(content[first:end], 206, headers, media_type)


def _bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """Where the part begins, and where what follows it does."""
    if not first:
        return max(length - int(last), 0), length
    return int(first), min(int(last) + 1, length) if last else length
