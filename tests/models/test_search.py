"""Search: the words of both languages, the index, and what a score means."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.db import Database
from models.knowledge import forget, like, put_document
from models.search import DOCUMENT, PAST_CASE, search, terms
from models.tables import KnowledgeRow
from tests.console.builders import case, store
from tests.knowledge import NOW, put, put_documents, questions


def titles(session: Session, asked: str, only: str | None = None) -> list[str]:
    found = search(session, terms(asked), 5, only)
    return [session.get_one(KnowledgeRow, hit.knowledge_id).title for hit in found]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Error E-4711", "error e4711 4711"),
        ("E4711", "e4711"),
        ("Exporting, exported and exports", "export export export"),
        ("I don't know the rules", "rul"),
        ("release v2.3 of 2026", "releas v23 v2 3 2026"),
        ("how can I", ""),
        ("磁盘阵列", "磁盘 盘阵 阵列"),
        ("请问怎么导出报表？", "导出 出报 报表"),
        ("硬盘x坏", "硬盘 坏"),
        ("ＣＳＶ　１２３", "csv 123"),
        ("用Excel打开CSV", "用 excel 打开 csv"),
        ("請問如何重設密碼", "重设 设密 密码"),
        ("韌體", "固件"),
        ("a" * 100, ""),
        ("", ""),
    ],
)
def test_words_as_they_are_searched(said: str, words: str) -> None:
    assert terms(said) == words


@pytest.mark.parametrize("asked", ["reset password", "RESETTING my passwords", "Ｒｅｓｅｔ the password?"])
def test_an_entry_is_found_by_its_words_however_they_are_written(database: Database, asked: str) -> None:
    with database.transaction() as session:
        put(session, "Reset a password", "Choose it on the login page.")
        put(session, "Set the time", "Enter an NTP server.")

        assert titles(session, asked) == ["Reset a password"]


def test_a_traditional_question_finds_a_simplified_entry_and_the_reverse(database: Database) -> None:
    with database.transaction() as session:
        put(session, "忘记密码如何重设", "在登录页面点忘记密码。")
        put(session, "印表機驅動程式", "請到下載中心下載韌體。")

        assert titles(session, "請問密碼要怎麼重設") == ["忘记密码如何重设"]
        assert titles(session, "下载固件") == ["印表機驅動程式"]


@pytest.mark.parametrize("asked", ["E-4711", "e4711", "E 4711", "4711"])
def test_a_code_is_found_in_all_its_spellings(database: Database, asked: str) -> None:
    with database.transaction() as session:
        put(session, "Error E-4711 on the panel")

        assert titles(session, asked) == ["Error E-4711 on the panel"]


@pytest.mark.parametrize(
    "asked",
    [
        '"',
        "'",
        '" OR "" OR "',
        "terms : password",
        "knowledge_fts MATCH 'x'",
        "password AND NOT (",
        "NEAR(password reset, 2)",
        "^password*",
        "-password +reset",
        "'; DROP TABLE knowledge; --",
        "password:* & !reset | (<->)",
        "\\'password\\",
        "{password} [reset] \0 \x1a \ud800",
        "%_%",
        "密码 OR * NEAR \" ' & | ! :",
    ],
)
def test_no_sign_in_a_question_is_syntax(database: Database, asked: str) -> None:
    with database.transaction() as session:
        put(session, "Reset a password")

        raw = search(session, asked, 5)
        read = search(session, terms(asked), 5)

        assert {hit.knowledge_id for hit in (*raw, *read)} <= {1}
        assert session.scalars(select(KnowledgeRow.title)).all() == ["Reset a password"]


def test_nothing_is_asked_and_nothing_is_found(database: Database) -> None:
    with database.transaction() as session:
        put(session, "Reset a password")

        assert search(session, "", 5) == []
        assert search(session, terms("how can I, please?"), 5) == []
        assert search(session, terms("quokka"), 5) == []


def test_a_rare_word_counts_for_more_than_a_common_one(database: Database) -> None:
    with database.transaction() as session:
        for number in range(20):
            put(session, f"Printer, part {number}", "Change the paper of the printer.")
        rare = put(session, "Scanner", "Clean the glass.")

        found = search(session, terms("printer scanner"), 30)

    assert found[0].knowledge_id == rare.id
    assert found[0].score > 3 * found[1].score
    assert all(0 < hit.score <= 1 for hit in found)


def test_one_word_alone_is_no_certainty(database: Database) -> None:
    with database.transaction() as session:
        put(session, "Login")

        [hit] = search(session, terms("login?"), 5)

    assert hit.score < 0.5


def test_a_changed_entry_is_found_by_its_new_words_alone_and_a_forgotten_one_by_none(database: Database) -> None:
    with database.transaction() as session:
        assert put_document(session, "a.md", "Printer", "paper", "en", NOW)
    with database.transaction() as session:
        assert not put_document(session, "a.md", "Scanner", "glass", "en", NOW)
        session.flush()
        assert titles(session, "printer paper") == []
        assert titles(session, "scanner") == ["Scanner"]
    with database.transaction() as session:
        assert (forget(session, "Printer"), forget(session, "Scanner")) == (0, 1)
        session.flush()
        assert titles(session, "scanner") == []


def test_what_a_case_has_taught_is_told_from_documents_and_never_forgotten_by_title(database: Database) -> None:
    store(database, case(NOW))
    with database.transaction() as session:
        put(session, "Printer jam", case_id=1)
        put(session, "Printer jam")

        assert [match.number for match in like(session, "printer jam", "", None, None, only=PAST_CASE)] == ["FL-000001"]
        assert [match.is_document for match in like(session, "printer jam", "", None, None, only=DOCUMENT)] == [True]
        assert len(titles(session, "printer jam")) == 2
        assert forget(session, "Printer jam") == 1
        session.flush()
        assert [match.number for match in like(session, "printer jam", "", None, None)] == ["FL-000001"]


def test_of_two_like_entries_the_one_of_the_same_category_comes_first(database: Database) -> None:
    with database.transaction() as session:
        put(session, "Disk slow", category="software")
        put(session, "Disk slow", category="hardware", solution="Replace it.")

        [first, second] = like(session, "disk slow", "", "hardware", "en")

    assert (first.solution, second.solution) == ("Replace it.", "")
    assert first.score > second.score


def test_each_question_finds_its_document_first(database: Database) -> None:
    put_documents(database)
    answered = [question for question in questions() if question.document]

    with database.reading() as session:
        found = [like(session, asked.subject, asked.body, "usage", None, 1) for asked in answered]

    assert len(answered) == 30
    missed = [asked.body for asked, matches in zip(answered, found, strict=True) if matches[0].title != asked.document]
    assert missed == []


def test_a_huge_question_is_answered(database: Database) -> None:
    put_documents(database)

    with database.reading() as session:
        found = like(session, "password reset", "lorem ipsum dolor 忘记密码 " * 50_000, None, None)

    assert found


@pytest.mark.on_sqlite
def test_the_index_agrees_with_the_table(database: Database) -> None:
    put_documents(database)

    with database.transaction() as session:
        session.execute(text("INSERT INTO knowledge_fts(knowledge_fts, rank) VALUES ('integrity-check', 1)"))
