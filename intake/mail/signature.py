"""What stands below every mail of a writer: signature, mobile program's line, disclaimer."""

import re

from intake.mail.model import Address

_DELIMITER = re.compile(r"(?:-- ?|—|——|–|_{2,4})")
_FOOTER_RULE = re.compile(r"_{2,}|-{2,} ?|={5,}|\*{5,}|(?:[=-] ){7,}[=-]?")
_FOOTER_CHARS = 15
_DEVICE = (
    r"(?:iphone|ipad|android|blackberry|outlook|windows|mail|yahoo|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo"
    r"|nokia|xperia|motorola|phone|handy|tablet|thunderbird|mobile|spark|手机|手機|平板|邮箱|郵箱|信箱|华为|小米|荣耀"
    r"|三星|网易|飞书|钉钉|企业微信)"
)
# A device or a program has to be named: "sent from the backup server" may be the fault.
_MOBILE = re.compile(
    rf"\s*(?:(?:sent|written) (?:from|via|with|using|by) my [^\n.]{{1,60}}|get outlook for (?:ios|android)[^\n]{{0,60}}"
    rf"|(?:获取|下载|取得|下載)\s?(?:outlook for (?:ios|android)|(?:适用于|適用於)?\s?(?:ios|android)\s?[的版]\s?"
    rf"outlook)[^\n]{{0,60}}"
    rf"|(?:sent (?:from|via|with|using)|gesendet (?:von|mit)|von meine[mr]|envoyé (?:de|depuis)|enviado (?:desde|do|de)"
    rf"|inviato da|verzonden (?:vanaf|met)|skickat från|sendt fra|отправлено (?:с|из)|wysłane z"
    rf"|发自|發自|来自|來自|从|由|使用|通过|나의)[^\n。，]{{0,40}}{_DEVICE}[^\n。，]{{0,60}}"
    rf"|签名由[^\n。，]{{1,30}}定制|sent (?:via|with|using|from) \S[^\n]{{0,40}}?\s?[(<]?\s?https?://[^\s<>]{{1,80}}\s?[)>]?"
    rf"|this (?:e-?mail|mail|message) was sent (?:using|via|with|through) [^\n]{{1,80}}"
    rf"|发自我的[^\n。，]{{1,30}}|發自我的[^\n。，]{{1,30}})\s*",
    re.IGNORECASE,
)
_SENT_BY = "から送信"  # behind the device; looked for by itself, for the expression has no beginning
_MOBILE_BEHIND = re.compile(rf"\s*[^\n。]{{0,20}}{_DEVICE}{_SENT_BY}\s*", re.IGNORECASE)
_FORMULA = (
    r"(?:with )?(?:best|kind|warm|many|kindest|warmest)(?: (?:regards|wishes|thanks))?|(?:best |kind )?regards"
    r"|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|cheers|respectfully|take care|all the best"
    r"|thanks(?: (?:a lot|again|so much|in advance|for your help|and (?:best|kind) regards|, regards))?"
    r"|thank you(?: (?:very much|so much|again|in advance|for your help))?|many thanks|thx|tia|rgds|br|brgds"
    r"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|vielen?) gr(?:ü|ue)(?:ß|ss)en?|(?:viele|beste|liebe"
    r"|freundliche|schöne) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|gru(?:ß|ss)|(?:vielen |herzlichen )?dank(?:e)?(?: im voraus)?"
    r"|(?:bien )?cordialement|bien à vous|(?:meilleures )?salutations|merci(?: d['’]avance| beaucoup| bien)?"
    r"|bonne journée|cdlt|à bientôt"
    r"|saludos(?: cordiales)?|un saludo|atentamente|(?:muchas )?gracias(?: de antemano)?"
    r"|(?:cordiali|distinti) saluti|grazie(?: mille| in anticipo)?|atenciosamente|obrigad[oa]|abraços|cumprimentos"
    r"|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|bedankt|alvast bedankt|z poważaniem|pozdrawiam|dziękuję"
    r"|с уважением|спасибо|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|tack(?: på förhand)?|(?:med )?venlig hilsen"
    r"|hilsen|mvh|takk|tak"
    r"|s pozdrave?m|se srdečným pozdravem|s pozdravom|με εκτίμηση|φιλικά|üdvözlettel|tisztelettel|saygılarımla"
    r"|iyi çalışmalar|trân trọng|ystävällisin terveisin|terveisin|t[:.]|cu stimă|s poštovanjem|lijep pozdrav|lp"
    r"|з повагою|поздрави|med vennlig hilsen|vennlig hilsen|lugupidamisega|pagarbiai|ar cieņu|salam|hormat saya"
    r"|مع (?:خالص )?(?:التحية|تحياتي|الشكر)|تحياتي|شكرا|בברכה|תודה|ขอแสดงความนับถือ"
    r"|此?致|此?\s?致\s*[敬]?礼|礼|敬礼|敬禮|祝好|(?:顺|順)(?:祝|颂|頌)(?:商祺|时祺|時祺)|商祺|即颂近安|祝(?:您|你)?(?:工作|生活)?(?:顺利|順利|愉快)"
    r"|(?:非常)?(?:感谢|感謝|谢谢|謝謝)(?:您|你|啦|了|您的支持|配合)?|多谢|多謝|唔該(?:晒)?|以上|盼复|盼覆|(?:请|請)知悉"
    r"|よろしくお願い(?:いた|致)?します|よろしくお願い申し上げます|以上、?よろしくお願いします|敬具|감사합니다"
)
_BETWEEN = r"(?:[\s,.!;，。！；、،~～&+]|\b(?:and|und|et|y|e|en|og|och)\b)*"
_CLOSING = re.compile(rf"\s*(?:{_FORMULA})(?:{_BETWEEN}(?:{_FORMULA})){{0,2}}{_BETWEEN}", re.IGNORECASE)
# "Cheers - Dana", "谢谢！王工"
_SIGNED = re.compile(
    rf"\s*(?:{_FORMULA})\s*[,.!，。！]?\s*[-–—]\s*[A-Z\u4e00-\u9fff][\w.'’]{{0,20}}(?: [A-Z][\w.'’]{{0,20}}){{0,2}}\s*",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\s*[\"*_(\[【（]*(?:(?:important|urgent|notice|warning)(?: notice)?\s?[:!-]\s?){0,2}"
    r"(?:(?:重要|紧急|緊急|特别|法律|郑重)?(?:声明|聲明|提示|提醒)[】）\])]?\s?[:：]?\s?)?"
    r"(?:this (?:e-?mail|message|communication)(?:,|\s)[^\n]{0,120}(?:confidential|privileged"
    r"|intended|addressee|(?:named|sole|only) recipient)"
    r"|the (?:information|content)s? (?:contained )?(?:in|of|transmitted)[^\n]{0,120}(?:confidential|privileged"
    r"|intended)"
    r"|confidentiality (?:notice|note)|disclaimer\s*:?\s*$|legal notice|if you (?:are not the intended|have"
    r" received this)"
    r"|please consider the environment|(?:diese|die) (?:e-?mail|nachricht)[^\n]{0,100}vertraulich|ce (?:message"
    r"|courriel)[^\n]{0,120}confidentiel"
    r"|este (?:mensaje|correo)[^\n]{0,120}confidencial|(?:本|此)(?:电子)?(?:邮件|郵件)[^\n]{0,60}(?:保密|机密"
    r"|機密)"
    r"|(?:保密|免责|免責)(?:声明|聲明|提示|通知)"
    r"|(?:环保提示|環保提示|(?:请|請)(?:考虑|考慮)(?:环境|環境)|(?:为了|為了)(?:保护|保護)?(?:环境|環境)|(?:打印|列印)(?:本|此)?(?:邮件|郵件)前))",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\s*[\[*\"(【]*(?:(?:caution|warning|attention|note|achtung)\s*[:!-][^\n]{0,60}(?:external|outside|extern)[^\n]{0,300}"
    r"|\[?external(?: e-?mail| sender| message)?\]?:?[^\n]{0,300}(?<![?])"
    r"|(?:this (?:e-?mail|message) )?(?:originated|comes|came) from outside[^\n]{0,300}|外部(?:邮件|郵件)[^\n]{0,120}"
    r"|【外部(?:邮件|郵件)】[^\n]{0,120})[\])*\"】]*\s*",
    re.IGNORECASE,
)
_BANNER_BEGINS = re.compile(
    r"\s*[\[*\"(【]*(?:external\W|external$|external (?:e-?mail|sender|message)\b)", re.IGNORECASE
)
# 課員 曾建宏 敬上
_RESPECTS = re.compile(r"\s*\S[^\n，。,:：]{0,24}\s?(?:敬上|敬启|敬啟|謹啟|谨启|拜上|敬呈|謹上|谨上)\s*")
_BARE_DATE = re.compile(r"\s*\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:\s?(?:星期|周|週).)?\s*")
_NAME_DASH = re.compile(r"[-–—] ?[A-Z\u4e00-\u9fff][\w.'’]{0,20}(?: [A-Z][\w.'’]{0,20}){0,2}\s*")
_SENTENCE = re.compile(
    r"(?<!ltd)(?<!inc)(?<!corp)(?<!co)(?<!no)(?<!dr)(?<!\b[a-z])[.?!。？！][\"')\]]*\s*$|[?？]", re.IGNORECASE
)
_CONTACT = re.compile(
    r"@|https?://|www\.|\+?\d[\d\s()./-]{6,}|\b(?:tel|phone|fax|mobile|mob|cell|email|e-mail)\b|电话|電話|手机"
    r"|手機|传真|傳真|邮箱|地址|公司|部$|分機",
    re.IGNORECASE,
)
_REACHABLE = re.compile(
    r"\b(?:tel|phone|fax|mobile|mob|cell|direct|t|m|p)\b\.?\s{0,2}[:.]?\s{0,2}\+?\(?\d|电话|電話|手机|手機|\S@\S",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.,;:?!。，；：？！]\s*$")
_LABELLED = re.compile(r"[:：]|\d{3}")
_WORDS = re.compile(r"[A-Za-z0-9À-ÿ'’]+|[\u3400-\u9fff]{1,2}|[\u3040-\u30ff]{1,6}")
_MOTTO = re.compile(r"\s*[\"“][^\"“”\n]{5,150}[\"”]\s*(?:[-–—][^\n]{0,40})?")
# What somebody has added below his signature.
_POSTSCRIPT = re.compile(
    r"\s*(?:p\.? ?p?\.? ?s\.?\s{0,2}[:：,-]|p\. ?s\.|(?:又及|附言|补充|補充|另外?)\s?[:：，,])", re.IGNORECASE
)
_ONLY_SIGNS = re.compile(r"[\s|_=*\-–—]*")
SHORT_WORDS = 9
LIMIT_LINES = 12
_CARD_LINES = 8
_LIMIT_BACK = 80
_NAME_CHARS = 40


def is_mobile(line: str) -> bool:
    if len(line) >= 120:
        return False
    line = line.strip(" |\t")
    return _MOBILE.fullmatch(line) is not None or (_SENT_BY in line and _MOBILE_BEHIND.fullmatch(line) is not None)


def is_banner(line: str) -> bool:
    """The warning that a mail server puts above mail from outside."""
    if re.match(r"\s*[\[*\"(【]*external", line, re.IGNORECASE) and not _BANNER_BEGINS.match(line):
        return False
    return _BANNER.fullmatch(line) is not None


def names_of(sender: Address | None) -> frozenset[str]:
    """By what names a sender may sign, case-folded: the display name, its parts, the local part."""
    if sender is None:
        return frozenset()
    whole = " ".join(re.split(r"[\s,()\"/|]+", sender.name)).strip().casefold()
    parts = [part for part in re.split(r"[\s,.()\"/|_-]+", f"{sender.name} {sender.address.partition('@')[0]}") if part]
    return frozenset({whole, *(part.casefold() for part in parts if len(part) > 1)} - {""})


def disclaimer_start(lines: list[str]) -> int | None:
    """The line from which on these are only a disclaimer, to their end."""
    for position, line in enumerate(lines):
        if _DISCLAIMER.match(line):
            return position
    return None


def start(lines: list[str], names: frozenset[str]) -> int | None:
    """The line at which the signature begins that these lines end with; None where they have none.

    A delimiter line counts where what follows is short; a closing formula only where name and contact card
    follow it, and nothing that reads as a sentence: "Thanks, but it is down again." is no farewell. A bare
    formula with a name goes too: desks and the common reply parsers read it as no part of what is said.
    `names` are those by which the sender may sign: his name alone on a last line is a signature, and above a card.
    """
    low, card = _low(lines), _card(lines)
    for position in range(max(0, len(lines) - _LIMIT_BACK), len(lines)):
        line, below = lines[position], lines[position + 1 :]
        if position < low and line != "-- ":
            continue
        if _DELIMITER.fullmatch(line) and _is_short(below, strict=line != "-- "):
            return position
        if position >= card and (_is_footer_rule(line) or _CLOSING.fullmatch(line) or _SIGNED.fullmatch(line)):
            return position
        if position >= card and _RESPECTS.fullmatch(line):
            return _top_of_card(lines, position)
        if _is_named(lines, position, names):
            above = max((at for at in range(position) if lines[at].strip()), default=position)
            return above if _BARE_DATE.fullmatch(lines[above]) else position
    last = [position for position, line in enumerate(lines) if line.strip()][-1:]
    dashed = sum(line.lstrip().startswith(("-", "–", "—")) for line in lines)
    if last and dashed == 1 and _NAME_DASH.fullmatch(lines[last[0]]):
        return last[0]
    return None


def _low(lines: list[str]) -> int:
    """The first line that is low enough for a card below it, which most lines of a mail are not."""
    below = 0
    for position in range(len(lines) - 1, -1, -1):
        if below > LIMIT_LINES:
            return position + 1
        below += bool(lines[position].strip(" |\t").strip())
    return 0


def _card(lines: list[str]) -> int:
    """The first line that has nothing but a card below it, as the last one has."""
    filled = 0
    for position in range(len(lines) - 1, -1, -1):
        if filled > LIMIT_LINES:
            return position + 1
        if lines[position].strip():
            if not _is_card_line(lines[position]):
                return position
            filled += 1
    return 0


def _is_footer_rule(line: str) -> bool:
    return len(line) > _FOOTER_CHARS and _FOOTER_RULE.fullmatch(line) is not None


def _top_of_card(lines: list[str], position: int) -> int:
    """The first of the short lines right above: department, title, name."""
    while position and lines[position - 1].strip() and _is_card_line(lines[position - 1]):
        position -= 1
    return position


def _is_named(lines: list[str], position: int, names: frozenset[str]) -> bool:
    """True where the sender's own name stands on a line set off from what is above, and only a card below; or a
    card with nothing but short lines and a way to reach somebody."""
    line = lines[position].strip(" |\t,-–—")
    above = lines[position - 1].strip(" |\t") if position else ""
    if not 1 < len(line) < _NAME_CHARS or _LABELLED.search(line) or (above and not _BARE_DATE.fullmatch(above)):
        return False
    below = [one for one in lines[position + 1 :] if one.strip(" |\t")]
    words = re.split(r"[\s,./()-]+", line.casefold())
    is_own = line.casefold() in names or (
        bool(words) and len(words) <= 4 and all(word in names for word in words if word)
    )
    if is_own:
        return _is_card(lines[position + 1 :])
    if not position and any(one.strip(" |\t,-–—").casefold() in names for one in below):
        return False  # a word or two, and the writer's own card below them
    is_far = len(below) > 1 or (position > 1 and not lines[position - 2].strip(" |\t"))
    is_reachable = any(_REACHABLE.search(one) for one in below) and not any("=" in one for one in below)
    is_short = all(len(_WORDS.findall(one)) <= SHORT_WORDS and not _ENDS.search(one) for one in [line, *below])
    return is_far and 0 < len(below) < _CARD_LINES and is_reachable and is_short


def _is_short(lines: list[str], strict: bool) -> bool:
    """Not more than signatures are, and no postscript; below a delimiter without its space, nothing that asks or
    lists."""
    filled = [line for line in lines if line.strip()]
    if any(_POSTSCRIPT.match(line) for line in filled):
        return False
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
    if is_mobile(line) or _MOTTO.fullmatch(line) or _CLOSING.fullmatch(line) or _ONLY_SIGNS.fullmatch(line):
        return True
    if _CONTACT.search(line) and len(line) < 150 and not _SENTENCE.search(line.rstrip(". ")):
        return True
    return len(_WORDS.findall(line)) <= SHORT_WORDS and not _SENTENCE.search(line)
