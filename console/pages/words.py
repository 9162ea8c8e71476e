"""The pages' words, by language: `console/words/LANGUAGE.toml`, the same keys in each."""

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("en", "zh-Hans")
DEFAULT = "en"


class Words:
    """`words("case.state.new")` is what stands there; where nothing does, the last part of the name, so that a state or
    a clock that has no words yet shows by its own name."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.flat = _flat(language)

    def __call__(self, name: str, /, **values: object) -> str:
        found = self.flat.get(name)
        if found is None:
            return name.rpartition(".")[2].replace("_", " ")
        return found.format(**values) if values else found


def choose(own: str | None, accept: str) -> Words:
    """The words for a user's `own` language, else for what his browser prefers (RFC 9110 section 12.5.4)."""
    return of(own if own in LANGUAGES else _preferred(accept))


@cache
def of(language: str) -> Words:
    return Words(language)


def _preferred(accept: str) -> str:
    best, weight = DEFAULT, 0.0
    for part in accept.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        known = {"zh": "zh-Hans", "en": "en"}.get(tag.split("-")[0].lower())
        try:
            quality = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if known is not None and quality > weight:
            best, weight = known, quality
    return best


def _flat(language: str) -> dict[str, str]:
    text = (resources.files("console") / "words" / f"{language}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    stack: list[tuple[str, object]] = [("", tomllib.loads(text))]
    while stack:
        prefix, value = stack.pop()
        if isinstance(value, dict):
            stack += [(f"{prefix}.{name}" if prefix else name, each) for name, each in value.items()]
        else:
            found[prefix] = str(value)
    return found
