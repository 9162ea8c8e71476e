"""Where webhooks may go: https anywhere on the internet, http to this machine alone. Pure: who resolves a name asks
about the address that he found, and connects to that one."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST_URL = 2000
_PORTS = {"https": 443, "http": 80}
# IPv6 addresses that an IPv4 address is within (RFC 6052): a gateway may pass them on to it.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads. `is_local` says that it names this machine; `target` is path and query."""

    is_https: bool
    host: str
    port: int
    target: str
    is_local: bool

    @property
    def authority(self) -> str:
        """What the header Host says (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.is_https else "http"] else f"{host}:{self.port}"


def place(url: str) -> Place:
    """Where `url` leads.

    Raises:
        ValueError: nothing is sent there; the message says what to write instead.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or any(mark in url for mark in ' \\"<>'):
        raise ValueError(
            f"write an address of at most {LONGEST_URL} ASCII characters, such as https://hooks.example/desk"
        )
    parts = urlsplit(url)  # raises ValueError itself for what is in brackets and no address
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("write an address such as https://hooks.example/desk")
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave name and password out: what is sent is signed with the secret")
    if parts.fragment:
        raise ValueError("leave out what follows #: it is sent to nobody")
    host, port = parts.hostname, parts.port or _PORTS[parts.scheme]  # raises ValueError for no port
    is_local = host == "localhost" or ((literal := address(host)) is not None and plain(literal).is_loopback)
    if parts.scheme == "http" and not is_local:
        raise ValueError("write https://: http is for receivers on this machine alone, such as http://127.0.0.1:9000/")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme == "https", host, port, target, is_local)


def refusal(found: Address, there: Place, allowed: Sequence[Network]) -> str | None:
    """Why nothing is sent to the address that `there` led to; None where it may be. `allowed` are networks that may be
    reached beside the internet."""
    found = plain(found)
    if found.is_loopback and there.is_local:
        return None  # the URL says so: a name that leads here does not
    if any(found in network for network in allowed if network.version == found.version):
        return None
    if found.is_global and not found.is_multicast:
        return None
    return f"{found} is no address on the internet; FIRSTLINE_WEBHOOK_NETWORKS can allow its network"


def network(text: str | Network) -> Network:
    """The network of that name, such as 10.20.0.0/16.

    Raises:
        ValueError: it is none; the message says what to write instead.
    """
    try:
        return ipaddress.ip_network(str(text).strip())
    except ValueError as error:
        raise ValueError(f"{error}; write a network such as 10.20.0.0/16 or an address such as 192.168.7.4") from error


def address(text: str) -> Address | None:
    """The address that a URL names literally; None where it names a host."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def plain(found: Address) -> Address:
    """The IPv4 address within an IPv6 one, where there is one."""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return found.ipv4_mapped
        if found.sixtofour is not None:
            return found.sixtofour
        if found in _NAT64:
            return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def check(url: str, allowed: Sequence[Network]) -> None:
    """Refuse what is known to be refused when it is sent.

    Raises:
        ValueError: as `place`, or the URL names an address that is not reached.
    """
    there = place(url)
    literal = address(there.host)
    if literal is not None and (because := refusal(literal, there, allowed)):
        raise ValueError(because)
