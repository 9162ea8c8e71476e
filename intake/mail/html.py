"""HTML to readable text. Cleaning for display is another matter; nothing here is shown as HTML."""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

# What a mail program made is far below; of what is above, the text is taken without its structure.
LIMIT_CHARS = 1_000_000

# Unclosed <p> and <li> count as nested, so that this is far above what mail programs make, too.
LIMIT_DEPTH = 5_000
_TAG = re.compile(r"<[^<>]{1,2000}>")

_SKIP = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "div", "dl", "dt", "dd", "fieldset", "figure", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tr", "ul"}
)
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_MANY_BREAKS = re.compile(r"\n{3,}")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def to_text(html: str) -> str:
    """The text a reader would see: blocks on lines of their own, list items with a dash, table
    cells set off by tabs, quotes marked with `>` as in plain text."""
    if len(html) > LIMIT_CHARS or _nests_too_deep(html):
        return _MANY_BREAKS.sub("\n\n", without_tags(html)).strip()
    body = LexborHTMLParser(html).body
    if body is None:
        return ""
    out: list[str] = []
    _write(body, out)
    text = "".join(out).translate(_INVISIBLE)
    lines = (line.strip(" ") for line in text.split("\n"))
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()


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


def _write(root: LexborNode, out: list[str]) -> None:
    """Walk the tree with a stack of its own: mails nest deeper than Python recurses."""
    stack: list[tuple[LexborNode | None, str]] = [(root, "")]
    while stack:
        node, closing = stack.pop()
        if node is None:
            out.append(closing)
            continue
        tag = node.tag
        if tag == "-text":
            out.append(_SPACES.sub(" ", node.text_content or ""))
            continue
        if tag in _SKIP:
            continue
        opening, closing = _marks(tag or "")
        out.append(opening)
        stack.append((None, closing))
        children = list(node.iter(include_text=True))
        stack.extend((child, "") for child in reversed(children))


def _marks(tag: str) -> tuple[str, str]:
    if tag == "br":
        return "\n", ""
    if tag == "li":
        return "\n- ", "\n"
    if tag in ("td", "th"):
        return "", "\t"
    if tag in ("p", "blockquote", "table", "h1", "h2", "h3", "ul", "ol"):
        return "\n\n", "\n\n"
    if tag in _BLOCKS:
        return "\n", "\n"
    return "", ""
