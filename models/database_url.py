"""Where the database is, as the setting says it. An address may hold a password: nothing here shows one."""

from collections.abc import Mapping

SQLITE = "sqlite:///"
_WRITE = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"


def checked(url: str) -> str:
    """The address as the engine takes it.

    Raises:
        ValueError: it is none; the message says what to write, and nothing of what was written.
    """
    if ":memory:" in url or url == SQLITE:
        raise ValueError("a database in memory keeps no promise; write sqlite:///PATH")
    if url.startswith(SQLITE):
        return url
    from sqlalchemy import make_url  # noqa: PLC0415 - commands that ask no database start in half the time
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    scheme, found, rest = url.partition("://")
    if not found or scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError(f"it is for SQLite or PostgreSQL; {_WRITE}")
    url = f"postgresql+psycopg://{rest}"
    try:
        parsed = make_url(url)
        if "@" in (parsed.host or ""):
            raise ArgumentError  # the rest of a password
    except (ArgumentError, ValueError):
        raise ValueError(f"it cannot be read; {_WRITE}, with %40 for @ and %2F for / in a password") from None
    if not parsed.database:
        raise ValueError(f"it names no database; {_WRITE}")
    _check_options(parsed.query)
    return url


def _check_options(options: Mapping[str, object]) -> None:
    from psycopg import ProgrammingError  # noqa: PLC0415 - SQLite does without
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    for name in options:
        try:
            make_conninfo("", **{name: "x"})
        except ProgrammingError:
            raise ValueError(f"there is no option {name!r} for a connection to PostgreSQL") from None


def shown(url: str) -> str:
    """The address without what nobody should see."""
    if url.startswith(SQLITE):
        return url
    from sqlalchemy import make_url  # noqa: PLC0415 - as above

    parsed = make_url(url)
    host = "" if parsed.host is None else parsed.host + (f":{parsed.port}" if parsed.port else "")
    user = f"{parsed.username}@" if parsed.username else ""
    return f"postgresql://{user}{host}/{parsed.database}"
