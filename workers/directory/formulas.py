"""Cells that a spreadsheet would take for a formula: a name such as =1+1 that somebody wrote in a mail must not run
on the machine of who opens our list."""

import re

_E164 = re.compile(r"\+[1-9]\d{3,14}", re.ASCII)
# The full-width forms count where the spreadsheet's language is Chinese or Japanese.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_MARKED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def with_apostrophe(cell: str) -> str:
    """The cell with an apostrophe before it, which makes it text, where it needs one; E.164 numbers need none."""
    return f"'{cell}" if _FORMULA.match(cell) and not _E164.fullmatch(cell) else cell


def without_apostrophe(cell: str) -> str:
    """What `with_apostrophe` was given."""
    return cell[1:] if _MARKED.match(cell) else cell
