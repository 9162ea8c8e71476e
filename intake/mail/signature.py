"""What stands below every mail of a writer: signature, mobile program's line, disclaimer."""

import re

_DELIMITER = re.compile(r"(?:-- ?|—|——|–)")
_FOOTER_RULE = re.compile(r"_{2,}|-{2,} ?|={5,}|\*{5,}")
_DEVICE = (
    r"(?:iphone|ipad|android|blackberry|outlook|windows|mail|yahoo|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo"
    r"|nokia|xperia|motorola|phone|handy|tablet|thunderbird|mobile|手机|手機|平板|邮箱|郵箱|信箱|华为|小米|荣耀|三星"
    r"|网易|飞书|钉钉|企业微信)"
)
# A device or a program has to be named: "sent from the backup server" may be the fault.
_MOBILE = re.compile(
    rf"\s*(?:(?:sent|written) (?:from|via|with|using|by) my [^\n.]{{1,60}}|get outlook for (?:ios|android)[^\n]{{0,60}}"
    rf"|(?:sent (?:from|via|with|using)|gesendet (?:von|mit)|von meine[mr]|envoyé (?:de|depuis)|enviado (?:desde|do|de)"
    rf"|inviato da|verzonden (?:vanaf|met)|skickat från|sendt fra|отправлено (?:с|из)|wysłane z"
    rf"|发自|發自|来自|來自|从|由|使用|通过|나의)[^\n。，]{{0,40}}{_DEVICE}[^\n。，]{{0,60}}"
    rf"|[^\n。]{{0,20}}{_DEVICE}から送信|发自我的[^\n。，]{{1,30}}|發自我的[^\n。，]{{1,30}})\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:(?:with )?(?:best|kind|warm|many|kindest|warmest)(?: (?:regards|wishes|thanks))?|(?:best |kind"
    r" )?regards|sincerely(?: yours)?"
    r"|yours (?:sincerely|faithfully|truly)|cheers|thanks(?: (?:a lot|again|so much|in advance|and (?:best"
    r"|kind) regards|, regards))?"
    r"|thank you(?: (?:very much|so much|again|in advance))?|many thanks|thx|rgds|br|brgds"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|vielen) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe"
    r"|freundliche) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|gru(?:ß|ss)"
    r"|(?:bien )?cordialement|bien à vous|(?:meilleures )?salutations|saludos(?: cordiales)?|un saludo"
    r"|atentamente|cordiali saluti|atenciosamente"
    r"|met vriendelijke groet(?:en)?|z poważaniem|pozdrawiam|с уважением|med vänliga? hälsning(?:ar)?|med"
    r" venlig hilsen"
    r"|此致|敬礼|敬禮|祝好|顺祝商祺|順頌商祺|顺颂商祺|順祝商祺|商祺|祝(?:您|你)?(?:工作|生活)(?:顺利|愉快)|谢谢"
    r"|多谢|謝謝|感谢|感謝|以上|盼复|盼覆"
    r"|よろしくお願い(?:いた|致)?します|敬具|감사합니다)[\s,.!，。！~～、]*",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\s*[\"*_(\[]*(?:this (?:e-?mail|message|communication)(?:,|\s)[^\n]{0,120}(?:confidential|privileged"
    r"|intended|addressee|recipient)"
    r"|the (?:information|content)s? (?:contained )?(?:in|of|transmitted)[^\n]{0,120}(?:confidential|privileged"
    r"|intended)"
    r"|confidentiality (?:notice|note)|disclaimer\s*:?\s*$|legal notice|if you (?:are not the intended|have"
    r" received this)"
    r"|please consider the environment|(?:diese|die) (?:e-?mail|nachricht)[^\n]{0,100}vertraulich|ce (?:message"
    r"|courriel)[^\n]{0,120}confidentiel"
    r"|este (?:mensaje|correo)[^\n]{0,120}confidencial|(?:本|此)(?:电子)?(?:邮件|郵件)[^\n]{0,60}(?:保密|机密"
    r"|機密)"
    r"|(?:保密|免责|免責)(?:声明|聲明|提示|通知))",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\s*[\[*\"(]*(?:(?:caution|warning|attention|note)\s*[:!-][^\n]{0,60}(?:external|outside)[^\n]{0,300}"
    r"|\[?external(?: e-?mail)?\]?:?\s*"
    r"|(?:this (?:e-?mail|message) )?(?:originated|comes|came) from outside[^\n]{0,300}|外部邮件[^\n]{0,80}"
    r"|【外部邮件】[^\n]{0,80})[\])*\"]*\s*",
    re.IGNORECASE,
)
_NAME_DASH = re.compile(r"[-–—] ?[A-Z\u4e00-\u9fff][\w.'’]{0,20}(?: [A-Z][\w.'’]{0,20}){0,2}\s*")
_SENTENCE = re.compile(r"[.?!。？！][\"')\]]*\s*$|[?？]")
_CONTACT = re.compile(
    r"@|https?://|www\.|\+?\d[\d\s()./-]{6,}|\b(?:tel|phone|fax|mobile|mob|cell|email|e-mail)\b|电话|電話|手机"
    r"|手機|传真|傳真|邮箱|地址|公司|部$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z0-9'’]+|[\u3400-\u9fff]")
SHORT_WORDS = 9
LIMIT_LINES = 12
_LIMIT_BACK = 80


def is_mobile(line: str) -> bool:
    return len(line) < 120 and _MOBILE.fullmatch(line) is not None


def is_banner(line: str) -> bool:
    """The warning that a mail server puts above mail from outside."""
    return _BANNER.fullmatch(line) is not None


def disclaimer_start(lines: list[str]) -> int | None:
    """The line from which on these are only a disclaimer, to their end."""
    for position, line in enumerate(lines):
        if _DISCLAIMER.match(line):
            return position
    return None


def start(lines: list[str]) -> int | None:
    """The line at which the signature begins that these lines end with; None where they have none.

    A delimiter line counts where what follows is short; a closing formula only where name and contact card
    follow it, and nothing that reads as a sentence: "Thanks, but it is down again." is no farewell. A bare
    formula with a name goes too: desks and the common reply parsers read it as no part of what is said.
    """
    for position in range(max(0, len(lines) - _LIMIT_BACK), len(lines)):
        line = lines[position]
        if _DELIMITER.fullmatch(line) and _is_short(lines[position + 1 :], strict=line != "-- "):
            return position
        if _FOOTER_RULE.fullmatch(line) and len(line) > 20 and _is_card(lines[position + 1 :]):
            return position
        if _CLOSING.fullmatch(line) and _is_card(lines[position + 1 :]):
            return position
    last = [position for position, line in enumerate(lines) if line.strip()][-1:]
    dashed = sum(line.lstrip().startswith(("-", "–", "—")) for line in lines)
    if last and dashed == 1 and _NAME_DASH.fullmatch(lines[last[0]]):
        return last[0]
    return None


def _is_short(lines: list[str], strict: bool) -> bool:
    """Not more than signatures are; below a delimiter without its space, nothing that asks or lists."""
    filled = [line for line in lines if line.strip()]
    if len(filled) > (LIMIT_LINES if strict else 3 * LIMIT_LINES):
        return False
    return not strict or not any(_SENTENCE.search(line) and len(_WORDS.findall(line)) > SHORT_WORDS for line in filled)


def _is_card(lines: list[str]) -> bool:
    """Name, title, firm, how to reach them: short lines, none of them a sentence."""
    filled = [line for line in lines if line.strip()]
    if len(filled) > LIMIT_LINES:
        return False
    return all(_is_card_line(line) for line in filled)


def _is_card_line(line: str) -> bool:
    if is_mobile(line) or _CLOSING.fullmatch(line):
        return True
    if _CONTACT.search(line) and len(line) < 150 and not _SENTENCE.search(line.rstrip(". ")):
        return True
    return len(_WORDS.findall(line)) <= SHORT_WORDS and not _SENTENCE.search(line)
