"""Imports spaCy without its command line, which its package imports for the sake of one function: two hundred
modules, a third of a second and 10 MiB of every process that classifies. Whoever wants it afterwards gets it.
"""

import sys
from types import ModuleType
from typing import Any

_COMMANDS = ("spacy.cli", "spacy.cli.info")


def _info(*arguments: Any, **named: Any) -> Any:
    from spacy.cli.info import info  # noqa: PLC0415 - what is left out here

    return info(*arguments, **named)


if "spacy" not in sys.modules:
    for _name in _COMMANDS:
        sys.modules.setdefault(_name, ModuleType(_name))
    sys.modules["spacy.cli.info"].__dict__.setdefault("info", _info)
    try:
        import spacy as spacy
    finally:
        for _name in _COMMANDS:
            del sys.modules[_name]
