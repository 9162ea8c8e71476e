"""HTML to readable text. Cleaning for display is another matter; nothing here is shown as HTML.

What programs mark in their HTML is kept in the text as plain mail has it: quotes get `> `, a signature `-- `.
"""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

# What a mail program made is far below; of what is above, the text is taken without its structure.
LIMIT_CHARS = 1_000_000

# Unclosed <p> and <li> count as nested, so that this is far above what mail programs make, too.
LIMIT_DEPTH = 5_000
_DEEPEST_QUOTE = 20
_TAG = re.compile(r"<[^<>]{1,2000}>")

_SKIP = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "div", "dl", "dt", "dd", "fieldset", "figure", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "sign"}
    | {"table", "tr", "ul"}
)
# What is closed of these is no text, whatever else is wrong.
_UNREAD = (("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>"), ("<title", "</title>"))
_ANY = re.compile(r"\w")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_MANY_BREAKS = re.compile(r"\n{3,}")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\x01\x02\x03"))

# Signs of our own on the way: a quote begins and ends (a line each), and a blank that stays.
_OPEN, _CLOSE, _BLANK = "\x01", "\x02", "\x03"
_RULE = "-" * 40

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
# Gmail, Apple Mail and Outlook indent with blockquotes, too.
_INDENTED = re.compile(r"margin(?:-left)?\s*:\s*(?:0(?:px)? ){0,3}[34]\dpx[\s\S]{0,60}border\s*:\s*none", re.IGNORECASE)
# Containers of what is answered, by the programs' own names for them: Yahoo, Spark, 163, NetEase's client, QQ, Feishu,
# Outlook's on the phone.
_QUOTES = frozenset(
    {"yahoo_quoted", "messagereplysection", "isreplycontent", "ntes-mailmaster-quote", "xmail_quote", "qmail_quote"}
    | {"lark-mail-quote", "history-quote-wrapper", "zmail_extra_content", "mail-quote"}
)
_SIGNATURE = re.compile(r"(?:^|[-_\s])(?:signature|signaturesection|sig|sign)(?:[-_\s]|$)|signaturesection", re.I)
_SIGNATURE_CHARS = 1500
# Foxmail draws this line above every signature.
_FOXMAIL_LINE = re.compile(r"width\s*:\s*210px", re.IGNORECASE)


def to_text(html: str, limit_chars: int = LIMIT_CHARS) -> str:
    """The text a reader would see: blocks on lines of their own, list items with a dash, table
    cells set off by tabs, quotes marked with `>` as in plain text. Of what is longer than `limit_chars` the text
    without structure."""
    if len(html) > limit_chars or _nests_too_deep(html):
        return _MANY_BREAKS.sub("\n\n", without_tags(html)).strip()
    body = LexborHTMLParser(html).body
    if body is None:
        return ""
    out: list[str] = []
    _write(body, out)
    text = _MANY_BREAKS.sub("\n\n", "\n".join(_quoted("".join(out)))).strip()
    return text if _ANY.search(text) else _rescued(html) or text


def _rescued(html: str) -> str:
    """The words of a mail of which a reader would see none: all of it stands within a comment, a style or a title that
    is never closed, or is hidden by mistake."""
    for begin, end in _UNREAD:
        html = _without(html, begin, end)
    return _MANY_BREAKS.sub("\n\n", without_tags(html.replace("<!--", ""))).strip()


def _without(html: str, begin: str, end: str) -> str:
    """`html` without what stands between each `begin` and the next `end`; one that is never ended is left."""
    folded, kept, position = html.lower(), [], 0
    if len(folded) != len(html):  # a few letters are two in lower case
        return html
    while (start := folded.find(begin, position)) >= 0 and (stop := folded.find(end, start)) >= 0:
        kept.append(html[position:start])
        position = stop + len(end)
    return "".join([*kept, html[position:]])


def without_tags(html: str) -> str:
    """The text between the tags, whatever they mean; linear in time, and nothing is lost."""
    return unescape(_TAG.sub("\n", html))


def _nests_too_deep(html: str) -> bool:
    """The parser takes time with the square of the depth: 80,000 open elements took it 7 s."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        name = tag[0][1:].lower()
        if name.startswith("/"):
            depth = max(0, depth - 1)
        elif not name.startswith(("!", "br", "img", "hr", "meta", "link", "input", "?")) and not name.endswith("/>"):
            depth += 1
            deepest = max(deepest, depth)
    return deepest > LIMIT_DEPTH


def _quoted(text: str) -> list[str]:
    """The lines, those within quotes with their marks."""
    lines: list[str] = []
    depth = 0
    for raw in text.split("\n"):
        line = raw.strip(" ")
        if line in (_OPEN, _CLOSE):
            while lines and lines[-1] and not lines[-1].strip("> "):
                lines.pop()
            depth = max(0, depth + (1 if line == _OPEN else -1))
            continue
        line = line.replace(_BLANK, " ").rstrip(" ")
        mark = "> " * min(depth, _DEEPEST_QUOTE)
        if line or not depth or (lines and lines[-1].strip("> ")):
            lines.append(f"{mark}{line}" if line else mark.rstrip())
    return lines


def _write(root: LexborNode, out: list[str]) -> None:
    """Walk the tree with a stack of its own: mails nest deeper than Python recurses."""
    stack: list[tuple[LexborNode | None, str, bool]] = [(root, "", False)]
    while stack:
        node, closing, verbatim = stack.pop()
        if node is None:
            out.append(closing)
            continue
        tag = node.tag or ""
        if tag == "-text":
            out.append(_shown(node.text_content or "", verbatim))
            continue
        attributes = node.attributes
        style = attributes.get("style") or ""
        is_advert = attributes.get("title") == "neteasefooter"
        if tag in _SKIP or is_advert or "hidden" in attributes or (style and _HIDDEN.search(style)):
            continue
        opening, closing = _marks(tag, style)
        if tag == "blockquote" or attributes:
            opening, closing = _meaning(node, tag, attributes, style, opening, closing, out)
        out.append(opening)
        stack.append((None, closing, False))
        verbatim = verbatim or tag in ("pre", "textarea") or bool(style and _PREFORMATTED.search(style))
        stack.extend((child, "", verbatim) for child in reversed(list(node.iter(include_text=True))))


def _shown(text: str, verbatim: bool) -> str:
    text = text.translate(_INVISIBLE)
    if not verbatim:
        return _SPACES.sub(" ", text)
    return text.replace("\r\n", "\n").replace("\t", "    ").replace("\u00a0", " ").replace(" ", _BLANK)


def _meaning(
    node: LexborNode,
    tag: str,
    attributes: dict[str, str | None],
    style: str,
    opening: str,
    closing: str,
    out: list[str],
) -> tuple[str, str]:
    """The marks of an element that a program gave a meaning: quote or signature."""
    names = " ".join(value for key in ("class", "id", "name") if (value := attributes.get(key)))
    is_quote = tag == "blockquote" and not _INDENTED.search(style)
    if is_quote or (names and not _QUOTES.isdisjoint(names.lower().split())):
        return f"\n\n{_OPEN}\n", f"\n{_CLOSE}\n\n"
    if names and _SIGNATURE.search(names) and _is_above(node, out):
        return f"\n-- \n{opening}", closing
    return opening, closing


def _is_above(node: LexborNode, out: list[str]) -> bool:
    """True where a signature's mark is wanted: some text above it, no mark yet, and no whole mail within."""
    before = "".join(out[-20:]).rstrip()
    text = node.text(deep=True).strip()
    return bool(before) and not before.endswith("--") and not text.startswith("--") and 0 < len(text) < _SIGNATURE_CHARS


def _marks(tag: str, style: str) -> tuple[str, str]:
    if tag == "br":
        return "\n", ""
    if tag == "hr":
        return ("\n-- \n" if _FOXMAIL_LINE.search(style) else f"\n{_RULE}\n"), ""
    if tag == "li":
        return "\n- ", "\n"
    if tag in ("td", "th"):
        return "", "\t"
    if tag in ("p", "blockquote", "table", "h1", "h2", "h3", "ul", "ol"):
        return "\n\n", "\n\n"
    if tag in _BLOCKS:
        return "\n", "\n"
    return "", ""
