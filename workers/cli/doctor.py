"""Looks at each thing that has to work, and says what to mend."""

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from intake.channels import imap
from intake.trust.resolver import Resolver, Unanswered
from models import bodies, database_url, held
from models.db import Database, refuse_newer
from models.errors import FirstlineError, Misconfigured, Temporary
from models.migrations import HEAD
from models.settings import Settings
from routing import profile as profiles
from workers import datafolder, listening, modelstore, storage, stuck, token_key
from workers.backup import last
from workers.basics import utc_now
from workers.brokers import check as brokers
from workers.cli import doctor_people as people
from workers.deliver.email import Relay
from workers.hotline import check as hotline
from workers.starting.smtp import smtp_config
from workers.ways import make_provider

_NONE_YET = "not known before the first start"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `text` is the state where it is well, else what to do."""

    name: str
    ok: bool
    text: str


def examine(settings: Settings) -> Iterator[Finding]:
    """All checks that these settings call for, each as it is made, since a server that does not answer takes its time.
    Nothing is changed but the data folder, which is made."""
    checks: dict[str, Callable[[], str]] = {
        "settings": lambda: _settings(settings),
        "data folder": lambda: _data_folder(settings),
        "disk": lambda: _disk(settings),
        "database": lambda: _database(settings),
        "broker": lambda: brokers.check(settings.broker_url.get_secret_value()),
        "storage": lambda: _asked(database, bodies.verify),
        "token key": lambda: _asked(database, partial(token_key.check, settings)),
        "profile": lambda: _profile(settings, database),
        "classifier": lambda: _classifier(settings),
        "smtp": lambda: _port("SMTP", settings.smtp_host, settings.smtp_port, "FIRSTLINE_SMTP"),
        "web": lambda: _web_port(settings),
        "certificate": lambda: "STARTTLS is offered" if smtp_config(settings).tls else "none set: no STARTTLS",
        "trust": lambda: _trust(settings),
        "relay": lambda: _relay(settings, known),
        "staff": lambda: _asked(database, partial(_staff, settings=settings)),
        "rota": lambda: _asked(database, lambda session: people.rota(session, utc_now())),
        "held": lambda: _asked(database, _held),
        "backup": lambda: _asked(database, _backup),
        "hotline": lambda: hotline.check(settings),
        "transcriber": lambda: hotline.check_transcriber(settings),
        "provider": lambda: _provider(settings),
    }
    with ExitStack() as stack:
        database = _existing_database(settings, stack)
        known = None if isinstance(database, str) else database
        for account in settings.imap:
            checks[f"mailbox {account.name}"] = lambda account=account: imap.check(account, known)  # type: ignore[misc]
        for name, question in {**stuck.QUESTIONS, **stuck.SLOW}.items():
            checks.setdefault(name, lambda question=question: _asked(database, partial(_well, question=question)))  # type: ignore[misc]
        for name, check in checks.items():
            yield _examine(name, check)


def _existing_database(settings: Settings, stack: ExitStack) -> Database | str:
    """The database, or why it is not asked. It is where the latest refresh tokens are: one that was used up by a try
    would lock the pollers out."""
    if storage.is_to_be_made(settings):
        return _NONE_YET
    database = storage.open_database(settings)
    stack.callback(database.close)
    try:
        storage.refuse_emptied(settings, database)
        revision = database.revision()
    except Temporary:
        return "not known while the database does not answer"
    except Misconfigured:
        return "not known while the database is empty"
    if revision is None:
        return _NONE_YET
    return database if revision == HEAD else "not known until database and program are of one version"


def _examine(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except FirstlineError as error:
        return Finding(name, False, str(error))


def _asked(database: Database | str, check: Callable[[Session], str]) -> str:
    if isinstance(database, str):
        return database
    with database.reading() as session:
        return check(session)


def _profile(settings: Settings, database: Database | str) -> str:
    versions = {name: profiles.load(name).version for name in profiles.names()}
    default = profiles.load(settings.profile)
    if not isinstance(database, str):
        with database.reading() as session:
            people.refuse_lost_schemes(session, default.name, utc_now())
    return f"{default.name}, version {versions[default.name]}"


def _staff(session: Session, settings: Settings) -> str:
    return people.staff(session, profiles.load(settings.profile), settings.duty, utc_now())


def _held(session: Session) -> str:
    if count := held.count(session):
        waiting = f"messages wait for a person since a backup was restored, {count} in all"
        raise FirstlineError(f"{waiting}: firstline held list")
    return "no message is held"


def _backup(session: Session) -> str:
    if problem := last.problem(session, utc_now()):
        raise FirstlineError(problem)
    made_at = last.made_at(session)
    return f"the last is of {made_at:%Y-%m-%d %H:%M} UTC" if made_at else "none yet: firstline backup, each night"


def _settings(settings: Settings) -> str:
    if not settings.addresses:
        raise FirstlineError("no support address: set FIRSTLINE_ADDRESSES=support@your.domain, else mail is deferred")
    return f"mail is taken for {', '.join(settings.addresses)}"


def _data_folder(settings: Settings) -> str:
    datafolder.prepare(settings.data)
    return str(settings.data)


def _database(settings: Settings) -> str:
    if storage.is_to_be_made(settings):
        return f"{database_url.shown(settings.resolved_database_url)}: none yet; made at the first start"
    database = storage.open_database(settings)
    try:
        storage.refuse_emptied(settings, database)
        server, revision, damage = database.server(), database.revision(), database.damage()
    finally:
        database.close()
    refuse_newer(revision)
    where = f"{database_url.shown(settings.resolved_database_url)}, {server}"
    if damage:
        raise FirstlineError(
            f"{where}: the file is damaged ({damage}); stop firstline, keep a copy of the data folder, and go back to "
            "the latest backup: docs/runbook.md, FirstlineDatabaseDown"
        )
    if revision is None:
        return f"{where}: empty; made at the first start"
    later = "" if revision == HEAD else f"; brought to {HEAD} at the next start"
    return f"{where}: at revision {revision}{later}"


def _disk(settings: Settings) -> str:
    if problem := stuck.disk(settings.data):
        raise FirstlineError(problem)
    return "there is room"


def _well(session: Session, question: stuck.Question) -> str:
    if problem := question(session, utc_now()):
        raise FirstlineError(problem)
    return "nothing is stuck"


def _classifier(settings: Settings) -> str:
    promoted = None if settings.model else modelstore.chosen(modelstore.own_folder(settings))
    if promoted is not None and not promoted.is_dir():
        raise Misconfigured(f"{promoted}, which was promoted, is gone: bring it back from a backup, or promote another")
    return f"version {modelstore.load_classifier(settings).version}"  # by its name alone nobody knows that it is whole


def _port(who: str, host: str, port: int, setting: str) -> str:
    """Free, or taken by what is probably a running Firstline."""
    try:
        with listening.listen(host, port):
            return f"{listening.shown(host, port)} is free"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"{listening.shown(host, port)} is in use, by a running firstline if all is well"
        raise listening.refused(who, host, port, setting, error) from error


def _web_port(settings: Settings) -> str:
    if settings.web_port and settings.web_port == settings.smtp_port:
        raise FirstlineError(f"port {settings.web_port} is SMTP's already; set FIRSTLINE_WEB_PORT")
    return _port("the web", settings.web_host, settings.web_port, "FIRSTLINE_WEB")


def _trust(settings: Settings) -> str:
    if settings.trust == "off":
        return "off: nobody checks where mail comes from; set FIRSTLINE_TRUST=dns, or relay"
    if settings.trust == "relay":
        return f"the Authentication-Results of {settings.authserv_id} are believed"
    try:
        Resolver(settings.dns).texts("example.com")
    except Unanswered as error:
        raise FirstlineError(f"the name server does not answer ({error}); set FIRSTLINE_DNS=ADDRESS:PORT") from error
    return "SPF, DKIM and DMARC are looked up"


def _provider(settings: Settings) -> str:
    provider = make_provider(settings, utc_now)
    return provider.check() if provider is not None else "none set: people log in by their passwords"


def _relay(settings: Settings, database: Database | None) -> str:
    if not settings.relay_host:
        return f"none set: acknowledgements are written to {settings.data / 'outbox'}"
    relay = Relay(settings, database)
    try:
        return relay.check()
    finally:
        relay.close()
