"""Makes the desk from the settings; it knows all that works on reports."""

from collections.abc import Callable
from datetime import datetime

from classify.model import Classifier
from intake.trust.resolver import Resolver
from models.db import Database
from models.settings import Settings
from routing import profile as profiles
from routing.breaker import Scope
from workers.basics import addresses, utc_now
from workers.desk import Desk
from workers.office import make_office
from workers.stages import vouch
from workers.stages.telephone import Tape
from workers.swapping import SwappingClassifier


def make_desk(
    settings: Settings,
    database: Database,
    token_key: bytes,
    clock: Callable[[], datetime] = utc_now,
    classifier: Classifier | None = None,
) -> Desk:
    """The desk of these settings, with its classifier loaded unless another one is given."""
    tape, number = _telephone(settings)
    return Desk(
        database=database,
        office=make_office(settings, token_key, clock),
        profile=profiles.load(settings.profile),
        classifier=classifier or SwappingClassifier(settings),
        addresses=addresses(settings),
        token_key=token_key,
        limits={
            Scope.ADDRESS: settings.ack_limit_per_hour,
            Scope.DOMAIN: settings.domain_limit_per_hour,
            Scope.CASE: settings.case_limit_per_hour,
            Scope.CONTENT: settings.content_limit,
            Scope.ALL: settings.mail_limit_per_hour,
        },
        clock=clock,
        staff=frozenset(entry.lower() for entry in settings.staff),
        voucher=_voucher(settings),
        tape=tape,
        number=number,
        countries=settings.twilio_countries,
    )


def _telephone(settings: Settings) -> tuple[Tape | None, str]:
    """What fetches recordings, and the number that text messages are sent from."""
    if not settings.twilio_account_sid:
        return None, ""
    from workers.hotline.twilio_api import make_tape, own_number  # noqa: PLC0415 - brings Twilio's library

    return make_tape(settings), own_number(settings)


def _voucher(settings: Settings) -> vouch.Voucher:
    match settings.trust:
        case "dns":
            return vouch.ByDns(Resolver(settings.dns))
        case "relay":
            return vouch.by_relay(settings.authserv_id)
        case _:
            return vouch.by_nobody
