"""Who calls: the language, the company, the contract."""

from dataclasses import replace

from intake.hotline.call import Call, Party, Step, spoken_for
from intake.hotline.events import CallerFound, Event, PartyFound
from intake.hotline.listening import key, number
from intake.hotline.moves import TRIES, ask_again
from models.values import Language

LANGUAGES = {"1": Language.SIMPLIFIED, "2": Language.ENGLISH}
_NONE = "0"


def caller(call: Call, event: Event) -> Call:
    found = event.party if isinstance(event, CallerFound) else None
    if found is None:
        return call.at(Step.LANGUAGE)
    known = replace(call, party=found, is_known=found.customer_id is not None)
    if not found.language:
        return known.at(Step.LANGUAGE)
    return _after_language(replace(known, language=spoken_for(found.language)))


def language(call: Call, event: Event) -> Call:
    chosen = LANGUAGES.get(key(event))
    if chosen is not None:
        return _after_language(replace(call, language=chosen))
    again = ask_again(call)
    return again if again.tries < TRIES else _after_language(call)


def _after_language(call: Call) -> Call:
    return call.at(Step.COMPANY if call.is_known else Step.CONTRACT)


def company(call: Call, event: Event) -> Call:
    match key(event):
        case "1":
            return call.at(Step.MENU)
        case "2":
            return call.at(Step.CONTRACT, party=Party(language=call.language), is_known=False, is_denied=True)
        case "7":
            other = Language.SIMPLIFIED if call.is_english else Language.ENGLISH
            return replace(call, language=other)
    again = ask_again(call)
    return again if again.tries < TRIES else call.at(Step.MENU)


def contract(call: Call, event: Event) -> Call:
    given = number(event)
    if given == _NONE:
        return call.at(Step.MENU)
    if len(given) >= 3:
        return replace(call, step=Step.PARTY, entry=given)
    again = ask_again(call)
    return again if again.tries < TRIES else call.at(Step.MENU)


def party(call: Call, event: Event) -> Call:
    found = event.party if isinstance(event, PartyFound) else None
    if found is not None:
        named = Party(found.customer_id, found.company, "", call.language, found.number)
        return call.at(Step.MENU, party=named, contract=found.number or call.entry, entry="")
    # What he gave stays in the report, for a person.
    again = replace(call, step=Step.CONTRACT, tries=call.tries + 1, trouble="no-such-contract", contract=call.entry)
    return again if again.tries < TRIES else again.at(Step.MENU)
