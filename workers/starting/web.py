"""The part that answers over HTTP: the staff's pages, the API, the hotline, health and metrics."""

from console.app import create_app
from console.services import Services
from console.twilio.door import TwilioDoor
from routing import profile as profiles
from workers.admin.services import admin_services
from workers.attached import attached
from workers.basics import secret, utc_now
from workers.cases.acts import Acts
from workers.cases.assign import assigner
from workers.cases.correct import corrector
from workers.cases.joining import Joining
from workers.console_pages import page_services
from workers.hotline.door import make_door
from workers.readiness import Readiness
from workers.reports.documents import Documents
from workers.shared import Shared
from workers.ways import make_ways
from workers.web import WebServer


def start(shared: Shared, readiness: Readiness) -> int:
    """Listen; returns the port.

    Raises:
        Misconfigured: it cannot with these settings.
    """
    door = _door(shared)
    if door is not None:
        shared.stack.callback(door.close)
        door.start()
    app = create_app(_services(shared, readiness, door))
    server = WebServer(app, shared.settings.web_host, shared.settings.web_port)
    port = server.start()
    shared.stack.callback(server.stop)
    shared.stack.callback(app.state.live.close)  # else the server waits for pages that stay open
    return port


def _door(shared: Shared) -> TwilioDoor | None:
    return make_door(
        shared.settings,
        shared.database,
        shared.office,
        shared.profile.hours.zone,
        shared.acceptor.accept,
        utc_now,
        shared.wake,
        shared.metrics.transcribed,
    )


def _services(shared: Shared, readiness: Readiness, door: TwilioDoor | None) -> Services:
    settings, database, office, profile = shared.settings, shared.database, shared.office, shared.profile
    documents = Documents(database, profiles.load(settings.profile), utc_now)
    return Services(
        database=database,
        api_token=secret(settings, "api_token"),
        clock=utc_now,
        readiness=readiness.needed,
        remarks=readiness.remarks,
        metrics=shared.metrics.text,
        correct=corrector(office, profile),
        acts=Acts(office),
        assign=assigner(office, profile),
        joins=Joining(office, lambda: shared.classifier),
        wake=shared.wake,
        attachment=attached,
        monthly_report=documents.monthly,
        accident_report=documents.accident,
        twilio=door,
        pages=page_services(
            office,
            profile,
            settings.public_url,
            make_ways(settings, shared.token_key, utc_now),
            admin_services(settings, database, office, profile),
        ),
        api_limit=settings.api_limit_per_minute,
        webhook_networks=settings.webhook_networks,
    )
