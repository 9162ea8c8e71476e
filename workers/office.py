"""What the life of a case needs, made from the settings."""

from collections.abc import Callable
from datetime import datetime

from models.settings import Settings
from workers.basics import addresses, utc_now
from workers.cases.office import Office


def make_office(settings: Settings, token_key: bytes, clock: Callable[[], datetime] = utc_now) -> Office:
    """What the life of a case needs, by these settings."""
    return Office(
        clock=clock,
        addresses=addresses(settings),
        token_key=token_key,
        duty=settings.duty,
        default=settings.profile,
        means=frozenset({"email"}) | means_by_telephone(settings),
        notice_limit=settings.notice_limit_per_hour,
    )


def means_by_telephone(settings: Settings) -> frozenset[str]:
    """The ways by telephone in which these settings reach people."""
    has_account = settings.twilio_account_sid and settings.twilio_auth_token is not None
    if not has_account or not settings.twilio_number:
        return frozenset()
    return frozenset({"sms", "voice"} if settings.public_url else {"sms"})
