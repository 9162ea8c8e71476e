"""Which of a multipart/alternative are read: the plain text, unless it says nothing or only that there is HTML."""

import re

from intake.mail import html
from intake.mail.charset import decode, in_html
from intake.mail.mime import Part

# What a program writes into the plain part when all it has is HTML.
_HTML_ONLY = re.compile(
    r"\s*(?:this (?:e-?mail|message) (?:is|was sent) in html|your (?:e-?mail|mail) (?:client|program|reader) does not"
    r" support html|to view (?:this|the) (?:message|e-?mail), please use an html|please view this e-?mail in html"
    r"|(?:your|this) (?:e-?mail|mail) (?:client|program|reader) (?:cannot|can['’]t|is unable to) (?:show|display|read)"
    r" html|this is (?:an? )?html (?:e-?mail|message|mail)"
    r"|您的(?:邮件)?(?:客户端|邮箱)不支持html|此邮件为html|本邮件为html)[^\n]{0,300}\s*",
    re.IGNORECASE,
)
_NOTICE_CHARS = 300
# What stands for a picture, and characters that nobody sees.
_UNSEEN = re.compile(r"\[(?:cid|image)\s?:[^\]\n]{0,200}\]|[\s\ufeff\u200b-\u200f\u2060\u00ad\u034f]+", re.IGNORECASE)
# The same again, for mail programs that show moving pages and for watches.
_LESSER = frozenset({"text/x-amp-html", "text/watch-html"})
_NAME_CHARS = 20
_FRAGMENT_CHARS, _WHOLE_CHARS = 30, 50
_QUOTED = re.compile(
    r"^> |^[^\n]{0,40}@[^\n]{0,80}$|^-{5,}|^_{5,}|^(?:from|sent|von|de|发件人|寄件者|差出人)\s?[:：]", re.I | re.M
)


def choose(children: list[Part], html_room: int = html.LIMIT_CHARS) -> tuple[list[Part], bool]:
    """The children to read, and whether the plain text is one of them, so that HTML is not wanted: it may lie
    deeper, beside its pictures. HTML of more than `html_room` characters is compared by its words alone."""
    main = [child for child in children if child.media_type not in _LESSER]
    children = main or children
    plain = [child for child in children if child.media_type == "text/plain"]
    if any(_says_something(child, children, html_room) for child in plain):
        return children, True
    if len(plain) == len(children):
        return children, False
    return [child for child in children if child not in plain], False


def _says_something(part: Part, children: list[Part], html_room: int) -> bool:
    text = decode(part.content, part.charset)[0]
    if _HTML_ONLY.fullmatch(text):
        return False
    if len(text) > _NOTICE_CHARS and text[0].isalnum():  # what is unseen begins with none such
        return True
    said = _UNSEEN.sub("", text)
    if not said:
        return False
    if len(text) > _NOTICE_CHARS or not ("html" in text.lower() or len(said) <= _FRAGMENT_CHARS):
        return True
    shown = [html.to_text(_source(page), html_room) for page in pages(children)]
    if "html" in text.lower():
        # A notice about the HTML, in whatever words, is no part of it; somebody's words about HTML stand in both.
        return not shown or any(said[:_NAME_CHARS] in _UNSEEN.sub("", text) for text in shown)
    return not any(_is_whole(text) for text in shown)


def _is_whole(page: str) -> bool:
    """Somebody wrote far more than the fragment that his program put into the plain text, and none of it is a quote."""
    return len(_UNSEEN.sub("", page)) > _WHOLE_CHARS and not _QUOTED.search(page)


def pages(parts: list[Part]) -> list[Part]:
    """The HTML among these parts and below them."""
    return [found for part in parts for found in part.walk() if found.media_type == "text/html"]


def _source(page: Part) -> str:
    return decode(page.content, page.charset or in_html(page.content))[0]
