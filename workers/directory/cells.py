"""What stands in a cell of the lists that people send: read into what is stored, or refused with what to write."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

import phonenumbers
from publicsuffixlist import PublicSuffixList

from models.values import CALENDAR_YEARS, Language, directory_key
from routing.freemail import FREEMAIL

_REGION = "CN"  # of telephone numbers without a country code
_YES = frozenset({"yes", "y", "true", "1", "是"})
_NO = frozenset({"no", "n", "false", "0", "否"})
_DAY = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?", re.ASCII)
_PHONE = re.compile(r"[+\d\s().\-/–]+", re.ASCII)
_LOCAL_PART = re.compile(r"[^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;，；、]+")
YEARS = range(CALENDAR_YEARS.start, CALENDAR_YEARS.stop + 1)  # an end may be the day after the last
_MOST_DAYS = 1000
_TEXT_LENGTH, _DOMAIN_LENGTH, _ADDRESS_LENGTH, _WORD_LENGTH = 2000, 253, 320, 32


class Wrong(ValueError):
    """A cell cannot be read; the message says what is wrong with it, and what to write."""


def text(cell: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in cell):
        raise Wrong("there are control characters in it; write it again")
    if len(cell) > _TEXT_LENGTH:
        raise Wrong(f"it has {len(cell)} characters; write at most {_TEXT_LENGTH}")
    return cell


def code(longest: int = 64) -> Callable[[str], str]:
    """A reader of numbers that others give: of customers, sites, contracts, devices."""

    def read(cell: str) -> str:
        if _SCIENTIFIC.fullmatch(cell):
            raise Wrong(f"{cell} is what a spreadsheet makes of a long number; format the column as text")
        if not directory_key(cell):
            raise Wrong(f"{cell!r} names nothing; write letters or digits")
        if max(len(cell), len(directory_key(cell))) > longest:
            raise Wrong(f"it has {len(cell)} characters; write at most {longest}")
        return text(cell)

    return read


def reference(cell: str) -> str:
    """The key of the row that is meant in another list."""
    return directory_key(code(_ADDRESS_LENGTH)(cell))


def word(cell: str) -> str:
    """A name that others compare letter by letter: a role, a team, a profile."""
    folded = unicodedata.normalize("NFKC", cell).casefold()
    if not _WORD.fullmatch(folded) or len(folded) > _WORD_LENGTH:
        raise Wrong(f"{cell!r} is no such name; write small letters, digits and hyphens, such as second-line")
    return folded


def skills(cell: str) -> list[str]:
    return list(dict.fromkeys(directory_key(code()(part)) for part in parts(cell)))


def parts(cell: str) -> list[str]:
    """The items of a list in a cell, each once: by blanks, or by the commas that people write all the same."""
    return list(dict.fromkeys(part for part in _BETWEEN.split(cell) if part))


def language(cell: str) -> str:
    for known in Language:
        if cell.casefold() == known.casefold():
            return known.value
    raise Wrong(f"{cell!r} is no language we answer in; write {', '.join(Language)}")


def languages(cell: str) -> list[str]:
    return list(dict.fromkeys(language(part) for part in parts(cell)))


def phone(cell: str) -> str:
    """A telephone number in E.164; one without a country code is Chinese."""
    plain = unicodedata.normalize("NFKC", cell)
    example = "write one number without extension, such as +86 10 5550 0101"
    if not _PHONE.fullmatch(plain):
        raise Wrong(f"{cell!r} is no telephone number; {example}")
    try:
        number = phonenumbers.parse(plain, _REGION)
    except phonenumbers.NumberParseException as error:
        raise Wrong(f"{cell!r} is no telephone number; {example}") from error
    if not phonenumbers.is_valid_number(number):
        raise Wrong(f"{cell!r} is a telephone number that cannot exist; {example}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def domain(cell: str) -> str:
    """A domain as it is in the DNS: in ASCII (RFC 3490) and small letters."""
    plain = unicodedata.normalize("NFKC", cell).strip().removesuffix(".")
    wrong = Wrong(f"{cell!r} is no domain; write for example customer.example")
    if len(plain) > _DOMAIN_LENGTH:
        raise wrong
    try:
        found = plain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise wrong from error
    labels = found.split(".")
    if len(found) > _DOMAIN_LENGTH or len(labels) == 1 or labels[-1].isdigit():
        raise wrong
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise wrong
    return found


def own_domains(cell: str) -> list[str]:
    """Domains whose addresses are all a customer's: not those at which everybody may have one."""
    found = sorted({domain(part) for part in parts(cell)})
    for name in found:
        organisation = _suffixes().privatesuffix(name)
        if organisation is None:
            raise Wrong(f"{name} is a domain below which anybody has his own; write the customer's own")
        if name in FREEMAIL or organisation in FREEMAIL:
            raise Wrong(f"anybody has an address at {name}; leave it out, and list the people in contacts.csv")
    return found


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def address(cell: str) -> str:
    local_part, at, host = unicodedata.normalize("NFKC", cell).rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local_part):
        raise Wrong(f"{cell!r} is no mail address; write for example name@customer.example")
    return f"{local_part}@{domain(host)}"


def yes_or_no(cell: str) -> bool:
    folded = unicodedata.normalize("NFKC", cell).casefold()
    if folded not in _YES | _NO:
        raise Wrong(f"{cell!r} is neither yes nor no; write yes or no")
    return folded in _YES


def days(cell: str) -> int:
    plain = unicodedata.normalize("NFKC", cell)
    if not re.fullmatch(r"\d{1,4}", plain, re.ASCII) or int(plain) > _MOST_DAYS:
        raise Wrong(f"{cell!r} is no number of days; write 0 to {_MOST_DAYS}, or nothing where the scheme has none")
    return int(plain)


def day(cell: str) -> date:
    """A date, year first; spreadsheets write 2026/11/9."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", cell))
    try:
        read = date(int(found[1]), int(found[3]), int(found[5])) if found else None
    except ValueError:
        read = None  # the 31st of June
    if read is not None and read.year not in YEARS:  # as 9999-12-31, by which other programs say that it has no end
        raise Wrong(f"{cell!r} is not from {YEARS[0]} to {YEARS[-1]}; leave the cell empty where there is no end")
    if read is not None:
        return read
    raise Wrong(f"{cell!r} is no date; write for example 2026-11-09")


def moment(cell: str) -> datetime:
    try:
        found = datetime.fromisoformat(unicodedata.normalize("NFKC", cell))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in YEARS:
        raise Wrong(f"{cell!r} is no time with its offset; write for example 2026-11-09T08:00:00+08:00")
    return found.astimezone(UTC)
