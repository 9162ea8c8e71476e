"""What the directory says about a batch of reports, as far as recognising their reporters needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from routing.profile import Profile


@dataclass(frozen=True, slots=True)
class Clues:
    """What a report shows of who sent it, as keys of the directory (`models.values.directory_key`).

    `addresses` are the reporter's, as written and without the + part; `domain` is theirs. `phone` is the calling number
    in E.164, which proves who calls as far as an address proves who writes. The numbers stand in the text: they say
    what the report is about, not who sent it; `named_phones` are such numbers too.
    """

    addresses: tuple[str, ...] = ()
    domain: str | None = None
    phone: str | None = None
    contract_numbers: tuple[str, ...] = ()
    site_numbers: tuple[str, ...] = ()
    serial_numbers: tuple[str, ...] = ()
    named_phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a customer."""

    id: int
    customer_id: int
    is_named_asker: bool = False
    has_phone: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A place of a customer."""

    id: int
    customer_id: int
    site_class: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device under service, and where it stands."""

    id: int
    customer_id: int
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What a customer has bought, from `starts_on` to `ends_on`, both included, in the profile's zone."""

    id: int
    customer_id: int
    number: str
    key: str
    profile: str
    starts_on: date
    ends_on: date | None = None
    tier: str | None = None
    named_askers_only: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """An organisation that is served; `only_site` is set where it has one site and no more, `site_class` where all of
    its sites are of that class."""

    id: int
    number: str
    language: str | None = None
    contracts: tuple[Contract, ...] = ()
    only_site: int | None = None
    site_class: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that the clues of a batch lead to, by key. `sites` has a site by its number, `places` by its id.

    `profiles` are those that the contracts name and that are there; `default` serves everybody else. `is_empty` says
    that the desk keeps no directory: then nobody is expected to be in it.
    """

    default: Profile
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    customers: Mapping[int, Customer] = field(default_factory=dict)
    by_address: Mapping[str, Contact] = field(default_factory=dict)
    by_phone: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    domains: Mapping[str, int] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    places: Mapping[int, Site] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    is_empty: bool = False
