"""The standard streams as a shell leaves them: some closed, some of an encoding that lacks what customers write."""

import os
import sys
from io import TextIOWrapper


def make_usable() -> None:
    """Have all that is printed go somewhere: what the encoding lacks as escapes, and what a closed stream would get
    nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - until the program ends
        elif mode == "w" and isinstance(stream, TextIOWrapper) and not is_unicode(stream.encoding):
            stream.reconfigure(errors="backslashreplace")


def is_unicode(encoding: str | None) -> bool:
    """True where a stream of this encoding takes every character."""
    return encoding is None or encoding.lower().startswith("utf")


def utf8_input() -> TextIOWrapper:
    """Standard input as UTF-8, whatever the terminal's encoding is: what programs hand to each other."""
    return TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
