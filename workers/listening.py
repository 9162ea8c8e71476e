"""Where a part listens: on an address of IPv4 or IPv6, or on all of both."""

import errno
import socket

from models.errors import Misconfigured

# All addresses; IPv4's as well, where the system lets one socket take both.
_ALL = "::"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        OSError: the address is taken, not of this machine, or not allowed.
    """
    if ":" not in host:
        return socket.create_server((host, port), backlog=512)
    takes_both = host == _ALL and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=socket.AF_INET6, backlog=512, dualstack_ipv6=takes_both)


def shown(host: str, port: int) -> str:
    """As it stands in a URL (RFC 3986 section 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def refused(who: str, host: str, port: int, setting: str, error: OSError) -> Misconfigured:
    """What to say where a part cannot listen. `setting` is that of its host or port, without the last word."""
    # `create_server` passes on what the resolver says as an OSError of its own, with the number alone.
    is_elsewhere = error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, socket.EAI_NONAME, socket.EAI_AGAIN)
    wanted = "HOST" if is_elsewhere else "PORT"
    return Misconfigured(f"{who} cannot listen on {shown(host, port)}: {error.strerror}; set {setting}_{wanted}")
