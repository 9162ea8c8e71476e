"""What `firstline doctor` says of the hotline."""

from models.errors import FirstlineError
from models.settings import Settings
from workers.hotline.program import checked
from workers.hotline.twilio_api import TwilioApi


def check(settings: Settings) -> str:
    """One sentence. Raises FirstlineError with what to mend."""
    if settings.twilio_auth_token is None:
        return "off: set FIRSTLINE_TWILIO_AUTH_TOKEN and FIRSTLINE_PUBLIC_URL to take calls"
    if not settings.public_url:
        raise FirstlineError("calls are not taken: set FIRSTLINE_PUBLIC_URL to the address that Twilio calls")
    api = TwilioApi.of(settings)
    if api is None:
        return (
            f"calls are taken at {settings.public_url}/twilio/voice, but recordings are not fetched and no text "
            "messages sent: set FIRSTLINE_TWILIO_ACCOUNT_SID"
        )
    number = settings.twilio_number or "no number: set FIRSTLINE_TWILIO_NUMBER to send text messages"
    return f"{api.check()}, {number}; calls are taken at {settings.public_url}/twilio/voice"


def check_transcriber(settings: Settings) -> str:
    """Who writes down what callers record, in one sentence. Raises FirstlineError with what to mend."""
    if settings.twilio_transcribe:
        return "Twilio writes down what is recorded in English; nobody what is recorded in another language"
    if not settings.transcriber:
        return "none: recordings are listened to; set FIRSTLINE_TRANSCRIBER to have them written down"
    program = checked(settings.transcriber)[0]
    if TwilioApi.of(settings) is None:
        raise FirstlineError("it gets no recordings to write down: set FIRSTLINE_TWILIO_ACCOUNT_SID and _AUTH_TOKEN")
    return f"{program} writes down what is recorded"
