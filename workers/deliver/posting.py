"""One signed POST to a receiver of webhooks: to an address that was looked at, within a time that counts for all of
it, and without following where it points to."""

import asyncio
import base64
import hashlib
import hmac
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import receivers, webhooks
from models.receivers import Network, Place
from models.tables import DeliveryRow, WebhookRow

LIMIT_SECONDS = 10.0
_LIMIT_HEAD = 64 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: |\r\n)")
_RETRY_AFTER = re.compile(rb"\r\nretry-after:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)


class NotPosted(Exception):
    """There was no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said; the rest of it is not read. `wait` is how long it asks us to."""

    status: int
    wait: timedelta | None = None


class Poster:
    """Posts what the rows say. `allowed` are networks that may be reached beside the internet."""

    def __init__(self, allowed: Sequence[Network] = (), limit_seconds: float = LIMIT_SECONDS) -> None:
        self._allowed = allowed
        self._limit_seconds = limit_seconds
        self._tls = ssl.create_default_context()

    def post(self, webhook: WebhookRow, row: DeliveryRow, now: datetime) -> Answer:
        """Raises NotPosted."""
        try:
            there = receivers.place(webhook.url)
            return asyncio.run(
                asyncio.wait_for(self._post(there, headers(webhook, row, now), row.content), self._limit_seconds)
            )
        except TimeoutError as error:
            raise NotPosted(f"no answer within {self._limit_seconds:g} seconds") from error
        except asyncio.IncompleteReadError as error:
            raise NotPosted("the receiver closed the connection before it had answered") from error
        except asyncio.LimitOverrunError as error:
            raise NotPosted("what answered did not speak HTTP/1.1") from error
        except (OSError, ValueError) as error:  # also a certificate that does not fit, a name that cannot be looked up
            raise NotPosted(str(error)) from error

    async def _post(self, there: Place, told: dict[str, str], content: bytes) -> Answer:
        reader, writer = await self._connected(there)
        try:
            lines = [f"POST {there.target} HTTP/1.1", f"Host: {there.authority}"]
            lines += [f"{name}: {value}" for name, value in told.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode("ascii") + content)
            return await _answer(reader)
        finally:
            writer.transport.abort()  # what else it says is not waited for
            await asyncio.sleep(0)  # until the transport has let go of its socket

    async def _connected(self, there: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the first address of the host that takes one: of a name with two, such as localhost, often
        only one is listened at. None of them may take up the time of the others."""
        tls = self._tls if there.is_https else None
        addresses = await self._addresses(there)
        failed: OSError | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(self._limit_seconds / len(addresses)):
                    return await asyncio.open_connection(
                        address, there.port, ssl=tls, server_hostname=there.host if tls else None, limit=_LIMIT_HEAD
                    )
            except OSError as error:  # a TimeoutError is one
                failed = failed or error
        assert failed is not None
        raise failed

    async def _addresses(self, there: Place) -> list[str]:
        """The addresses of the host that may be reached, in the order in which they are tried."""
        found = await asyncio.get_running_loop().getaddrinfo(there.host, there.port, type=1)
        because, may_be = f"{there.host} has no address", list[str]()
        for *_, where in found:
            address = receivers.address(str(where[0]).partition("%")[0])
            if address is None:
                continue
            if (refused := receivers.refusal(address, there, self._allowed)) is None:
                may_be.append(str(address))
            else:
                because = refused
        if not may_be:
            raise NotPosted(because)
        return may_be


async def _answer(reader: asyncio.StreamReader) -> Answer:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        said = _STATUS.match(head)
        if said is None:
            raise NotPosted("what answered did not speak HTTP/1.1")
        if not said[1].startswith(b"1"):  # an interim answer (RFC 9110 section 15.2): the real one follows
            break
    asked = _RETRY_AFTER.search(head)
    return Answer(int(said[1]), timedelta(seconds=int(asked[1])) if asked else None)


def headers(webhook: WebhookRow, row: DeliveryRow, now: datetime) -> dict[str, str]:
    """What goes with a delivery, as Standard Webhooks has it: the signature is over id, time and content."""
    sent_at = str(int(now.timestamp()))
    keys = [webhook.secret, *webhooks.old_secrets(webhook, now)]
    return {
        "Content-Type": "application/json",
        "Content-Length": str(len(row.content)),
        "User-Agent": "Firstline-Webhooks/1",
        "Connection": "close",
        "webhook-id": row.id,
        "webhook-timestamp": sent_at,
        "webhook-signature": " ".join(f"v1,{_signed(key, row.id, sent_at, row.content)}" for key in keys),
    }


def _signed(secret: str, message_id: str, sent_at: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{message_id}.{sent_at}.".encode() + content
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode("ascii")
