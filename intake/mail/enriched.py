"""text/enriched (RFC 1896), which Eudora and Apple's old Mail wrote, as plain text."""

import re

_TOKEN = re.compile(r"<<|<(/?)([A-Za-z-]{1,60})>|\n+")


def to_text(enriched: str) -> str:
    """The text: a single line end is a blank, of several one less is meant; formatting and its parameters go."""
    out: list[str] = []
    position = verbatim = hidden = 0
    for token in _TOKEN.finditer(enriched):
        if not hidden:
            out.append(enriched[position : token.start()])
        position = token.end()
        name = (token[2] or "").lower()
        if name in ("nofill", "verbatim"):
            verbatim = max(0, verbatim + (-1 if token[1] else 1))
        elif name == "param":
            hidden = max(0, hidden + (-1 if token[1] else 1))
        elif not hidden and token[0] == "<<":
            out.append("<")
        elif not hidden and token[0].startswith("\n"):
            out.append(token[0] if verbatim else token[0][1:] or " ")
    if not hidden:
        out.append(enriched[position:])
    return "".join(out)
