"""Lists of customers, contracts, staff and so on are taken in: what is right is, what is wrong is named."""

from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from models.db import Database
from models.tables import ContactRow, ContractRow, CustomerDomainRow, CustomerRow, DeviceRow, ShiftRow, StaffRow
from tests.workers.cli.directory_lists import ALL, CONTACT, CUSTOMER, FIXTURES, SHIFT, STAFF, counts, firstline, write
from workers.directory.tables import TABLES

NEW, CHANGED, UNCHANGED, REFUSED, ABSENT = range(5)


pytestmark = pytest.mark.usefixtures("data")


def test_lists_become_rows_that_point_at_each_other(tmp_path: Path, desk_database: Database) -> None:
    done = firstline("import", write(tmp_path / "lists", ALL))

    assert done.exit_code == 0, done.output
    assert counts(done) == dict.fromkeys(TABLES, (1, 0, 0, 0, 0))
    with desk_database.reading() as session:
        customer = session.scalars(select(CustomerRow)).one()
        contact, contract = session.scalars(select(ContactRow)).one(), session.scalars(select(ContractRow)).one()
        shift, staff = session.scalars(select(ShiftRow)).one(), session.scalars(select(StaffRow)).one()
        domain = session.scalars(select(CustomerDomainRow)).one()
    assert (customer.number_key, domain.domain) == ("c-1", "tangxi.example")
    assert {contact.customer_id, contract.customer_id, domain.customer_id} == {customer.id}
    assert (contact.address_key, contact.phone, contact.is_named_asker) == (
        "ann@tangxi.example",
        "+8613800000021",
        True,
    )
    assert (shift.staff_id, shift.starts_at.isoformat()) == (staff.id, "2026-11-09T00:00:00+00:00")
    assert (staff.teams, staff.skills, staff.languages) == (["incident"], [], ["en"])


def test_the_same_lists_again_change_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "lists", ALL)
    firstline("import", folder)

    again = firstline("import", folder)

    assert counts(again) == dict.fromkeys(TABLES, (0, 0, 1, 0, 0))


def test_a_row_is_known_again_however_its_number_is_written(tmp_path: Path, desk_database: Database) -> None:
    firstline("import", write(tmp_path / "lists", ALL))

    done = firstline("import", write(tmp_path / "again", {"devices": "ｃ-1,s-1,sn - 1,R2250"}))

    assert counts(done) == {"devices": (0, 1, 0, 0, 0)}
    with desk_database.reading() as session:
        device = session.scalars(select(DeviceRow)).one()
    assert (device.serial_number, device.serial_key, device.model) == ("sn - 1", "sn-1", "R2250")


def test_rows_that_are_in_no_file_stay(tmp_path: Path, desk_database: Database) -> None:
    firstline("import", write(tmp_path / "lists", ALL))

    done = firstline("import", write(tmp_path / "more", {"customers": "C-2,Beizhan,,,"}))

    assert counts(done) == {"customers": (1, 0, 0, 0, 1)}
    with desk_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CustomerRow)) == 2


def test_a_dry_run_says_what_would_change_and_writes_nothing(tmp_path: Path, desk_database: Database) -> None:
    firstline("import", write(tmp_path / "lists", ALL))
    changed = write(tmp_path / "next", {"customers": ["C-1,Tangxi Ltd,en,,tangxi.example", "C-2,Beizhan,,,"]})

    done = firstline("import", changed, "--dry-run")

    assert counts(done) == {"customers": (1, 1, 0, 0, 0)}
    assert "customers: new C-2" in done.stdout
    assert "customers: C-1: name: 'Tangxi' -> 'Tangxi Ltd'; language: 'zh-Hans' -> 'en'" in done.stdout
    with desk_database.reading() as session:
        assert session.scalars(select(CustomerRow.name)).all() == ["Tangxi"]


def test_a_dry_run_before_the_first_start_makes_no_data_folder(tmp_path: Path, data: Path) -> None:
    done = firstline("import", write(tmp_path / "lists", ALL), "--dry-run")

    assert counts(done)["shifts"] == (1, 0, 0, 0, 0)
    assert not data.exists()


def test_all_bad_rows_are_named_and_the_good_ones_taken(tmp_path: Path, desk_database: Database) -> None:
    contacts = [CONTACT, "C-1,Bo,bo@,12,yes", "C-1,Cy,cy@tangxi.example,,no", "C-9,Di,di@x.example,,perhaps"]

    done = firstline("import", write(tmp_path / "lists", {"customers": CUSTOMER, "contacts": contacts}))

    assert done.exit_code == 1
    assert counts(done)["contacts"] == (2, 0, 0, 2, 0)
    assert [line.partition(" '")[0] for line in done.stderr.splitlines()] == [
        "contacts.csv:3: address:",
        "contacts.csv:3: phone:",
        "contacts.csv:5: is_named_asker:",
    ]
    with desk_database.reading() as session:
        assert session.scalars(select(ContactRow.name).order_by(ContactRow.name)).all() == ["Ann Li", "Cy"]


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        pytest.param("contacts", "C-9,Bo,bo@x.example,,no", "customer: 'C-9' is in no row", id="no such customer"),
        pytest.param("devices", "C-1,S-9,SN-2,", "site: 'S-9' is in no row", id="no such site"),
        pytest.param("devices", "C-2,S-1,SN-2,", "site: site S-1 is another customer's", id="somebody else's site"),
        pytest.param("customers", "C-3,Eve,,,tangxi.example", "is customer C-1's", id="somebody else's domain"),
        pytest.param("customers", "C-3,Eve,,,qq.com", "anybody has an address at qq.com", id="freemail"),
        pytest.param("contacts", "C-2,Ann,ANN@tangxi.example,,no", "a contact of customer C-1", id="his address"),
        pytest.param("contacts", "C-1,Bo,,,no", "neither address nor phone", id="cannot be reached"),
        pytest.param("contracts", "C-1,H,acme,,2026-01-01,,,", "no profile 'acme'; write netops", id="profile"),
        pytest.param("contracts", "C-1,H,vodecn,gold,2026-01-01,,,", "no tier 'gold'; write nd, nbd", id="tier"),
        pytest.param("contracts", "C-1,H,yilong,nd,2026-01-01,,,", "no tier 'nd'; leave it empty", id="no tiers"),
        pytest.param("contracts", "C-1,H,yilong,,2026-02-01,2026-01-31,,", "ends_on: 2026-01-31 is before", id="ends"),
        pytest.param("sites", "C-1,S-3,,,own", "(vodecn) have no class own; write A, B, C", id="not his class"),
        pytest.param("sites", "C-2,S-3,,,D", "no scheme has a site class 'D'", id="nobody's class"),
        pytest.param("staff", "Bo,bo@x.example,,servicemanager,,,,", "tells a role 'servicemanager'", id="role"),
        pytest.param("staff", "Bo,bo@x.example,,engineer,incidents,,,", "no scheme has a team 'incidents'", id="team"),
        pytest.param(
            "shifts", SHIFT.replace("ben", "eve"), "staff: 'eve@firstline.example' is in no row", id="no such person"
        ),
        pytest.param("shifts", SHIFT.replace("11-10", "11-09"), "ends before it has begun", id="a shift of no length"),
        pytest.param("shifts", SHIFT.replace("11-10", "12-11"), "longer than 31 days", id="a shift too long"),
        pytest.param("staff", f"{STAFF}\n{STAFF}", "is in line 2 already", id="the same row twice"),
    ],
)
def test_what_does_not_fit_is_refused_by_file_and_line(tmp_path: Path, table: str, row: str, says: str) -> None:
    firstline("import", write(tmp_path / "lists", ALL | {"customers": [CUSTOMER, "C-2,Beizhan,,,"]}))

    done = firstline("import", write(tmp_path / "next", {table: row}))

    assert done.exit_code == 1
    assert done.stderr.startswith(f"{table}.csv:{3 if chr(10) in row else 2}: ")
    assert says in done.stderr
    assert counts(done)[table][REFUSED] == 1
    assert counts(done)[table][NEW] == 0


def test_a_refused_customer_takes_only_his_own_rows_with_him(tmp_path: Path) -> None:
    lists = ALL | {"customers": [CUSTOMER, "C-2,,,,"], "devices": ["C-1,S-1,SN-1,", "C-2,,SN-2,"]}

    done = firstline("import", write(tmp_path / "lists", lists))

    assert counts(done)["customers"] == (1, 0, 0, 1, 0)
    assert counts(done)["devices"] == (1, 0, 0, 1, 0)


def test_a_domain_passes_from_one_customer_to_another_in_one_file(tmp_path: Path, desk_database: Database) -> None:
    firstline("import", write(tmp_path / "lists", ALL))

    done = firstline("import", write(tmp_path / "next", {"customers": ["C-1,Tangxi,,,", "C-2,New,,,tangxi.example"]}))

    assert done.exit_code == 0, done.output
    with desk_database.reading() as session:
        owner = select(CustomerRow.number).join(CustomerDomainRow, CustomerDomainRow.customer_id == CustomerRow.id)
        assert session.scalars(owner).all() == ["C-2"]


def test_a_contact_without_an_address_is_known_by_his_name_and_may_get_one_later(
    tmp_path: Path, desk_database: Database
) -> None:
    lists = {"customers": CUSTOMER, "contacts": "C-1,Mr Fan,,021 5550 0121,no"}
    firstline("import", write(tmp_path / "lists", lists))

    again = firstline("import", tmp_path / "lists")
    later = firstline("import", write(tmp_path / "next", {"contacts": "C-1,Mr Fan,fan@tangxi.example,,no"}))

    assert counts(again)["contacts"] == (0, 0, 1, 0, 0)
    assert counts(later)["contacts"] == (0, 1, 0, 0, 0)
    with desk_database.reading() as session:
        contact = session.scalars(select(ContactRow)).one()
    assert (contact.address_key, contact.phone) == ("fan@tangxi.example", None)


def test_ten_thousand_devices_are_taken_in_by_few_statements(tmp_path: Path, desk_database: Database) -> None:
    rows = [f"C-1,S-1,SN-{number:05},R2240" for number in range(10_000)]
    folder = write(tmp_path / "lists", ALL | {"devices": rows})
    statements: list[str] = []
    event.listen(
        desk_database.engine.__class__,
        "before_cursor_execute",
        listener := lambda _c, _cur, sql, *_: statements.append(sql),
    )

    first = firstline("import", folder)
    write(folder, {"devices": [row.replace("R2240", "R2250") for row in rows]})
    second = firstline("import", folder)

    event.remove(desk_database.engine.__class__, "before_cursor_execute", listener)
    assert counts(first)["devices"] == (10_000, 0, 0, 0, 0)
    assert counts(second)["devices"] == (0, 10_000, 0, 0, 0)
    assert 20 < len(statements) < 150


def test_the_directory_of_the_demo_is_right() -> None:
    done = firstline("import", FIXTURES)

    assert done.exit_code == 0, done.output
    found = counts(done)
    assert found["customers"][NEW] >= 12
    assert found["contacts"][NEW] == 25
    assert found["staff"][NEW] == 14
    assert all(found[table][NEW] for table in TABLES)


def test_who_stands_in_for_whom_comes_and_goes_with_the_shifts(tmp_path: Path) -> None:
    firstline("import", write(tmp_path / "lists", ALL | {"staff": [STAFF, STAFF.replace("ben", "cai")]}))
    begins = "2026-11-09T12:00:00+08:00,2026-11-09T18:00:00+08:00"
    head = "team,staff,starts_at,ends_at,is_override,replaces"
    rows = [
        f"incident,cai@firstline.example,{begins},yes,ben@firstline.example",
        f"incident,cai@firstline.example,{begins.replace('T12', 'T13')},no,ben@firstline.example",
        f"incident,cai@firstline.example,{begins.replace('T12', 'T14')},yes,cai@firstline.example",
    ]
    (tmp_path / "shifts.csv").write_text("\n".join([head, *rows]), "utf-8")

    done = firstline("import", tmp_path / "shifts.csv")
    firstline("export", tmp_path / "out")

    assert counts(done)["shifts"] == (1, 0, 0, 2, 1)
    assert "write yes" in done.stderr
    assert "nobody stands in for himself" in done.stderr
    assert "cai@firstline.example" in (tmp_path / "out" / "shifts.csv").read_text("utf-8-sig")
    assert counts(firstline("import", tmp_path / "out"))["shifts"] == (0, 0, 2, 0, 0)
