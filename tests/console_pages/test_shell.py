"""What holds for every page: headers, words, files that are not ours."""

import hashlib
import re
import threading
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from console.auth.roles import Role
from console.pages import site, words
from console.pages.live import Live, Presence
from models.db import Database
from models.tables import EventRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Browser, live_of, text
from tests.console_pages.conftest import LogIn
from tests.waiting import wait_until

CONSOLE = Path(str(resources.files("console")))


def test_every_answer_forbids_scripts_and_frames_of_others(log_in: LogIn) -> None:
    headers = log_in().get("/mine").headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_a_form_of_more_than_a_person_types_is_not_read(browser: Callable[[], Browser]) -> None:
    stranger = browser()

    answer = stranger.client.post("/login", files={"address": ("x", b"x" * (site.LIMIT_FORM + 1))})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/cases?before=99999999999999999999999",
        "/cases?q=%00",
        "/cases?state=nonsense&team=%F0%9F%94%A5&category='",
        "/cases?level=9",
        "/cases/FL-999999999999",
        "/cases/FL-000001/news?since=-1",
        "/review/0/presence?seen=99999999999999999999999",
        "/audit?before=x",
        "/deadlines?show=nothing",
        "/directory?table=users",
        "/intake/aside?before=%2e%2e",
        "/intake/outgoing?before=2026-13-40",
        "/intake/outgoing?before=2026-11-09T00:00:00",
        "/intake/outgoing?before=0001-01-01T00:00:00%2B08:00",
        "/intake/outgoing?before=9999-12-31T23:59:00-08:00",
        "/reports/monthly?customer=&month=2026-99",
        "/reports/accident/nonsense",
        "/login?next=%0d%0aSet-Cookie:x",
        "/mine%00",
    ],
)
def test_a_strange_address_is_answered_and_no_crash(log_in: LogIn, path: str) -> None:
    answer = log_in(Role.ADMIN).get(path)

    assert answer.status_code in (200, 303, 404, 422)
    assert "set-cookie" not in answer.headers or "Set-Cookie:x" not in str(answer.headers)


def test_a_form_with_nul_in_it_is_refused(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    assert log_in().post("/cases/FL-000001/reply", kind="status", text="a\0b").status_code == 422


def test_no_template_has_script_or_style_within() -> None:
    for path in (CONSOLE / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son[a-z]+=|javascript:|hx-on|\|\s*safe", source), path


def test_both_languages_have_words_for_the_same_things() -> None:
    english, chinese = (set(words.of(language).flat) for language in words.LANGUAGES)

    assert english == chinese
    for name in english:
        holes = [set(re.findall(r"{(\w+)}", words.of(language).flat[name])) for language in words.LANGUAGES]
        assert holes[0] == holes[1], name


@pytest.mark.parametrize(
    ("accept", "language"),
    [("", "en"), ("zh-TW", "zh-Hans"), ("de,zh;q=0.2", "zh-Hans"), ("en;q=0.1,zh;q=0.9", "zh-Hans"), ("x;q=y", "en")],
)
def test_the_browsers_language_counts_where_the_user_has_chosen_none(accept: str, language: str) -> None:
    assert words.choose(None, accept).language == language


def test_what_is_not_ours_is_what_the_list_says_and_has_its_licence() -> None:
    folder = CONSOLE / "static"
    listed = tomllib.loads((folder / "VENDORED.toml").read_text(encoding="utf-8"))["file"]

    for file in listed:
        assert hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"]
        assert (folder / file["licence_file"]).read_text(encoding="utf-8")
    assert {path.name for path in folder.glob("*.min.*")} == {file["name"] for file in listed}


def test_files_are_kept_for_ever_under_an_address_that_changes_with_them(log_in: LogIn) -> None:
    found = re.search(r'href="(/static/[0-9a-f]{12}/console.css)"', log_in().get("/mine").text)

    assert found is not None
    answer = log_in(name="eve").get(found[1])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_listeners_hear_of_a_case_that_changed_and_of_the_queue(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    live, heard = Live(database), list[object]()
    live._listeners.append(heard.append)
    live.look()

    with database.transaction() as session:
        session.add(EventRow(case_id=1, at=clock(), actor="ann", kind="accepted", text=""))
    live.look()
    live.look()

    assert heard == [("queue", "1"), ("case", "1"), ("queue", "1")]


def test_a_defect_in_one_look_is_logged_and_the_next_look_tells_what_is_new(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store(database, case(clock()))
    live, heard = Live(database), threading.Event()

    def listener(told: tuple[str, str] | None) -> None:
        if "live_failed" not in caplog.messages:
            raise ZeroDivisionError
        if told == ("case", "1"):
            heard.set()

    live.listen(listener)
    wait_until(lambda: "live_failed" in caplog.messages)
    with database.transaction() as session:
        session.add(EventRow(case_id=1, at=clock(), actor="ann", kind="accepted", text=""))

    assert heard.wait(10)
    live.close()


def test_the_stream_of_a_page_ends_when_the_server_stops(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    ann = log_in()
    live = live_of(ann)
    heard = threading.Event()
    live.listen(lambda told: heard.set() if told and told[0] == "queue" else None)

    def stop() -> None:
        heard.wait(30)
        wait_until(lambda: len(live._listeners) > 1)  # the page listens, too, and has been told at once
        live.close()

    threading.Thread(target=stop).start()

    answer = ann.get("/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: queue\ndata: 1\n" in answer.text


def test_two_people_see_each_other_until_one_goes_elsewhere(clock: Clock) -> None:
    presence = Presence(clock)
    assert presence.look(1, "ann", "Ann")
    assert presence.look(1, "eve", "Eve")
    assert not presence.look(1, "eve", "Eve")

    assert presence.others(1, "ann") == ["Eve"]
    presence.look(2, "eve", "Eve")
    assert presence.others(1, "ann") == []
    presence.look(1, "eve", "Eve")
    clock.forward(seconds=31)
    assert presence.others(1, "ann") == []


def test_the_help_names_the_key_of_every_section(log_in: LogIn) -> None:
    page = log_in().page("/mine")

    keys = {link.attributes["data-key"] for link in page.css("nav [data-key]")}
    told = {" ".join(row.text().split()) for row in page.css("#help .keys dt")}
    assert {f"g {key}" for key in keys} <= told


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Times are those of Asia/Shanghai (UTC+08:00)."),
        ("zh-Hans", "时间均按 Asia/Shanghai (UTC+08:00)。"),
    ],
)
def test_each_page_says_whose_zone_its_times_are_of(log_in: LogIn, language: str, says: str) -> None:
    assert text(log_in(language=language).page("/deadlines"), "footer") == says
