"""A process that has warmed up works on its first report with what it has."""

import subprocess
import sys
from pathlib import Path

import pytest

FIRST_REPORT = """
import sys
from pathlib import Path
from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from models.settings import Settings
from workers import compose, modelstore
from workers.basics import utc_now
from workers.runner import Runner
from workers.warm_up import warm_up

settings = Settings(data=Path(sys.argv[1]), addresses=("support@firstline.example",))
database = Database(f"sqlite:///{settings.data / 'firstline.db'}")
database.migrate()
classifier = modelstore.load_classifier(settings)
runner = Runner(compose.make_desk(settings, database, b"k" * 32, classifier=classifier), "first")
Acceptor(database, lambda: None).accept_all([mail_report(Path(sys.argv[2]).read_bytes(), "smtp", utc_now())])
warm_up(settings, classifier)
before = set(sys.modules)
assert runner.run() == 1
print(*sorted(set(sys.modules) - before))
"""

PLAIN = "\r\n".join(
    (
        "From: Ann <ann@customer.example>",
        "To: support@firstline.example",
        "Subject: array",
        "Message-ID: <1@customer.example>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        "{}",
        "",
    )
)


@pytest.mark.parametrize("said", ["The array in rack 4 is down, call +1 212 555 0123.", "阵列离线，产线停了，请速来。"])
def test_the_first_report_brings_no_module_any_more(said: str, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_text(PLAIN.format(said), encoding="utf-8", newline="")
    command = [sys.executable, "-c", FIRST_REPORT, str(tmp_path), str(mail)]

    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)

    assert (ran.returncode, ran.stdout.split()) == (0, []), ran.stderr
