"""A mail's HTML made fit to be shown: nothing runs, nothing is fetched, nothing leaves the frame."""

import nh3

_TAGS = """
a abbr address b bdi bdo blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure
font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot
th thead tr tt u ul var
"""
_SIZES = {"width", "height"}
_CELL = _SIZES | {"align", "valign", "colspan", "rowspan", "bgcolor"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"title", "lang", "dir", "style"},
    "a": {"href"},
    "img": _SIZES | {"src", "alt"},
    "font": {"color", "size", "face"},
    "table": _CELL | {"border", "cellpadding", "cellspacing"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
}
# None of them can fetch anything: nh3 drops values with url() together with the property.
_STYLES = {
    "color", "background-color", "font-weight", "font-style", "font-size", "font-family", "text-align",
    "text-decoration", "margin", "margin-left", "margin-top", "margin-bottom", "padding", "padding-left", "border",
    "border-left", "border-collapse", "white-space", "vertical-align", "width",
}  # fmt: skip
_NO_CONTENT = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math"}
LIMIT_CHARS = 2_000_000


def clean(html: str) -> str:
    """The HTML with an allow-list of elements, attributes and styles. Images only by `cid:` (RFC 2392, the
    mail's own parts); links open elsewhere and tell nobody where they were. Cut at LIMIT_CHARS: the source
    has the rest."""
    return nh3.clean(
        html[:LIMIT_CHARS],
        tags=set(_TAGS.split()),
        clean_content_tags=_NO_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=_STYLES,
        strip_comments=True,
    )


def _filter(tag: str, attribute: str, value: str) -> str | None:
    """No picture from elsewhere: to fetch it would tell the sender that, when and where the mail was read."""
    if tag == "img" and attribute == "src":
        return value if value.strip().lower().startswith("cid:") else None
    return None if attribute == "style" and "url(" in value.lower() else value
