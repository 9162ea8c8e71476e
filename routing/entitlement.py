"""Who a report is from, and what they may ask for: the customer by the best proof there is, then his contract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from models.values import Standing
from routing.directory import Clues, Contact, Contract, Customer, Device, Known, Site
from routing.freemail import FREEMAIL
from routing.profile import Profile

Thing = TypeVar("Thing", Site, Device)

# Whose contract does not cover what he asks.
UNENTITLED = (Standing.EXPIRED, Standing.NOT_ENTITLED, Standing.NOT_NAMED)


@dataclass(frozen=True, slots=True)
class Party:
    """The reporter as the directory knows him. `profile`, `tier` and `site_class` are what the contract and the site
    say; `language` is the customer's, `has_phone` says that the contact's number is there. `because` names the proof,
    for the desk and for nobody else; it is empty where the desk keeps no directory."""

    profile: str
    standing: Standing
    because: str
    customer_id: int | None = None
    contact_id: int | None = None
    site_id: int | None = None
    device_id: int | None = None
    contract_id: int | None = None
    tier: str | None = None
    site_class: str | None = None
    language: str | None = None
    needs_review: bool = False
    has_phone: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to customers: by a clue that proves who asks, or by a number that only names somebody."""

    how: str
    customers: frozenset[int]
    proves: bool = False
    contact: Contact | None = None


def recognise(clues: Clues, known: Known, at: datetime) -> Party:
    """Whom the clues of a report that came `at` lead to.

    In this order: the address of a contact, the calling number, the domain of a customer; then, where those say
    nothing, the numbers in the text, which prove nothing of who asks: he is served by the contract of what he names,
    but his standing stays UNKNOWN. Where equally strong clues lead to several customers, none is chosen.
    """
    if known.is_empty:
        return _nobody(known, "", needs_review=False)
    way = next(_ways(clues, known), None)
    if way is None:
        return _nobody(known, "neither the sender nor a number in the text is in the directory")
    if len(way.customers) > 1:
        numbers = ", ".join(sorted(known.customers[one].number for one in way.customers))
        return _nobody(known, f"{way.how} leads to several customers ({numbers}), so none is chosen")
    [customer_id] = way.customers
    return _party(way, known.customers[customer_id], clues, known, at)


def assigned(
    clues: Clues, known: Known, at: datetime, customer_id: int | None, contract_id: int | None = None
) -> Party:
    """The party of a case that a person has put under a customer, by one of his contracts or the one that fits best."""
    if customer_id is None:
        return _nobody(known, "a person says that it is no customer's", needs_review=False)
    contact = next((one for one in _contacts(clues, known) if one.customer_id == customer_id), None)
    way = _Way("a person's word", frozenset({customer_id}), proves=True, contact=contact)
    return _party(way, known.customers[customer_id], clues, known, at, contract_id)


def _nobody(known: Known, because: str, needs_review: bool = True) -> Party:
    return Party(known.default.name, Standing.UNKNOWN, because, needs_review=needs_review)


def _ways(clues: Clues, known: Known) -> Iterator[_Way]:
    """The ways that lead to somebody, the best proof first."""
    for address in clues.addresses:
        if contact := known.by_address.get(address):
            yield _Way("the address of a contact", frozenset({contact.customer_id}), True, contact)
    callers = known.by_phone.get(clues.phone or "", ())
    if callers:
        only = callers[0] if len(callers) == 1 else None
        yield _Way("the calling number", frozenset(one.customer_id for one in callers), True, only)
    for domain in domains(clues.domain):
        if domain in known.domains:
            yield _Way(f"the domain {domain}", frozenset({known.domains[domain]}), proves=True)
    for how, found in _named(clues, known):
        if found:
            yield _Way(how, frozenset(found))


def domains(domain: str | None) -> Iterator[str]:
    """The domains whose customer an address at `domain` may be of: itself and those above it, the nearest first;
    none at which anybody has an address."""
    while domain and "." in domain:
        if domain not in FREEMAIL:
            yield domain
        domain = domain.partition(".")[2]


def _named(clues: Clues, known: Known) -> list[tuple[str, set[int]]]:
    """The customers of the numbers in the text, by kind, the strongest first."""
    contracts = {known.contracts[key].customer_id for key in clues.contract_numbers if key in known.contracts}
    sites = {known.sites[key].customer_id for key in clues.site_numbers if key in known.sites}
    devices = {known.devices[key].customer_id for key in clues.serial_numbers if key in known.devices}
    phones = {one.customer_id for key in clues.named_phones for one in known.by_phone.get(key, ())}
    return [
        ("a contract number in the text", contracts),
        ("a site number in the text", sites),
        ("a serial number in the text", devices),
        ("a phone number in the text", phones),
    ]


def _contacts(clues: Clues, known: Known) -> Iterator[Contact]:
    yield from (known.by_address[address] for address in clues.addresses if address in known.by_address)
    yield from known.by_phone.get(clues.phone or "", ())


def _party(
    way: _Way, customer: Customer, clues: Clues, known: Known, at: datetime, contract_id: int | None = None
) -> Party:
    device = _first(clues.serial_numbers, known.devices, customer.id)
    site = _first(clues.site_numbers, known.sites, customer.id)
    site = site or known.places.get((device and device.site_id) or customer.only_site or 0)
    contract = _contract(customer.contracts, clues, known, at, contract_id)
    standing, why = _standing(way, contract, known, at)
    doubts = [*_contradictions(customer.id, clues, known), *_misfits(contract, known)]
    return Party(
        profile=_profile(contract, known).name,
        standing=standing,
        because="; ".join((f"customer {customer.number} by {way.how}", why, *doubts)),
        customer_id=customer.id,
        contact_id=way.contact.id if way.contact else None,
        site_id=site.id if site else None,
        device_id=device.id if device else None,
        contract_id=contract.id if contract else None,
        tier=contract.tier if contract else None,
        site_class=site.site_class if site else customer.site_class,
        language=customer.language,
        needs_review=bool(doubts) or standing != Standing.ENTITLED,
        has_phone=bool(way.contact and way.contact.has_phone),
    )


def _first(keys: Sequence[str], found: Mapping[str, Thing], customer_id: int) -> Thing | None:
    """The first of the things named that is the customer's."""
    named = (found[key] for key in keys if key in found)
    return next((thing for thing in named if thing.customer_id == customer_id), None)


def _contract(
    contracts: Sequence[Contract], clues: Clues, known: Known, at: datetime, contract_id: int | None
) -> Contract | None:
    """The contract that counts: one in force before one that is not (a signature may show last year's number), then
    the one that is named, then the one that began last. A person's choice comes before all."""

    def rank(contract: Contract) -> tuple[bool, bool, bool, date, int]:
        named = contract.key in clues.contract_numbers
        return contract.id == contract_id, _in_force(contract, known, at), named, contract.starts_on, contract.id

    return max(contracts, key=rank, default=None)


def _profile(contract: Contract | None, known: Known) -> Profile:
    return known.profiles.get(contract.profile, known.default) if contract else known.default


def _in_force(contract: Contract, known: Known, at: datetime) -> bool:
    day = at.astimezone(_profile(contract, known).hours.zone).date()
    return contract.starts_on <= day and (contract.ends_on is None or day <= contract.ends_on)


def _standing(way: _Way, contract: Contract | None, known: Known, at: datetime) -> tuple[Standing, str]:
    if contract is None:
        standing, why = Standing.NOT_ENTITLED, "there is no contract"
    elif not _in_force(contract, known, at):
        is_over = contract.starts_on <= at.astimezone(_profile(contract, known).hours.zone).date()
        when = f"ended on {contract.ends_on}" if is_over else f"begins on {contract.starts_on}"
        standing, why = Standing.EXPIRED, f"contract {contract.number} {when}"
    elif contract.named_askers_only and not (way.contact and way.contact.is_named_asker):
        standing, why = Standing.NOT_NAMED, f"contract {contract.number} names who may ask, and not this sender"
    else:
        standing, why = Standing.ENTITLED, f"contract {contract.number} is in force"
    if way.proves:
        return standing, why
    return Standing.UNKNOWN, f"{why}; a number proves nothing of who asks"


def _contradictions(customer_id: int, clues: Clues, known: Known) -> list[str]:
    """Where numbers in the text are another customer's; a phone number may well be."""
    return [
        f"{how} is of customer {known.customers[other].number}"
        for how, found in _named(clues, known)[:3]
        for other in sorted(found - {customer_id})
    ]


def _misfits(contract: Contract | None, known: Known) -> list[str]:
    """What the contract asks for that the profiles do not have."""
    if contract is None:
        return []
    profile = known.profiles.get(contract.profile)
    if profile is None:
        return [f"there is no profile {contract.profile}, so the default one counts"]
    if contract.tier is not None and contract.tier not in profile.tiers:
        return [f"profile {profile.name} has no tier {contract.tier}, so its first counts"]
    return []
