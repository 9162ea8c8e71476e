"""Puts the parts together for one process; starts and stops them in the right order."""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from enum import StrEnum
from functools import cache, partial

from console.app import create_app
from console.services import Services
from console.twilio.door import TwilioDoor
from intake.channels.imap import MailboxPoller
from intake.channels.imap_turn import Turn
from intake.channels.smtp import SmtpEndpoint
from models.errors import Misconfigured
from models.settings import Settings
from routing import profile as profiles
from workers import datafolder, storage
from workers.admin.services import admin_services
from workers.attached import attached
from workers.broker import OUTGOING, REPORTS, WEBHOOKS
from workers.cases.acts import Acts
from workers.cases.assign import assigner
from workers.cases.correct import corrector
from workers.cases.joining import Joining
from workers.cases.lost import note_lost
from workers.cases.office import keep_versions
from workers.cases.sent import note_sent
from workers.claims import release_dead
from workers.compose import make_desk, make_office, secret, smtp_config, utc_now
from workers.console_pages import page_services
from workers.deliver.email import make_sender
from workers.deliver.outgoing import Deliverer
from workers.deliver.posting import Poster
from workers.deliver.telephone import make_senders
from workers.deliver.webhooks import WebhookDeliverer
from workers.hotline.door import make_door
from workers.hotline.program import Program, make_program
from workers.hotline.transcriber import Transcriber
from workers.metrics import Metrics
from workers.monitor import make_monitor
from workers.owner import own_name
from workers.pollers import Pollers
from workers.readiness import Readiness
from workers.reports.documents import Documents
from workers.retention import Keeper, rules
from workers.runner import Runner
from workers.swapping import SwappingClassifier
from workers.sweep import Sweeper
from workers.timers import Timers
from workers.tracing.accepting import TracedAcceptor
from workers.tracing.traces import make_traces
from workers.wakeups import Wakeups
from workers.ways import make_ways
from workers.web import WebServer

log = logging.getLogger(__name__)


class Part(StrEnum):
    """What a process can do; `firstline up` does all of it."""

    SMTP = "smtp"
    POLL = "poll"
    WEB = "web"
    WORKER = "worker"
    TIMERS = "timers"


class Service:
    """One process of the product. Parts in the same process wake each other; over process borders a broker
    carries the wake-ups where one is set, and the sweeper of the worker finds what is due in any case."""

    def __init__(self, settings: Settings, parts: frozenset[Part] = frozenset(Part)) -> None:
        self._settings = settings
        self._parts = parts
        whole = parts == frozenset(Part)
        self._owner = own_name(settings, whole)
        waiting = {"broker": "not started yet", "model": "the classifier is still being loaded"}
        self._not_ready = waiting if Part.WORKER in parts else {}
        self._wakeups = Wakeups(settings.broker_url.get_secret_value())
        self._door: TwilioDoor | None = None
        self._stack = ExitStack()
        datafolder.prepare(settings.data)
        if whole:
            self._stack.callback(datafolder.FolderLock(settings.data).release)
        self._profile = profiles.load(settings.profile)
        self._token_key = secret(settings, "token_key").encode()
        self._database = storage.open_database(settings)
        self._stack.callback(self._database.close)
        self._metrics = Metrics(self._database, utc_now)
        self._traces = make_traces(settings.traces_url, "up" if whole else "+".join(sorted(parts)), self._owner)
        self._stack.callback(self._traces.close)
        self._metrics.watch_disk(settings.data)
        if self._wakeups.has_broker:
            self._metrics.watch_broker(self._wakeups.problem)
        has_timers = Part.TIMERS in parts
        self._readiness = Readiness(self._database, utc_now, settings.data, self._wakeups, self._not_ready, has_timers)
        self._office = make_office(settings, self._token_key)
        # Loaded by whoever needs it first: a web of its own may never do.
        self._classifier = cache(partial(SwappingClassifier, settings))

    def start(self) -> Mapping[str, int]:
        """Start the parts, intake first: mail is taken while the model still loads.

        Returns:
            the ports listened on, by part.

        Raises:
            Misconfigured: something cannot be started with these settings; nothing is left running.
        """
        try:
            storage.start(self._database)
            keep_versions(self._database, utc_now())
            self._stack.callback(self._wakeups.stop)
            if self._parts & {Part.WORKER, Part.POLL}:
                release_dead(self._database, self._owner, utc_now())
            if Part.WORKER not in self._parts:
                self._wakeups.start_calling()
            ports = self._start_intake()
            if Part.WEB in self._parts:
                ports["web"] = self._start_web()
            elif self._settings.monitor_port is not None:
                monitor = make_monitor(
                    self._settings, self._readiness.needed, self._readiness.remarks, self._metrics.text
                )
                ports["monitor"] = monitor.start()
                self._stack.callback(monitor.stop)
            if Part.WORKER in self._parts:
                self._start_worker()
            if Part.TIMERS in self._parts:
                self._start_timers()
        except BaseException:
            self.stop()
            raise
        return ports

    def stop(self) -> None:
        """Stop in the reverse order; what was accepted is in the database."""
        self._stack.close()

    def wake(self, job: str = REPORTS) -> None:
        self._wakeups.wake(job)

    def _turn(self, account: str) -> Turn:
        return Turn(self._database, account, self._owner)

    def _start_intake(self) -> dict[str, int]:
        ports: dict[str, int] = {}
        if not self._parts & {Part.SMTP, Part.POLL, Part.WEB}:
            return ports
        acceptor = TracedAcceptor(self._database, self.wake, self._metrics.report_accepted, self._traces)
        self._stack.callback(acceptor.close)
        if Part.WEB in self._parts:
            self._door = make_door(
                self._settings,
                self._database,
                self._office,
                self._profile.hours.zone,
                acceptor.accept,
                utc_now,
                self.wake,
                self._metrics.transcribed,
            )
            self._stack.callback(self._door.close if self._door else lambda: None)
        if Part.SMTP in self._parts:
            endpoint = SmtpEndpoint(smtp_config(self._settings), acceptor.submit, utc_now)
            try:
                ports["smtp"] = endpoint.start()
            except OSError as error:
                where = f"{self._settings.smtp_host}:{self._settings.smtp_port}"
                raise Misconfigured(
                    f"SMTP cannot listen on {where}: {error.strerror}; set FIRSTLINE_SMTP_PORT"
                ) from error
            self._stack.callback(endpoint.stop)
        if Part.POLL in self._parts and self._settings.imap:
            pollers = Pollers(
                [
                    MailboxPoller(account, self._database, acceptor.accept_fetched, utc_now, self._turn(account.name))
                    for account in self._settings.imap
                ]
            )
            pollers.start()
            self._stack.callback(pollers.stop)
        return ports

    def _start_web(self) -> int:
        documents = Documents(self._database, profiles.load(self._settings.profile), utc_now)
        services = Services(
            database=self._database,
            api_token=secret(self._settings, "api_token"),
            clock=utc_now,
            readiness=self._readiness.needed,
            remarks=self._readiness.remarks,
            metrics=self._metrics.text,
            correct=corrector(self._office, self._profile),
            acts=Acts(self._office),
            assign=assigner(self._office, self._profile),
            joins=Joining(self._office, self._classifier),
            wake=self.wake,
            attachment=attached,
            monthly_report=documents.monthly,
            accident_report=documents.accident,
            twilio=self._door,
            pages=page_services(
                self._office,
                self._profile,
                self._settings.public_url,
                make_ways(self._settings, self._token_key, utc_now),
                admin_services(self._settings, self._database, self._office, self._profile),
            ),
            api_limit=self._settings.api_limit_per_minute,
            webhook_networks=self._settings.webhook_networks,
        )
        app = create_app(services)
        server = WebServer(app, self._settings.web_host, self._settings.web_port)
        port = server.start()
        self._stack.callback(server.stop)
        self._stack.callback(app.state.live.close)  # else the server waits for pages that stay open
        return port

    def _start_worker(self) -> None:
        program = make_program(self._settings)  # before the model is loaded: it may be none that can be run
        desk = make_desk(self._settings, self._database, self._token_key, classifier=self._classifier())
        self._not_ready["model"] = ""
        traces = self._traces
        runner = Runner(desk, self._owner, lambda: self.wake(OUTGOING), self._metrics.report_done, traces=traces)
        telephone = make_senders(self._settings, self._database, utc_now)
        senders = {"email": make_sender(self._settings, self._database), **telephone}
        sent = partial(note_sent, office=self._office)
        lost = partial(note_lost, office=self._office)
        seen = self._metrics
        deliverer = Deliverer(
            self._database, senders, utc_now, self._owner, sent, seen.message_tried, lost, seen.report_answered, traces
        )
        self._stack.callback(deliverer.close)
        poster = Poster(self._settings.webhook_networks)
        told = WebhookDeliverer(self._database, poster, utc_now, self._owner, self._metrics.webhook_tried)
        jobs: dict[str, Callable[[], object]] = {REPORTS: runner.run, OUTGOING: deliverer.run, WEBHOOKS: told.run}
        self._wakeups.start_working(jobs, self._settings.workers)
        self._not_ready["broker"] = ""
        self._stack.callback(self._wakeups.stop)
        self._stack.callback(told.stop)
        self._stack.callback(deliverer.stop)  # else the broker waits until nothing is due any more
        self._stack.callback(runner.stop)
        if program is not None:
            self._start_transcriber(program)
        keeper = Keeper(self._database, rules(self._settings))
        sweeper = Sweeper(self._database, utc_now, self.wake, keeper.look)
        sweeper.start()
        self._stack.callback(sweeper.stop)

    def _start_transcriber(self, program: Program) -> None:
        program.clear()
        seen = self._metrics.transcribed
        transcriber = Transcriber(self._database, program, utc_now, self._owner, self.wake, seen)
        transcriber.start()
        self._stack.callback(transcriber.stop)

    def _start_timers(self) -> None:
        wake, seen = partial(self.wake, OUTGOING), self._metrics
        timers = Timers(self._database, self._office, wake, seen.step_done, seen.steps_repaired, seen.deadline_missed)
        timers.start()
        self._stack.callback(timers.stop)
