"""Who a report is from, and what the contract lets him ask for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.values import Standing
from routing import profile as profiles
from routing.directory import Clues, Contact, Contract, Customer, Device, Known, Site
from routing.entitlement import assigned, domains, recognise
from routing.freemail import FREEMAIL

YILONG, PLAN, UCLOUD = profiles.load("yilong"), profiles.load("service-plan"), profiles.load("ucloud")
NOON = datetime(2026, 11, 9, 4, 0, tzinfo=UTC)

# Customer 1 has a running contract, 2 one that has ended, 3 none; 4 has one that names who may ask.
RUNNING = Contract(11, 1, "SP-1", "sp-1", "service-plan", date(2026, 1, 1), date(2026, 12, 31))
ENDED = Contract(21, 2, "UC-2", "uc-2", "ucloud", date(2025, 1, 1), date(2025, 12, 31), tier="gold-vip")
NAMED = Contract(41, 4, "YL-4", "yl-4", "yilong", date(2026, 1, 1), named_askers_only=True)
CUSTOMERS = {
    1: Customer(1, "C-1", "zh-Hant", (RUNNING,)),
    2: Customer(2, "C-2", None, (ENDED,)),
    3: Customer(3, "C-3"),
    4: Customer(4, "C-4", None, (NAMED,), only_site=54),
}
KNOWN = Known(
    default=YILONG,
    profiles={one.name: one for one in (YILONG, PLAN, UCLOUD)},
    customers=CUSTOMERS,
    by_address={
        "ann@one.example": Contact(61, 1),
        "bob@two.example": Contact(62, 2),
        "eve@four.example": Contact(64, 4, is_named_asker=True),
        "fay@four.example": Contact(65, 4),
    },
    by_phone={
        "+8621000001": (Contact(61, 1),),
        "+8621000002": (Contact(66, 1), Contact(67, 1)),
        "+8621000003": (Contact(61, 1), Contact(62, 2)),
    },
    domains={"one.example": 1, "lab.one.example": 2, "three.example": 3, "four.example": 4},
    contracts={"sp-1": RUNNING, "uc-2": ENDED, "yl-4": NAMED},
    sites={"s-1": Site(51, 1, "elsewhere"), "s-2": Site(52, 2, "own")},
    places={51: Site(51, 1, "elsewhere"), 54: Site(54, 4)},
    devices={"d-1": Device(71, 1, 51), "d-2": Device(72, 2)},
)


def with_contracts(customer_id: int, *contracts: Contract) -> Known:
    """The directory where that customer has these contracts."""
    changed = replace(CUSTOMERS[customer_id], contracts=contracts)
    by_number = {contract.key: contract for contract in contracts}
    return replace(KNOWN, customers=CUSTOMERS | {customer_id: changed}, contracts={**KNOWN.contracts, **by_number})


@pytest.mark.parametrize(
    ("clues", "customer", "contact", "standing"),
    [
        pytest.param(Clues(("ann@one.example",), "one.example"), 1, 61, "entitled", id="a contact's address"),
        pytest.param(
            Clues(("ann+x@one.example", "ann@one.example"), "one.example"), 1, 61, "entitled", id="with a + part"
        ),
        pytest.param(Clues(phone="+8621000001"), 1, 61, "entitled", id="the calling number"),
        pytest.param(Clues(phone="+8621000002"), 1, None, "entitled", id="a switchboard: who calls is open"),
        pytest.param(Clues(phone="+8621000003"), None, None, "unknown", id="a number of several customers"),
        pytest.param(Clues(("new@one.example",), "one.example"), 1, None, "entitled", id="the domain"),
        pytest.param(Clues(("new@mail.one.example",), "mail.one.example"), 1, None, "entitled", id="below the domain"),
        pytest.param(Clues(("x@lab.one.example",), "lab.one.example"), 2, None, "expired", id="the nearest domain"),
        pytest.param(Clues(("x@done.example",), "done.example"), None, None, "unknown", id="a domain that ends alike"),
        pytest.param(Clues(("bob@two.example",), "two.example"), 2, 62, "expired", id="the contract has ended"),
        pytest.param(Clues(("x@three.example",), "three.example"), 3, None, "not-entitled", id="no contract"),
        pytest.param(Clues(("eve@four.example",), "four.example"), 4, 64, "entitled", id="a named asker"),
        pytest.param(
            Clues(("fay@four.example",), "four.example"), 4, 65, "not-a-named-asker", id="a contact who is not named"
        ),
        pytest.param(Clues(("x@four.example",), "four.example"), 4, None, "not-a-named-asker", id="a colleague"),
        pytest.param(Clues(("x@five.example",), "five.example"), None, None, "unknown", id="a stranger"),
        pytest.param(Clues(), None, None, "unknown", id="nothing to go by"),
        pytest.param(Clues(contract_numbers=("sp-1",)), 1, None, "unknown", id="a contract number"),
        pytest.param(Clues(site_numbers=("s-1",)), 1, None, "unknown", id="a site number"),
        pytest.param(Clues(serial_numbers=("d-1",)), 1, None, "unknown", id="a serial number"),
        pytest.param(Clues(named_phones=("+8621000001",)), 1, None, "unknown", id="a phone number in the text"),
        pytest.param(
            Clues(serial_numbers=("d-2",), contract_numbers=("sp-1",)), 1, None, "unknown", id="contract before serial"
        ),
        pytest.param(Clues(serial_numbers=("d-1", "d-2")), None, None, "unknown", id="two customers' devices"),
        pytest.param(
            Clues(("ann@one.example",), "one.example", serial_numbers=("d-2",)), 1, 61, "entitled", id="address first"
        ),
        pytest.param(
            Clues(("ann@one.example",), "one.example", phone="+8621000003"), 1, 61, "entitled", id="before the phone"
        ),
    ],
)
def test_the_best_proof_says_whose_a_report_is(
    clues: Clues, customer: int | None, contact: int | None, standing: str
) -> None:
    party = recognise(clues, KNOWN, NOON)

    assert (party.customer_id, party.contact_id, party.standing) == (customer, contact, standing)
    assert party.because
    assert party.needs_review or party.standing == Standing.ENTITLED


def test_a_contract_says_profile_and_tier_and_the_site_its_class() -> None:
    clues = Clues(("ann@one.example",), "one.example", serial_numbers=("d-1",))

    party = recognise(clues, KNOWN, NOON)

    assert (party.profile, party.contract_id, party.tier) == ("service-plan", 11, None)
    assert (party.device_id, party.site_id, party.site_class) == (71, 51, "elsewhere")
    assert party.language == "zh-Hant"


def test_a_number_alone_has_the_report_served_by_its_contract_but_proves_nothing() -> None:
    party = recognise(Clues(("x@five.example",), "five.example", serial_numbers=("d-1",)), KNOWN, NOON)

    assert (party.profile, party.site_class, party.standing) == ("service-plan", "elsewhere", Standing.UNKNOWN)
    assert "a number proves nothing of who asks" in party.because
    assert party.needs_review


def test_where_a_number_is_another_customers_the_address_wins_and_a_person_looks() -> None:
    clues = Clues(("ann@one.example",), "one.example", site_numbers=("s-2",), serial_numbers=("d-2",))

    party = recognise(clues, KNOWN, NOON)

    assert (party.customer_id, party.site_id, party.device_id) == (1, None, None)
    assert "a serial number in the text is of customer C-2" in party.because
    assert party.needs_review


def test_a_customers_only_site_need_not_be_named() -> None:
    party = recognise(Clues(("eve@four.example",), "four.example"), KNOWN, NOON)

    assert party.site_id == 54


@pytest.mark.parametrize(
    ("moment", "standing", "words"),
    [
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), Standing.EXPIRED, "begins on 2026-01-01"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), Standing.ENTITLED, "is in force"),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), Standing.ENTITLED, "is in force"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), Standing.EXPIRED, "ended on 2026-12-31"),
    ],
)
def test_a_contract_counts_on_its_first_and_its_last_day_where_the_profile_is_at_home(
    moment: datetime, standing: Standing, words: str
) -> None:
    party = recognise(Clues(("ann@one.example",)), KNOWN, moment)

    assert party.standing == standing
    assert words in party.because


LAST_YEARS = replace(RUNNING, id=12, number="SP-0", key="sp-0", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
SECOND = replace(RUNNING, id=13, number="UC-1", key="uc-1", profile="ucloud", starts_on=date(2026, 6, 1), tier="onsite")


@pytest.mark.parametrize(
    ("contracts", "named", "chosen"),
    [
        pytest.param((LAST_YEARS, RUNNING), (), 11, id="in force before ended"),
        pytest.param((RUNNING, SECOND), (), 13, id="the one that began last"),
        pytest.param((RUNNING, SECOND), ("sp-1",), 11, id="the one that is named"),
        pytest.param((LAST_YEARS, RUNNING), ("sp-0",), 11, id="a signature shows last year's number"),
        pytest.param((LAST_YEARS, replace(LAST_YEARS, id=14, key="sp-9")), ("sp-0",), 12, id="the named of the ended"),
    ],
)
def test_of_several_contracts_one_is_chosen(
    contracts: tuple[Contract, ...], named: tuple[str, ...], chosen: int
) -> None:
    known = with_contracts(1, *contracts)

    party = recognise(Clues(("ann@one.example",), contract_numbers=named), known, NOON)

    assert party.contract_id == chosen


def test_a_contract_whose_profile_is_gone_is_served_by_the_default_one_and_a_person_looks() -> None:
    known = with_contracts(1, replace(RUNNING, profile="bygone"))

    party = recognise(Clues(("ann@one.example",)), known, NOON)

    assert (party.profile, party.standing, party.needs_review) == ("yilong", Standing.ENTITLED, True)
    assert "there is no profile bygone" in party.because


def test_a_tier_that_the_profile_does_not_have_is_told() -> None:
    party = recognise(Clues(("ann@one.example",)), with_contracts(1, replace(RUNNING, tier="gold")), NOON)

    assert "has no tier gold" in party.because
    assert party.needs_review


def test_a_desk_without_a_directory_expects_nobody_in_it() -> None:
    party = recognise(Clues(("ann@one.example",)), Known(YILONG, is_empty=True), NOON)

    assert (party.profile, party.standing, party.because) == ("yilong", Standing.UNKNOWN, "")
    assert not party.needs_review


@pytest.mark.parametrize("domain", [*sorted(FREEMAIL)[:5], "qq.com", "mail.qq.com", "a.b.163.com"])
def test_a_domain_of_everybody_leads_to_nobody(domain: str) -> None:
    assert FREEMAIL.isdisjoint(domains(domain))


def test_the_domains_of_an_address_are_its_own_and_those_above_it() -> None:
    assert list(domains("mail.lab.one.example")) == ["mail.lab.one.example", "lab.one.example", "one.example"]
    assert list(domains("localhost")) == list(domains(None)) == list(domains("")) == []


def test_a_persons_word_puts_a_report_under_a_customer_and_a_contract_of_his_choice() -> None:
    known = with_contracts(1, LAST_YEARS, RUNNING)
    clues = Clues(("x@five.example",), "five.example", serial_numbers=("d-1", "d-2"))

    chosen = assigned(clues, known, NOON, 1)
    by_number = assigned(clues, known, NOON, 1, contract_id=12)
    nobodys = assigned(clues, known, NOON, None)

    assert (chosen.customer_id, chosen.contract_id, chosen.device_id, chosen.standing) == (1, 11, 71, "entitled")
    assert (by_number.contract_id, by_number.standing) == (12, "expired")
    assert (nobodys.customer_id, nobodys.profile, nobodys.standing) == (None, "yilong", "unknown")


def test_a_persons_word_does_not_make_a_named_asker() -> None:
    stranger = assigned(Clues(("x@five.example",)), KNOWN, NOON, 4)
    asker = assigned(Clues(("eve@four.example",)), KNOWN, NOON, 4)

    assert (stranger.standing, asker.standing) == (Standing.NOT_NAMED, Standing.ENTITLED)


def test_contracts_without_an_end_run_on() -> None:
    party = recognise(Clues(("eve@four.example",)), KNOWN, NOON + timedelta(days=3650))

    assert party.standing == Standing.ENTITLED
