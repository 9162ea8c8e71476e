"""Where the broker is, as the setting says it. An address may hold a name and a password: nothing here shows one."""

import re
from urllib.parse import unquote, urlsplit

from models import database_url

REDIS = ("redis", "rediss")
RABBITMQ = ("amqp", "amqps")
POSTGRESQL = ("postgresql", "postgres")
_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}
_WRITE = "write redis://HOST/0, amqp://USER:PASSWORD@HOST/ or postgresql://USER:PASSWORD@HOST/NAME, or leave it out"


def checked(url: str) -> str:
    """The address as the broker's client takes it.

    Raises:
        ValueError: it is none; the message says what to write, and nothing of what was written.
    """
    scheme, found, rest = url.partition("://")
    if not found or scheme not in (*REDIS, *RABBITMQ, *POSTGRESQL):
        raise ValueError(f"it is for Redis, RabbitMQ or PostgreSQL; {_WRITE}")
    if scheme in POSTGRESQL:
        url = f"postgresql://{rest}"
        database_url.checked(url)
        return url
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise ValueError(f"it cannot be read; {_WRITE}, with %40 for @ and %2F for / in a password")
    return url


def scheme(url: str) -> str:
    """What kind of server it is: the part before `://`."""
    return url.partition("://")[0]


def shown(url: str) -> str:
    """The address without what nobody should see."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname or ''}" + (f":{port}" if port else "")


def masked(url: str, said: str) -> str:
    """What a server or its client said, in one line, without the name and the password of this address."""
    parts = urlsplit(url)
    text = " ".join(said.split()).rstrip(".")
    for secret in filter(None, (parts.password, parts.username)):
        for form in (secret, unquote(secret)):
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", "…", text)
    return text[:300]
