"""What every part takes from the settings, and the clock; imports next to nothing."""

from datetime import UTC, datetime

from models.settings import Settings
from workers import datafolder


def utc_now() -> datetime:
    return datetime.now(UTC)


def addresses(settings: Settings) -> tuple[str, ...]:
    """Our addresses as they are compared; the first is the main one."""
    return tuple(address.lower() for address in settings.addresses) or ("support@localhost",)


def secret(settings: Settings, name: str) -> str:
    """The setting of that name, or a random one kept in the data folder."""
    value = getattr(settings, name)
    return value.get_secret_value() if value is not None else datafolder.secret(settings.data, name)
