"""What multifunction printers write above a scanned page that they mail."""

import re

_SUBJECT = re.compile(
    r"^\W{0,2}message from \W{0,2}(?:(?:SKM|KMBT|KM|RNP|BRN|BRW|NPI|ET|XRX)[_-]?[0-9A-F]{0,2}\w*\d\w*)\W*$"
    r"|^scan(?:ned (?:image|document|file))? from (?:an? )?"
    r"(?:xerox|hp|kyocera|taskalfa|ecosys|brother|canon|epson|sharp|mx-|konica|bizhub|ricoh|lexmark|toshiba"
    r"|e-studio)\b"
    r"|^(?:来自|從|从)\s?\W?(?:ricoh|kyocera|canon|xerox|konica|sharp|brother|理光|京瓷|佳能|施乐|柯尼卡美能达"
    r"|夏普|兄弟)\b[^\n]{0,30}"
    r"(?:的)?(?:邮件|扫描件|扫描|郵件|掃描)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\s*this e-?mail was sent from \"[^\"\n]{2,60}\"(?: \([^)\n]{1,60}\))?\."
    r"|\s*(?:本|此)(?:电子|電子)?(?:邮件|郵件)(?:发送自|發送自|从|從|由)\s?[\"“][^\"”\n]{2,60}[\"”]"
    r"|\s*please open the attached document\.\s{1,4}(?:it|this document) was (?:scanned and |digitally )?sent to you"
    r" using an?\b",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"^\s*attached file is (?:a )?scanned (?:image|document)"
    r"|^\s*(?:scan date|扫描日期|掃描日期)\s?[:：][^\n]{1,60}\n\s*(?:queries to|疑问请|查询请|疑問請|查詢請)",
    re.IGNORECASE | re.MULTILINE,
)
# Whatever that finds holds one of these, in folded text.
_SIGNS = ("scan", "扫描日期", "掃描日期")
_READ_CHARS = 2000


def say_so(subject: str, text: str) -> bool:
    """True for the mail of a scanner: what somebody has put on its glass is attached, and nobody reads an answer."""
    text = text[:_READ_CHARS]
    if _SUBJECT.search(subject) or _BEGINS.match(text):
        return True
    folded = text.casefold()
    return any(sign in folded for sign in _SIGNS) and _LINE.search(text) is not None
