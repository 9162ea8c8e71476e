"""A prompt as TwiML. Each Say of a question stands inside its Gather, so that who knows the menu need not wait."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from twilio.twiml.voice_response import VoiceResponse

from intake.hotline.call import Call
from intake.hotline.prompts import Ask, Bye, Connect, Line, Prompt, Record, Wait, say, spelt
from models.values import Language

VOICES = {Language.SIMPLIFIED: ("zh-CN", "Polly.Zhiyu"), Language.ENGLISH: ("en-US", "Polly.Joanna")}
HEARD_AS = {Language.SIMPLIFIED: "cmn-Hans-CN", Language.ENGLISH: "en-US"}
# The longest message that is recorded. Twilio writes down none of 120 s or more (its error 13617).
LIMIT_RECORDING_SECONDS = 119
RING_SECONDS = 20
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response />'


@dataclass(frozen=True, slots=True)
class Urls:
    """Where Twilio finds us: the public address, without a slash at its end."""

    public: str

    def turn(self, call: Call, **more: str) -> str:
        """Where the answer to the prompt of this turn goes."""
        return self.to("voice/turn", turn=str(call.turn), lang=call.language, **more)

    def to(self, path: str, **query: str) -> str:
        return f"{self.public}/twilio/{path}" + (f"?{urlencode(query)}" if query else "")


def render(call: Call, found: Prompt, urls: Urls, transcribes: bool = False) -> str:
    """The prompt of a call as TwiML. `transcribes`: Twilio is asked to write down what is recorded, where it can."""
    response = VoiceResponse()
    match found:
        case Ask():
            _ask(response, call, found, urls)
        case Record(lines):
            speak(response, lines)
            _record(response, call, urls, transcribes)
        case Connect(lines, phone):
            speak(response, lines)
            dial = response.dial(
                action=urls.turn(call),
                method="POST",
                timeout=RING_SECONDS,
                caller_id=call.called if call.called.startswith("+") else None,
            )
            dial.number(phone, url=urls.to("voice/whisper", **_of(call)), method="POST")
        case Wait(lines):
            speak(response, lines)
            response.pause(length=1)
            response.redirect(urls.turn(call), method="POST")
        case Bye(lines):
            speak(response, lines)
            response.hangup()
    return str(response)


def _of(call: Call) -> dict[str, str]:
    """Which call, and whom of ours he waits for."""
    return {"of": call.sid, "turn": str(call.turn), "lang": call.language}


def _record(response: VoiceResponse, call: Call, urls: Urls, transcribes: bool) -> None:
    to_be_written = {"transcribe": True, "transcribe_callback": urls.to("transcript", lang=call.language)}
    response.record(
        action=urls.turn(call),
        method="POST",
        timeout=5,
        finish_on_key="#",
        max_length=LIMIT_RECORDING_SECONDS,
        play_beep=True,
        recording_status_callback=urls.to("recording", of=call.sid, lang=call.language),
        recording_status_callback_event="completed",
        **(to_be_written if transcribes and call.is_english else {}),  # Twilio writes down no other language
    )
    response.redirect(urls.turn(call, empty="1"), method="POST")  # nothing was said: Record falls through


def _ask(response: VoiceResponse, call: Call, asked: Ask, urls: Urls) -> None:
    language = Language(call.language)
    by_speech = {
        "input": "dtmf speech",
        "language": HEARD_AS[language],
        "speech_timeout": "3" if asked.open_end else "1",
        "profanity_filter": False,  # how somebody swears says what he thinks; stars say nothing
    }
    # One key ends the question by itself, # too: with finishOnKey it would only end what stands before it.
    by_keys = {"num_digits": 1, "finish_on_key": ""} if asked.one_key else {"finish_on_key": "#"}
    gather = response.gather(
        **(by_speech if asked.speech else {"input": "dtmf"}),
        **by_keys,
        timeout=asked.seconds,
        action=urls.turn(call),
        method="POST",
        action_on_empty_result=True,
    )
    speak(gather, asked.lines)
    response.redirect(urls.turn(call, empty="1"), method="POST")  # should the Gather ever fall through


def whisper(call: Call, urls: Urls) -> str:
    """What one of ours hears before he is put through: 1 accepts; anything else, as a mailbox does, hangs up."""
    response = VoiceResponse()
    language = call.language
    company = call.party.company or say(language, "whisper-unknown").text
    gather = response.gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=8,
        action=urls.to("voice/whisper", **_of(call), key="1"),
        method="POST",
    )
    line = say(language, "whisper", number=spelt(call.case_number), level=call.level or "", company=company)
    speak(gather, (line, line))
    response.hangup()
    return str(response)


def refused() -> str:
    """Hangs up."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def one_moment(language: str, back: str, name: str = "busy") -> str:
    """Says so, and comes back."""
    response = VoiceResponse()
    speak(response, (say(language, name),))
    response.pause(length=2)
    response.redirect(back, method="POST")
    return str(response)


def give_up(language: str) -> str:
    """Nothing works: the caller hears what to do instead."""
    response = VoiceResponse()
    speak(response, (say(language, "gave-up"),))
    response.hangup()
    return str(response)


def speak(parent: Any, lines: tuple[Line, ...]) -> None:
    """Each line in its language's voice, within a VoiceResponse or a Gather."""
    for line in lines:
        language, voice = VOICES[Language(line.language)]
        parent.say(line.text, language=language, voice=voice)
