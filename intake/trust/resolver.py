"""Names and texts out of the DNS, bounded in time, remembered for as long as they may be."""

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.exception
import dns.resolver
import spf

from models.errors import Misconfigured

LIFETIME_SECONDS = 3.0
_CACHED_NAMES = 20_000
_NOTHING = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
_TROUBLE = (dns.exception.DNSException, OSError)


class Unanswered(Exception):
    """No name server answered: what was asked may be found out later."""


class Resolver:
    """Asks the system's name servers, or the one that is named: `address` or `address:port`."""

    def __init__(self, server: str = "") -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
            if server:
                address, port = _split(server)
                self._resolver.nameservers = [address]
                self._resolver.port = port
        except (dns.exception.DNSException, ValueError, OSError) as error:
            raise Misconfigured(f"dns: {server or 'the system'} names no name server ({error})") from error
        self._resolver.cache = dns.resolver.LRUCache(_CACHED_NAMES)
        self._resolver.lifetime = LIFETIME_SECONDS

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each put together; none where there are none.

        Raises:
            Unanswered: nobody knows.
        """
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def dkim_text(self, name: bytes | str, timeout: float = LIFETIME_SECONDS) -> bytes | None:
        """The key record, as dkimpy asks for it."""
        name = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        found = self.texts(name.rstrip("."))
        return found[0].encode() if found else None

    def spf_lookup(self, name: str, kind: str, *_: Any, **__: Any) -> list[tuple[tuple[str, str], Any]]:
        """Records as pyspf wants them.

        Raises:
            spf.TempError: nobody knows.
        """
        try:
            return [((name, kind), _for_spf(record, kind)) for record in self._ask(name, kind)]
        except Unanswered as error:
            raise spf.TempError(f"DNS {error}") from error  # type: ignore[no-untyped-call]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except _NOTHING:
            return []
        except _TROUBLE as error:
            raise Unanswered(f"{kind} of {name[:100]}: {type(error).__name__}") from error


def _for_spf(record: Any, kind: str) -> Any:
    match kind:
        case "MX":
            return record.preference, record.exchange.to_text(omit_final_dot=True)
        case "PTR":
            return record.target.to_text(omit_final_dot=True)
        case "TXT" | "SPF":
            return record.strings
        case _:
            return record.address


def _split(server: str) -> tuple[str, int]:
    if server.startswith("["):
        address, closed, port = server[1:].partition("]")
        if not closed:
            raise ValueError("a bracket is missing")
        return str(ipaddress.ip_address(address)), int(port.lstrip(":") or 53)
    address, _, port = server.partition(":") if server.count(":") == 1 else (server, "", "")
    return str(ipaddress.ip_address(address)), int(port or 53)


_current = threading.local()


def _lookup(name: str, kind: str, *arguments: Any, **options: Any) -> list[tuple[tuple[str, str], Any]]:
    resolver: Resolver = _current.resolver
    return resolver.spf_lookup(name, kind, *arguments, **options)


@contextmanager
def used_by_spf(resolver: Resolver) -> Iterator[None]:
    """In the block pyspf asks this resolver. It has one lookup function for the whole process, so each thread says
    whose it means."""
    spf.DNSLookup = _lookup  # type: ignore[assignment]  # it passes them by name
    _current.resolver = resolver
    try:
        yield
    finally:
        del _current.resolver
