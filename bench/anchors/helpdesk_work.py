"""django-helpdesk as its own manual sets it up, with SQLite as quick as it goes (WAL, synchronous=NORMAL).

Run by the Python that it is installed for: `helpdesk_work.py FOLDER RELAY_PORT` makes the database, says `ready`, and
at each line it reads takes in what lies in FOLDER/mails, or in the mailbox where PORT USER PASSWORD follow.
"""

import sys
from pathlib import Path

import django
from django.conf import settings


def _configure(folder: Path, relay_port: int) -> None:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    apps = ("admin", "auth", "contenttypes", "humanize", "messages", "sessions", "sites", "staticfiles")
    settings.configure(
        BASE_DIR=folder,
        SECRET_KEY="bench",
        USE_TZ=True,
        SITE_ID=1,
        ROOT_URLCONF="helpdesk_urls",
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in apps), "rest_framework", "helpdesk"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "helpdesk.db"),
                "OPTIONS": {"init_command": pragmas, "transaction_mode": "IMMEDIATE"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MEDIA_ROOT=str(folder / "media"),
        STATIC_URL="/static/",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=relay_port,
        DEFAULT_FROM_EMAIL="support@firstline.example",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_ACTIVATE_API_ENDPOINT=False,
    )
    urls = folder / "helpdesk_urls.py"
    urls.write_text(
        "from django.urls import include, path\n"
        "urlpatterns = [path('', include('helpdesk.urls', namespace='helpdesk'))]\n",
        "utf-8",
    )
    sys.path.insert(0, str(folder))
    django.setup()


def _prepare(source: dict[str, object]) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - works only after the set-up
    from helpdesk.models import Queue  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@firstline.example",
        allow_email_submission=True,
        email_box_interval=0,
        **source,
    )


def main() -> None:
    folder, relay_port, *mailbox = Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
    mails = folder / "mails"
    mails.mkdir()
    source: dict[str, object] = {"email_box_type": "local", "email_box_local_dir": str(mails)}
    if mailbox:
        port, user, password = mailbox
        source = {"email_box_type": "imap", "email_box_host": "127.0.0.1", "email_box_port": int(port)}
        source |= {"email_box_user": user, "email_box_pass": password, "email_box_ssl": False}
    _configure(folder, relay_port)
    _prepare(source)
    from helpdesk.email import process_email  # noqa: PLC0415 - as above

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        process_email(quiet=True)
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
