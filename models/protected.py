"""Where a secret may be sent."""

from urllib.parse import urlsplit


def is_protected(url: str) -> bool:
    """True for an address with https, and with http on this machine."""
    found = urlsplit(url)
    is_here = found.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(found.hostname) and (found.scheme == "https" or (found.scheme == "http" and is_here))
