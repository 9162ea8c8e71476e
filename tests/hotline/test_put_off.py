"""What one of ours answers while the database is away is kept over the "one moment" that he hears."""

from collections.abc import Callable

from models.errors import Temporary
from models.values import CaseState
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import TEXT, call, stored
from workers.hotline.door import LIMIT_FAULTS

Form = dict[str, str]


def is_away_once(
    hotline: Hotline, path: str, where: Callable[[Form, Form], bool], error: type[Exception] = Temporary, times: int = 1
) -> None:
    """The first answers of that path to such a request cannot be had at the moment."""
    door = hotline.client.app.state.services.twilio  # type: ignore[attr-defined]
    right, failed = door.answers[path], list[int]()

    def answer(query: Form, form: Form) -> str:
        if len(failed) < times and where(query, form):
            failed.append(1)
            raise error("the database did not answer")
        return str(right(query, form))

    object.__setattr__(door, "answers", {**door.answers, path: answer})


def test_an_engineer_who_has_pressed_one_meanwhile_is_put_through(hotline: Hotline) -> None:
    [phone] = hotline.on_call(ENGINEER)
    is_away_once(hotline, "voice/whisper", lambda query, form: form.get("Digits") == "1")

    caller = hotline.english().presses("2").presses("#").stays_silent()

    assert "One moment please." in phone.heard
    assert caller.connected_to == [ENGINEER]
    assert hotline.case(caller).state == CaseState.ACCEPTED


def test_a_notice_that_was_accepted_meanwhile_is(hotline: Hotline, api: Api) -> None:
    is_away_once(hotline, "notice", lambda query, form: form.get("Digits") == "1")

    call(hotline, api, phone := Phone(keys="1"))

    assert phone.heard.count(TEXT) == 1
    assert "One moment please." in phone.heard
    assert stored(hotline).accepted_by == "e0@desk.example"


def test_a_mailbox_is_one_after_a_moment_too_and_told_nothing_of_the_case(hotline: Hotline, api: Api) -> None:
    is_away_once(hotline, "notice", lambda query, form: "AnsweredBy" in form)

    call(hotline, api, phone := Phone("mailbox"))

    assert TEXT not in " ".join(phone.heard)


def test_a_defect_of_ours_brings_one_of_ours_back_to_his_notice(hotline: Hotline, api: Api) -> None:
    is_away_once(hotline, "notice", lambda query, form: True, ZeroDivisionError)

    call(hotline, api, phone := Phone(keys="1"))

    assert phone.heard[0].startswith("We have a technical problem.")
    assert stored(hotline).accepted_by == "e0@desk.example"


def test_where_nothing_helps_one_of_ours_is_sent_to_his_mail(hotline: Hotline, api: Api) -> None:
    is_away_once(hotline, "notice", lambda query, form: True, ZeroDivisionError, LIMIT_FAULTS + 1)

    call(hotline, api, phone := Phone(keys="1"))

    assert phone.heard[-1] == "This is a message of the service desk. Please look into your mail. Goodbye."
