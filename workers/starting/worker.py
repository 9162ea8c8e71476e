"""The part that processes reports and sends what we write."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from workers.basics import utc_now
from workers.broker import OUTGOING, REPORTS, WEBHOOKS
from workers.cases.lost import note_lost
from workers.cases.sent import note_sent
from workers.deliver.email import MailSender, make_sender
from workers.deliver.outgoing import Deliverer
from workers.deliver.posting import Poster
from workers.deliver.webhooks import WebhookDeliverer
from workers.hotline.program import Program, make_program
from workers.hotline.transcriber import Transcriber
from workers.pool.pool import Pool
from workers.readiness import Readiness
from workers.retention import Keeper, rules
from workers.shared import Shared
from workers.sweep import Sweeper

if TYPE_CHECKING:
    from workers.runner import Runner


def start(shared: Shared, readiness: Readiness, pool: Pool | None) -> None:
    """Work on what is due from now on, once the classifier is loaded: reports in the `pool` where there is one.

    Raises:
        Misconfigured: it cannot with these settings.
    """
    settings, wakeups = shared.settings, shared.wakeups
    program = make_program(settings)  # before the model is loaded: it may be none that can be run
    runner = _runner(shared) if pool is None else None
    if pool is not None:
        pool.wait()
        pool.wake()
    readiness.not_ready["model"] = ""
    deliverer = _deliverer(shared)
    shared.stack.callback(deliverer.close)
    poster = Poster(settings.webhook_networks)
    observe = shared.metrics.webhook_tried
    told = WebhookDeliverer(shared.database, poster, utc_now, shared.owner, observe, settings.workers)
    jobs: dict[str, Callable[[], object]] = {OUTGOING: deliverer.run, WEBHOOKS: told.run}
    if runner is not None:
        jobs[REPORTS] = runner.run
    wakeups.start_working(jobs, settings.workers, {REPORTS: pool.wake} if pool is not None else {})
    readiness.not_ready["broker"] = ""
    shared.stack.callback(wakeups.stop)
    shared.stack.callback(told.stop)
    shared.stack.callback(deliverer.stop)  # else the broker waits until nothing is due any more
    if runner is not None:
        shared.stack.callback(runner.stop)
    if program is not None:
        _start_transcriber(shared, program)
    keeper = Keeper(shared.database, rules(settings))
    sweeper = Sweeper(shared.database, utc_now, shared.wake, keeper.look)
    sweeper.start()
    shared.stack.callback(sweeper.stop)


def _runner(shared: Shared) -> "Runner":
    from workers.compose import make_desk  # noqa: PLC0415 - what works on reports is not needed beside a pool
    from workers.runner import Runner  # noqa: PLC0415 - likewise
    from workers.warm_up import warm_up  # noqa: PLC0415 - likewise

    desk = make_desk(shared.settings, shared.database, shared.token_key, classifier=shared.classifier)
    warm_up(shared.settings, desk.classifier)
    wake = partial(shared.wake, OUTGOING)
    return Runner(desk, shared.owner, wake, shared.metrics.report_done, traces=shared.traces)


def _by_telephone(shared: Shared) -> dict[str, MailSender]:
    if not shared.settings.twilio_account_sid:
        return {}
    from workers.deliver.telephone import make_senders  # noqa: PLC0415 - brings Twilio's library

    return make_senders(shared.settings, shared.database, utc_now)


def _deliverer(shared: Shared) -> Deliverer:
    database, office = shared.database, shared.office
    senders = {"email": make_sender(shared.settings, database), **_by_telephone(shared)}
    sent, lost = partial(note_sent, office=office), partial(note_lost, office=office)
    seen = shared.metrics
    return Deliverer(
        database, senders, utc_now, shared.owner, sent, seen.message_tried, lost, seen.report_answered, shared.traces
    )


def _start_transcriber(shared: Shared, program: Program) -> None:
    program.clear()
    seen = shared.metrics.transcribed
    transcriber = Transcriber(shared.database, program, utc_now, shared.owner, shared.wake, seen)
    transcriber.start()
    shared.stack.callback(transcriber.stop)
