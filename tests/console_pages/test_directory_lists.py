"""Lists of the directory sent over a page: shown first, then taken in; and handed out."""

import re

from sqlalchemy import select

from console.auth.roles import Role
from console.pages import directory_lists
from models.db import Database
from models.tables import AuditRow, CustomerRow, ListRow
from tests.conftest import Clock
from tests.console_pages.browser import Answer, Browser, text
from tests.console_pages.conftest import LogIn

HEAD = "number,name,language,note,domains\n"


def send(browser: Browser, **files: str | bytes) -> Answer:
    """Choose these files, by the name of their list, and send them."""
    given = [("files", (f"{name}.csv", content, "text/csv")) for name, content in files.items()]
    return browser.client.post("/directory/lists", data={"csrf": browser.csrf}, files=given)


def digest(browser: Browser) -> str:
    field = browser.page("/directory/lists").css_first("input[name=digest]")
    assert field is not None
    return field.attributes["value"] or ""


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(CustomerRow.name).order_by(CustomerRow.number_key)))


def acts(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(row.what, row.about) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def test_files_are_looked_at_first_and_then_taken_in(log_in: LogIn, database: Database) -> None:
    admin = log_in(Role.ADMIN)
    admin.page("/directory/lists")

    assert send(admin, customers=HEAD + "C-1,Bank,en,,bank.example\n,Nobody,,,\n").status_code == 303
    page = admin.page("/directory/lists")
    assert names(database) == []
    done = admin.post("/directory/lists/take-in", digest=digest(admin))

    refused = [cell.text() for cell in page.css("#plan h3 + div td")]
    assert refused == ["customers.csv:3", "number", "it is empty; it must be written"]
    assert "new C-1" in text(page, "#plan")
    assert "The rows that are right" in done.text
    assert names(database) == ["Bank"]
    assert acts(database) == [("took in lists", "customers: 1 new, 0 changed")]
    assert admin.post("/directory/lists/take-in", digest="0" * 64).status_code == 409


def test_what_a_row_says_differently_is_shown(log_in: LogIn, database: Database) -> None:
    with database.transaction() as session:
        session.add(CustomerRow(number="C-1", number_key="c-1", name="Bank"))
    admin = log_in(Role.ADMIN)
    admin.page("/directory/lists")

    send(admin, customers=HEAD + "C-1,Bank of Example,,,\n")

    assert "C-1: name: 'Bank' -> 'Bank of Example'" in text(admin.page("/directory/lists"), "#plan")


def test_where_the_directory_has_changed_meanwhile_nothing_is_written(log_in: LogIn, database: Database) -> None:
    admin = log_in(Role.ADMIN)
    admin.page("/directory/lists")
    send(admin, customers=HEAD + "C-1,Bank,,,\n")
    shown = digest(admin)
    with database.transaction() as session:
        session.add(CustomerRow(number="C-1", number_key="c-1", name="Another"))

    answer = admin.post("/directory/lists/take-in", digest=shown)

    assert "has changed since you looked" in answer.text
    assert names(database) == ["Another"]
    assert acts(database) == []


def test_files_are_the_senders_own_and_are_forgotten_by_and_by(log_in: LogIn, database: Database, clock: Clock) -> None:
    ann, eve = log_in(Role.ADMIN, name="ann"), log_in(Role.ADMIN, name="eve")
    for admin in (ann, eve):
        admin.page("/directory/lists")
    send(ann, customers=HEAD + "C-1,Bank,,,\n")

    assert eve.page("/directory/lists").css("#plan") == []
    clock.forward(minutes=61)
    assert ann.page("/directory/lists").css("#plan") == []
    send(eve, customers=HEAD + "C-2,Mill,,,\n")
    with database.reading() as session:
        assert session.scalars(select(ListRow.user_id)).all() == [2]
    eve.post("/directory/lists/forget")
    with database.reading() as session:
        assert session.scalars(select(ListRow)).all() == []


def test_a_file_that_is_no_list_is_refused_in_words(log_in: LogIn, database: Database) -> None:
    admin = log_in(Role.ADMIN)
    admin.page("/directory/lists")

    assert send(admin, users="x").status_code == 409
    assert send(admin, customers=b"\xff\xfe\x00").status_code == 303
    assert "customers.csv" in text(admin.page("/directory/lists"), "#plan")
    assert admin.page("/directory/lists").css("form[action$='take-in']") == []
    assert admin.client.post("/directory/lists", data={"csrf": admin.csrf}).status_code == 422


def test_what_is_wrong_with_a_row_is_told_in_chinese(log_in: LogIn, database: Database) -> None:
    admin = log_in(Role.ADMIN, language="zh-Hans")
    admin.page("/directory/lists")

    send(
        admin,
        customers=HEAD + "C-1,Bank,fr,,qq.com\n1.2E+10,Nobody,,,co.uk\nC-1,,,,no domain\nC-3,x\n",
        staff="name,role,teams,address,phone,active\nAnn,boss,none,ann,12,maybe\n",
        shifts="team,staff,starts_at,ends_at,override,replaces\nnone,ann@desk.example,today,2026-11-09T08:00:00+08:00,,\n",
    )
    found = [row.css("td")[2].text() for row in admin.page("/directory/lists").css("#plan h3 + div tr")]

    assert len(found) > 10
    assert [told for told in found if re.search(r"[a-z]{2,} [a-z]{2,}", told)] == []


def test_more_than_a_list_may_hold_is_not_read(log_in: LogIn, database: Database) -> None:
    admin = log_in(Role.ADMIN)
    admin.page("/directory/lists")

    assert send(admin, customers=b"x" * (2 * 1024 * 1024)).status_code == 303
    assert send(admin, customers=b"x" * (directory_lists.LIMIT + 1)).status_code == 413


def test_what_is_handed_out_is_in_the_log_and_changes_nothing_when_it_comes_back(
    log_in: LogIn, database: Database
) -> None:
    with database.transaction() as session:
        session.add(CustomerRow(number="C-1", number_key="c-1", name="=Bank", language="zh-Hans"))
    admin = log_in(Role.ADMIN)
    admin.page("/directory/lists")

    answer = admin.post("/directory/lists/export", name="customers")
    send(admin, customers=answer.content)

    assert answer.headers["content-disposition"].startswith('attachment; filename="customers.csv"')
    assert answer.content.decode("utf-8-sig").splitlines()[1] == "C-1,'=Bank,zh-Hans,,"
    assert "Nothing would change" in text(admin.page("/directory/lists"), "#plan")
    assert acts(database) == [("exported list", "customers")]
    assert admin.post("/directory/lists/export", name="users").status_code == 422
