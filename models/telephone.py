"""What the settings of the hotline have to agree on."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.settings import Settings

_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def check_twilio(settings: "Settings") -> None:
    """Raises ValueError with what to write instead. Without an auth token the hotline is off, whatever else is set."""
    if settings.public_url and not _URL.fullmatch(settings.public_url):
        raise ValueError("public_url: write the address that Twilio reaches this service at, https://desk.example")
    if settings.twilio_account_sid and not _ACCOUNT.fullmatch(settings.twilio_account_sid):
        raise ValueError("twilio_account_sid: write AC and 32 hexadecimal digits, from Twilio's console")
    if settings.twilio_number and not _NUMBER.fullmatch(settings.twilio_number):
        raise ValueError("twilio_number: write it in E.164, for example +862155550100")
    if settings.transcriber and settings.twilio_transcribe:
        raise ValueError("transcriber: set it or twilio_transcribe; with both a recording would be paid for twice")
    for country in settings.twilio_countries:
        if not _COUNTRY.fullmatch(country):
            raise ValueError(f"twilio_countries: {country!r} is no country code; write for example CN, DE")
