"""What the first report of a process would wait for otherwise: modules that are imported where they are used,
calendars, templates, and whatever else is put together when it is first needed. Processes that are forked afterwards
share all that.
"""

from classify import entities
from classify.model import Classifier, ReportText
from intake.mail.parse import parse
from models.settings import Settings
from models.values import Channel, Language
from routing import profile as profiles
from routing.calendar import is_working_day
from routing.wording import template, words
from workers.basics import utc_now

# With all that is looked for in a text: a name, a number, a telephone.
_ENGLISH = (
    "Since 09:30 a disk of array SN 2102351QLH9WK5800028 shows amber; the spare has taken over. Call +1 212 555 0100."
)
_CHINESE = "阵列 SN 2102351QLH9WK5800028 一块硬盘亮黄灯，热备已接管，业务正常，请安排更换，电话 010-5550 0100。"
# And in a mail: HTML beside text, a quote, a signature.
_MAIL = f"""\
From: Warm-up <warm-up@localhost.invalid>
To: support@localhost.invalid
Subject: =?utf-8?b?6Zi15YiX56Gs55uY5pWF6Zqc?= array degraded
Message-ID: <warm-up@localhost.invalid>
Date: Mon, 09 Nov 2026 10:00:00 +0800
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_"

--=_
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{_ENGLISH}
{_CHINESE}

Kind regards

On Mon, 9 Nov 2026 at 09:00, Support <support@localhost.invalid> wrote:
> Which disk?
--=_
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<p>{_ENGLISH}</p><blockquote>Which disk?</blockquote>
--=_--
""".replace("\n", "\r\n").encode()


def warm_up(settings: Settings, classifier: Classifier) -> None:
    """Read a mail as if it had come. Nothing is kept of it.

    Raises:
        Misconfigured: the service scheme of the settings cannot be read.
    """
    mail = parse(_MAIL)
    for text in (_ENGLISH, _CHINESE):
        entities.find(text)
    classifier.classify([ReportText(Channel.EMAIL, mail.subject, mail.text)])
    is_working_day(utc_now().date(), profiles.load(settings.profile).hours.region)
    for language in Language:
        template(f"acknowledgement.{language}.txt")
        words("promises", language)
