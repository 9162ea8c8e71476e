"""What one of ours hears when he is called about a case."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from intake.hotline.call import spoken_for
from intake.hotline.prompts import LIMIT_SAY_CHARS, Line, say
from intake.hotline.twiml import speak
from models.values import Language

# So often the notice is said before the call ends by itself.
LIMIT_TIMES = 3


def said(text: str, language: Language, action: str, times: int) -> str:
    """The notice, and what can be answered."""
    response = VoiceResponse()
    if times > LIMIT_TIMES:
        response.hangup()
        return str(response)
    gather: Gather = response.gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=6,
        action=action,
        method="POST",
        action_on_empty_result=True,
    )
    language = spoken_for(language)
    speak(gather, (*_lines(text, language), say(language, "notice-keys")))
    return str(response)


def _lines(text: str, language: Language) -> list[Line]:
    """The text in pieces that can be spoken."""
    words = " ".join(text.split())
    return [Line(language, words[start : start + LIMIT_SAY_CHARS]) for start in range(0, len(words), LIMIT_SAY_CHARS)]


def accepted(language: Language) -> str:
    return _last(language, "notice-accepted")


def too_late(language: Language) -> str:
    """It is somebody else's, or over."""
    return _last(language, "notice-too-late")


def passed(language: Language) -> str:
    return _last(language, "notice-passed")


def for_a_machine(language: Language) -> str:
    """Left on a mailbox, which anybody may listen to: nothing of the case."""
    return _last(language, "notice-machine")


def unknown() -> str:
    """There is no such notice any more."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _last(language: Language, name: str) -> str:
    response = VoiceResponse()
    speak(response, (say(spoken_for(language), name),))
    response.hangup()
    return str(response)
