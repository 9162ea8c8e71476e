"""Telephone numbers: as they are compared, which may be called, and how they look in logs."""

from collections.abc import Collection

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

# What stands in From where the caller's number is withheld (Twilio: "ANONYMOUS", "RESTRICTED" ... spelt on a keypad).
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# Called by mistake or by fraud, these cost more than any call of ours is worth.
_COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN)
_SHORTEST = 8


def e164(written: str, like: str = "") -> str | None:
    """The number in E.164, or None where it is none. What has no country code is of the country of `like`."""
    if written in _WITHHELD or len([char for char in written if char.isdigit()]) < _SHORTEST:
        return None
    found = _read(written if written.startswith("+") else written.removeprefix("tel:"), _region(like))
    if found is None or not phonenumbers.is_possible_number(found):
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def keyed(written: str, caller: str, called: str) -> str:
    """The number that a caller keys in, in E.164: of his own country where it would be dialled so there, else of the
    hotline's; as it is where it is none."""
    own = _read(written, _region(caller))
    if own is not None and phonenumbers.is_valid_number(own) and written in _as_dialled(own):
        return phonenumbers.format_number(own, phonenumbers.PhoneNumberFormat.E164)
    return e164(written, called) or written


def is_abroad(number: str, home: str) -> bool:
    """True where both are in known countries, and not in the same."""
    regions = _region(number), _region(home)
    return None not in regions and regions[0] != regions[1]


def is_mobile(number: str) -> bool:
    """True where a text message can reach it."""
    found = _read(number, None)
    return found is not None and not found.extension and phonenumbers.number_type(found) in _MOBILE


def refusal(number: str, own: str, countries: Collection[str] = ()) -> str | None:
    """Why we do not call or text this number; None where we do. Allowed is the country of our `own` number, and those
    of `countries` (ISO 3166)."""
    found = _read(number, None)
    if found is None or not phonenumbers.is_valid_number(found):
        return "it is no telephone number"
    if phonenumbers.number_type(found) in _COSTLY:
        return "it is a number that costs extra"
    region = phonenumbers.region_code_for_number(found)
    home = _region(own)
    if home is not None and region != home and region not in countries:
        return f"it is in {region}; allow it by twilio_countries"
    return None


def masked(number: str) -> str:
    """The number as logs show it: country code and the last two digits."""
    return f"{number[:3]}*{number[-2:]}" if len(number) > _SHORTEST else "*"


def _as_dialled(number: PhoneNumber) -> tuple[str, ...]:
    """The digits by which it is dialled within its country; in North America with a 1 before them, too."""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = "".join(filter(str.isdigit, written))
    return (digits, f"1{digits}") if number.country_code == 1 else (digits,)


def _region(like: str) -> str | None:
    found = _read(like, None)
    return phonenumbers.region_code_for_number(found) if found else None


def _read(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except NumberParseException:
        return None
