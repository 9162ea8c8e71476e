"""Whether a request is Twilio's own: signed over the public URL and the parameters with a secret that we share."""

from collections.abc import Iterable, Mapping

from twilio.request_validator import RequestValidator, get_signature_algorithm

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"


class Parameters:
    """The parameters of a form, each with all its values, as the validator reads them."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterable[str]:
        return iter(self._values)

    def getlist(self, name: str) -> list[str]:
        return self._values[name]


def is_genuine(tokens: Iterable[str], url: str, pairs: Iterable[tuple[str, str]], headers: Mapping[str, str]) -> bool:
    """True where one of the tokens has signed it, by HMAC-SHA1 or, with a shared key, by HMAC-SHA256."""
    signature = headers.get(SIGNATURE, "")
    if not signature.isascii():
        return False
    algorithm = get_signature_algorithm(headers.get(SETTINGS))
    parameters = Parameters(pairs)
    return any(RequestValidator(token).validate(url, parameters, signature, algorithm) for token in tokens)
