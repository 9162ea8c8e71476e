"""Makes the parts of a process from the settings; with `workers.service` the only place that knows them all."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

from classify.model import Classifier
from intake.channels.smtp import SmtpConfig
from intake.trust.resolver import Resolver
from models.db import Database
from models.errors import Misconfigured
from models.settings import Settings
from routing import profile as profiles
from routing.breaker import Scope
from workers import datafolder
from workers.cases.office import Office
from workers.deliver import telephone
from workers.desk import Desk
from workers.hotline.twilio_api import make_tape, own_number
from workers.stages import vouch
from workers.swapping import SwappingClassifier


def utc_now() -> datetime:
    return datetime.now(UTC)


def addresses(settings: Settings) -> tuple[str, ...]:
    """Our addresses as they are compared; the first is the main one."""
    return tuple(address.casefold() for address in settings.addresses) or ("support@localhost",)


def make_office(settings: Settings, token_key: bytes, clock: Callable[[], datetime] = utc_now) -> Office:
    """What the life of a case needs, by these settings."""
    return Office(
        clock=clock,
        addresses=addresses(settings),
        token_key=token_key,
        duty=settings.duty,
        default=settings.profile,
        means=frozenset({"email"}) | telephone.means(settings),
        notice_limit=settings.notice_limit_per_hour,
    )


def make_desk(
    settings: Settings,
    database: Database,
    token_key: bytes,
    clock: Callable[[], datetime] = utc_now,
    classifier: Classifier | None = None,
) -> Desk:
    """The desk of these settings, with its classifier loaded unless another one is given."""
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
        staff=frozenset(entry.casefold() for entry in settings.staff),
        voucher=_voucher(settings),
        tape=make_tape(settings),
        number=own_number(settings),
        countries=settings.twilio_countries,
    )


def _voucher(settings: Settings) -> vouch.Voucher:
    match settings.trust:
        case "dns":
            return vouch.ByDns(Resolver(settings.dns))
        case "relay":
            return vouch.by_relay(settings.authserv_id)
        case _:
            return vouch.by_nobody


def smtp_config(settings: Settings) -> SmtpConfig:
    """The endpoint's configuration.

    Raises:
        Misconfigured: the certificate cannot be used.
    """
    tls = None
    if settings.smtp_certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            tls.load_cert_chain(settings.smtp_certificate, settings.smtp_key)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(f"smtp_certificate and smtp_key cannot be used: {error}") from error
    return SmtpConfig(
        host=settings.smtp_host,
        port=settings.smtp_port,
        addresses=settings.addresses,
        hostname=settings.smtp_hostname,
        lmtp=settings.smtp_protocol == "lmtp",
        tls=tls,
        size_limit=settings.smtp_size_limit,
        connection_limit=settings.smtp_connection_limit,
        recipient_limit=settings.smtp_recipient_limit,
    )


def secret(settings: Settings, name: str) -> str:
    """The setting of that name, or a random one kept in the data folder."""
    value = getattr(settings, name)
    return value.get_secret_value() if value is not None else datafolder.secret(settings.data, name)
