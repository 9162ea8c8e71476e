"""No more of a request is read than its route can use, whoever sends it."""

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


def limited(receive: Receive, limit: int, refusal: str) -> Receive:
    """`receive`, which raises HTTPException (413) with `refusal` once more than `limit` bytes have come."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413, refusal)
        return message

    return counted
