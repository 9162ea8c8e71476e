"""What the log of acts says that somebody did, in words."""

from console.pages.words import Words

# These name what it was done with.
_WITH = {"wrote": "letter", "kept": "clock"}


def say(said: Words, what: str) -> str:
    """The act, which is stored by its name; as it is stored where it has no words."""
    verb, _, object_ = what.partition(" ")
    if (table := _WITH.get(verb)) is not None and f"{table}.{object_}" in said.flat:
        return said(f"act.{verb}", **{table: said(f"{table}.{object_}")})
    name = f"act.{what.replace(' ', '-')}"
    return said(name) if name in said.flat else what
