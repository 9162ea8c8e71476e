"""format=flowed (RFC 3676): paragraphs that were cut into lines for the way, put together again."""

from intake.mail import quote_headers


def unflow(text: str, delete_space: bool) -> str:
    """The text with its soft line breaks undone. `delete_space` is DelSp=yes: the space before the break is
    no part of the text, as in Chinese."""
    out: list[str] = []
    paragraph: list[str] = []  # the pieces so far of a paragraph that goes on
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        quotes = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing, section 4.4
        is_signature = content == "-- "
        if paragraph and (quotes != depth or is_signature):
            out.append(_joined(paragraph, depth))
            paragraph = []
        # Outlook Express leaves a blank behind each line of the block that it puts above a quote.
        is_header = quote_headers.is_separator(content) or quote_headers.label(content) is not None
        flows = content.endswith(" ") and not is_signature and not is_header
        paragraph.append(content[:-1] if flows and delete_space else content)
        depth = quotes
        if not flows:
            out.append(_joined(paragraph, depth))
            paragraph = []
    if paragraph:
        out.append(_joined(paragraph, depth))
    return "\n".join(out)


def _joined(paragraph: list[str], depth: int) -> str:
    return ">" * depth + (" " if depth else "") + "".join(paragraph)
