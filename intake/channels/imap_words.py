"""What a mail server has said, in words that may be logged and shown."""

import ast
import re

_LONGEST = 200
_ADDRESS = re.compile(r"\S+@\S+")
_BYTES = re.compile(r"b(?P<quote>['\"]).*(?P=quote)", re.DOTALL)
_QUOTED_BYTES = re.compile(r"\bb(['\"]).*", re.DOTALL)


def words(error: Exception) -> str:
    """What an exception says, without what a mail or an address may have left in it."""
    said = decoded(error)
    if not said.startswith("* BYE"):  # which says why we are not served
        said = _QUOTED_BYTES.sub("...", str(error))
    return without_addresses(said)


def without_addresses(text: str) -> str:
    return _ADDRESS.sub("...", text)[:_LONGEST]


def decoded(error: Exception) -> str:
    """The server's answer that is all an exception says: the standard library writes its bytes as Python does."""
    text = str(error)
    if not _BYTES.fullmatch(text):
        return text
    said: bytes = ast.literal_eval(text)
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("gb18030", "replace")
