"""A text message with pictures: they are fetched from Twilio, and attached to the report like those of a mail."""

import hashlib
import itertools
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from intake.hotline.spoken import Picture, Spoken, What
from models.errors import Temporary
from models.queue import Claimed
from models.settings import Settings
from models.tables import AttachmentRow, ClassificationRow
from models.values import Channel
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, TOKEN
from tests.hotline.conftest import KNOWN, STRANGER, Hotline
from workers.hotline.download import SHORTEST_REST_SECONDS, NoAnswer, TwilioRefused
from workers.hotline.twilio_api import LIMIT_BYTES, TwilioApi, make_tape
from workers.stages.draft import Draft
from workers.stages.pictures import LIMIT_SECONDS, LIMIT_TRIES, attach
from workers.stages.telephone import parsed

pytestmark = pytest.mark.every_backend

PNG = b"\x89PNG\r\n\x1a\n the panel with its two red lights"
JPEG = b"\xff\xd8\xff\xe0 the label on the back"
TEXT = "The array in the second rack shows two red lights"
BEARER = {"Authorization": "Bearer the token of the tests"}


def send(hotline: Hotline, body: str, *media: tuple[str, bytes]) -> None:
    answer = hotline.exchange.text(STRANGER, body, media=media)
    assert answer.status == 200
    hotline.work()


def attached(hotline: Hotline) -> list[AttachmentRow]:
    with hotline.database.reading() as session:
        return list(session.scalars(select(AttachmentRow).order_by(AttachmentRow.report_id, AttachmentRow.position)))


def said(hotline: Hotline) -> str:
    """The whole text of the one report."""
    [report] = hotline.reports()
    with hotline.database.reading() as session:
        return session.scalar(select(type(report).text).where(type(report).id == report.id)) or ""


def review(hotline: Hotline) -> str | None:
    with hotline.database.reading() as session:
        return session.scalar(select(ClassificationRow.reason))


def test_pictures_are_attached_to_the_report(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT, ("image/png", PNG), ("image/jpeg", JPEG))

    [report] = hotline.reports()
    assert (report.outcome, report.subject) == ("case", TEXT)
    assert [(row.filename, row.content_type, row.size) for row in attached(hotline)] == [
        ("image-1.png", "image/png", len(PNG)),
        ("image-2.jpg", "image/jpeg", len(JPEG)),
    ]


def test_each_can_be_taken_out_again(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT, ("image/png", PNG), ("image/jpeg", JPEG))
    [report] = hotline.reports()

    for content in (PNG, JPEG):
        digest = hashlib.sha256(content).hexdigest()
        answer = hotline.client.get(f"/api/v1/reports/{report.id}/attachments/{digest}", headers=BEARER)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
    listed = hotline.client.get(f"/api/v1/reports/{report.id}/attachments", headers=BEARER).json()["items"]
    assert [one["filename"] for one in listed] == ["image-1.png", "image-2.jpg"]


def test_what_a_picture_is_its_bytes_say(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT, ("image/jpeg", b"MZ a program"))

    [row] = attached(hotline)
    assert (row.content_type, row.sniffed_type) == ("image/jpeg", "application/vnd.microsoft.portable-executable")


def test_a_picture_without_words_is_looked_at_by_a_person(hotline: Hotline, api: Api) -> None:
    send(hotline, "", ("image/png", PNG))

    [report] = hotline.reports()
    assert report.subject == "[1 attached]"
    assert len(attached(hotline)) == 1
    assert hotline.cases()[0].needs_review
    assert review(hotline) == "look at what was sent"


def test_a_picture_is_added_to_the_case_that_its_message_answers(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT)
    hotline.clock.forward(minutes=1)
    send(hotline, "Here is a photo", ("image/png", PNG))

    first, second = hotline.reports()
    assert (second.outcome, second.case_id) == ("follow-up", first.case_id)
    assert [row.report_id for row in attached(hotline)] == [second.id]


def test_the_media_host_is_not_shown_the_token(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT, ("image/png", PNG))

    [name] = hotline.exchange.media
    assert api.asked[-1] == f"GET /{name} at the media host"  # which answers 400 where credentials are shown
    assert len(attached(hotline)) == 1


def test_where_twilio_cannot_be_reached_it_is_asked_again(hotline: Hotline, api: Api) -> None:
    api.fails = [500, 503, 429]

    send(hotline, TEXT, ("image/png", PNG))
    assert hotline.cases() == []
    for _ in range(3):
        hotline.pass_time(10)

    assert len(hotline.cases()) == 1
    assert len(attached(hotline)) == 1


def test_a_picture_that_never_comes_holds_the_report_up_for_half_a_minute_and_loses_nothing(
    hotline: Hotline, api: Api
) -> None:
    api.fails = [500] * 20

    send(hotline, TEXT, ("image/png", PNG))
    for _ in range(5):
        hotline.pass_time(8)

    assert len(api.asked) == LIMIT_TRIES
    assert [case.subject for case in hotline.cases()] == [TEXT]
    assert said(hotline) == f"{TEXT}\n[image/png 1 cannot be fetched: Twilio answered 500 for it]"
    assert attached(hotline) == []


def test_pictures_that_take_long_hold_up_no_other_report(hotline: Hotline) -> None:
    seconds = itertools.count(step=LIMIT_SECONDS * 0.6)
    content = Spoken(What.SMS, STRANGER, words=TEXT, text=TEXT, pictures=(Picture("a"), Picture("b"), Picture("c")))
    claimed = Claimed(
        "r1",
        "w1",
        Channel.PHONE,
        content.to_json(),
        hotline.clock(),
        None,
        (),
        answer=True,
        attempts=LIMIT_TRIES,
        failures=0,
    )
    draft = parsed(Draft(claimed))

    done = attach(draft, content, lambda url: ("image/png", PNG), lambda: next(seconds))

    assert len(done.mail.attachments) == 1
    assert done.mail.text.count("cannot be fetched: those before it took too long") == 2


def test_a_picture_that_was_deleted_at_twilio_is_not_waited_for(hotline: Hotline, api: Api) -> None:
    form = hotline.exchange.message(STRANGER, TEXT, media=[("image/png", PNG), ("image/jpeg", JPEG)])
    client = TwilioApi(ACCOUNT, TOKEN, api.url).client()
    client.messages(form["MessageSid"]).media(form["MediaUrl0"].rpartition("/")[2]).delete()

    hotline.exchange.webhook("/twilio/sms", form)
    hotline.work()

    assert said(hotline) == f"{TEXT}\n[image/png 1 cannot be fetched: Twilio does not have it any more]"
    [row] = attached(hotline)
    assert row.filename == "image-2.jpg"
    [report] = hotline.reports()
    answer = hotline.client.get(f"/api/v1/reports/{report.id}/attachments/{row.sha256}", headers=BEARER)
    assert answer.content == JPEG


def test_the_same_message_told_twice_is_one_with_its_pictures_once(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT, ("image/png", PNG))
    hotline.exchange.repeat()
    hotline.work()

    assert len(hotline.reports()) == 1
    assert len(attached(hotline)) == 1


def test_a_picture_that_is_too_large_is_left_where_it_is(hotline: Hotline, api: Api) -> None:
    send(hotline, TEXT, ("video/mp4", b"\0" * (LIMIT_BYTES + 1)))

    assert said(hotline) == f"{TEXT}\n[video/mp4 1 cannot be fetched: it is larger than any that is taken]"


@pytest.mark.parametrize("elsewhere", ["http://192.0.2.1/x", "https://twilio.com.example/x", "file:///etc/passwd"])
def test_a_host_that_is_not_twilios_is_not_followed(hotline: Hotline, api: Api, elsewhere: str) -> None:
    api.elsewhere = elsewhere

    send(hotline, TEXT, ("image/png", PNG))

    assert "which is not Twilio's]" in said(hotline)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/picture.png",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/../../../Calls",
    ],
)
def test_nothing_but_media_is_asked_for_with_the_token(hotline: Hotline, api: Api, url: str) -> None:
    with pytest.raises(TwilioRefused, match=r"not of Twilio's media"):
        TwilioApi(ACCOUNT, TOKEN, api.url).picture(url)

    assert api.asked == []


def test_without_an_account_the_message_is_taken_and_says_what_to_set(hotline: Hotline) -> None:
    hotline.desk = replace(hotline.desk, tape=None)

    send(hotline, TEXT, ("image/png", PNG))

    assert said(hotline).endswith("[image/png 1 cannot be fetched: set FIRSTLINE_TWILIO_ACCOUNT_SID]")


def test_a_known_number_that_sends_a_picture_is_its_customer(hotline: Hotline, api: Api) -> None:
    hotline.exchange.text(KNOWN, TEXT, media=[("image/png", PNG)])
    hotline.work()

    [case] = hotline.cases()
    assert case.customer_id is not None
    assert len(attached(hotline)) == 1


def test_however_long_twilio_is_away_a_picture_is_asked_for_more_than_once() -> None:
    nobody = "http://127.0.0.1:1"
    settings = Settings(twilio_account_sid=ACCOUNT, twilio_auth_token=SecretStr(TOKEN), twilio_api_url=nobody)
    now, asked_at = 0.0, []
    tape = make_tape(settings, lambda: now)
    assert tape is not None
    assert tape.picture is not None

    while now < 10 * SHORTEST_REST_SECONDS:
        try:
            tape.picture(f"{nobody}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'a' * 32}/Media/ME{'b' * 32}")
        except NoAnswer:
            asked_at.append(now)
        except Temporary:
            pass  # it rests
        now += 1

    rests = [later - earlier for earlier, later in itertools.pairwise(asked_at)]
    assert max(rests) < sum(2**attempt for attempt in range(1, LIMIT_TRIES))
