"""How mail programs announce what they quote or pass on: attribution lines, header blocks, separators.

Known from what the programs write, in the languages that desks meet: Outlook, Gmail, Apple Mail, Thunderbird, Lotus
Notes, Yahoo, Foxmail, QQ, 163, Coremail, WeLink, DingTalk and their mobile kin.
"""

import re
from dataclasses import dataclass

_LABELS = {
    "from": "from von de da van od från fra от отправитель lähettäjä expéditeur remitente mittente afzender "
    "发件人 發件人 寄件者 寄件人 发信人 發信人 发自 差出人 送信者 보낸사람",
    "date": "sent date gesendet datum envoyé envoyéle dateenvoi enviado enviadoel enviadaem fecha inviato data"
    " verzonden "
    "wysłano skickat sendt lähetetty дата отправлено 发送时间 發送時間 发送日期 發送日期 发件时间 时间 時間"
    " 日期 寄件日期 寄送日期 傳送時間 傳送日期 寄件時間 寄送時間 发出时间 发信时间 發件時間 "
    "送信日時 日時 보낸날짜 날짜",
    "to": "to an à a para per aan do till til vastaanottaja кому destinataire pour 收件人 收件者 宛先 받는사람 收信人",
    "cc": "cc bcc kopie copie cópia kopia копия 抄送 抄送人 抄送至 副本 密件抄送 참조",
    "subject": "subject betreff objet asunto oggetto assunto onderwerp temat ämne emne aihe тема 主题 主題 主旨"
    " 件名 标题 제목",
    "other": "reply-to replyto importance priority attachments anhang 附件 重要性 优先级 organization"
    " message-id mailed-by",
}
_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_LABEL_CHARS = 24
_SPLIT = re.compile(r"[:：|\t]")
_FILLING = re.compile(r"[\s\u3000*]+")
_LEADING = " \t*|>\u3000"

_SEPARATED = (
    r"original[- ]message|original appointment|replied message|reply message|forwarded[- ]message|forwarded"
    r" (?:by|mail)[^-\n]{0,80}"
    r"|urspr(?:ü|ue)ngliche (?:nachricht|mail)|original-?nachricht|weitergeleitete nachricht|weitergeleitet"
    r" von[^-\n]{0,80}"
    r"|message d['’]origine|message original|message transféré|message transmis|mensaje original|mensaje reenviado"
    r"|messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht"
    r"|doorgestuurd bericht"
    r"|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti|wiadomość oryginalna"
    r"|исходное сообщение|пересылаемое сообщение|元のメッセージ|転送(?:された)?メッセージ|원본 메시지|전달된 메시지"
    r"|原始[邮郵]件(?:信息)?|[邮郵]件原件|原[邮郵]件|回[复覆]的原[邮郵]件|原始信息"
    r"|[转轉][发發](?:的)?[邮郵]件(?:信息)?|轉寄(?:的)?郵件"
    r"|原信[内內]容|原文|转发内容|[邮郵]件原文|original"
)
_SEPARATOR = re.compile(rf"[\s>]*[-_=~*—]{{2,}}[\s>]*(?:{_SEPARATED})[\s>:：]*[-_=~*—]{{2,}}\s*", re.IGNORECASE)
_BEGINS = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message"
    r" (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem reencaminhada|begin"
    r" doorgestuurd bericht"
    r"|开始转发的?邮件|下面是被转发的邮件|下面是被轉寄的郵件|開始轉寄郵件|転送されたメール)\s*[:：]\s*",
    re.IGNORECASE,
)
# The same words alone on a line, right above a block.
_BARE = re.compile(rf"\s*(?:{_SEPARATED})\s*[:：]?\s*", re.IGNORECASE)
_BLOCK_WITHIN = 4
# Lotus Notes: who and when, then lines for To, cc and Subject.
_NOTES = re.compile(
    r"[^\n]{2,150}?\s(?:on )?\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?(?: [A-Z]{3,4})?\s*",
    re.IGNORECASE,
)
_RESPOND = re.compile(r"\s*(?:please respond to|bitte antworten an|veuillez répondre à)\b", re.IGNORECASE)
# Novell GroupWise: >>> Ann <ann@x.example> 11/09/26 10:14 >>>
_GROUPWISE = re.compile(r">>> ?\S[^\n]{3,150}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}[^\n]{0,20}>>>\s*")
_RULE = re.compile(r"\s*[_\-=*—]{8,}\s*")
_ABOVE = re.compile(
    r"[\s#*=_-]*(?:please )?(?:type |write |enter )?(?:your )?reply above (?:this|the) line[\s\S]{0,60}"
    r"|[\s#*=_-]*(?:in replies all text above this line is added to the ticket|do not write below this"
    r" line)[\s\S]{0,60}"
    r"|[\s#*=_-]*请在此(?:行|线)(?:以上|上方)(?:回复|填写)[\s\S]{0,40}",
    re.IGNORECASE,
)

# "... wrote:" at the end of the line; in Germanic languages the name may follow the verb.
_VERB_LAST = re.compile(
    r"(?:\bwrote|\bwrites|\bsays|\bsaid|\bschrieb|\ba écrit|\bécrit|\bescribió|\bha scritto|\bescreveu"
    r"|\bschreef|\bnapisał(?:\(a\)|a)?"
    r"|\bpisze|\bпишет|\bнаписал(?:\(а\)|а)?|\bskrev|\bkirjoitti|写道|寫道|写到|寫到|さんは書きました"
    r"|さんが書きました|님이 작성|님이 씀"
    r"|\bkirjutas|\bnapsal(?:\(a\)|a)?|\bírta|\ba scris|\byazdı)\s?[:：]\s*$",
    re.IGNORECASE,
)
_VERB_WITHIN = re.compile(
    r"\b(?:schrieb|schreef|skrev|kirjoitti|pisze|wrote on|napisał\(a\))\b[^\n]{0,150}[:：]\s*$", re.IGNORECASE
)
_STARTS = re.compile(
    r"[\s>*]*(?:On |Am |Le |El |Il |Em |Op |W dniu |Den |Dnia |Dňa |Dne |At |On,|Kl\. |Пн|Вт|Ср|Чт|Пт|Сб|Вс|在"
    r"|於|于|\d|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"[\s>]*\d{4}(?:[-/.]|年 ?)\d{1,2}(?:[-/.]|月"
    r" ?)\d{1,2}[^\n]{0,120}<[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$"
)
_WHOLE = re.compile(r"<\s?[^<>\s]+@[^<>\s]+\s?>[\s\S]*\d{1,2}:\d{2}|\d{1,2}:\d{2}[\s\S]*@")
_EVIDENCE = re.compile(r"\d|@")
_ATTRIBUTION_LINES = 4
_ATTRIBUTION_CHARS = 400
_VERB_CHARS = 200


@dataclass(frozen=True, slots=True)
class Header:
    """An announcement: the lines from `start` to `end` (exclusive). `fields` are those of a header block, by kind:
    from, date, to, cc, subject. `is_separator` where a program drew a line with words, or a whole block stands;
    `is_certain` is False where it may as well be a log or a notice, so that it counts only in mails that answer or
    pass on others."""

    start: int
    end: int
    fields: tuple[tuple[str, str], ...] = ()
    is_separator: bool = False
    is_certain: bool = True

    def field(self, kind: str) -> str:
        return next((value for name, value in self.fields if name == kind), "")


def is_above(line: str) -> bool:
    """True for the line above which a ticket system wants its answer."""
    return _ABOVE.fullmatch(line) is not None


def is_framed(line: str) -> bool:
    """True for GroupWise's announcement, which looks like a quoted line."""
    return _GROUPWISE.fullmatch(line) is not None


def find(lines: list[str], at: int) -> Header | None:
    """The announcement that begins at that line, if one does."""
    return block(lines, at) or attribution(lines, at)


def block(lines: list[str], at: int) -> Header | None:
    """The separator or block of header fields that begins at that line, if one does."""
    line = lines[at].replace("&nbsp;", " ")  # QQ writes it into plain text, too
    if not line.strip():
        return None
    if _ABOVE.fullmatch(line) or _GROUPWISE.fullmatch(line):
        return Header(at, at + 1, is_separator=True)
    if _SEPARATOR.fullmatch(line) or _BEGINS.fullmatch(line):
        end, fields = _fields(lines, at + 1)
        return Header(at, end if fields else at + 1, fields, is_separator=True)
    if _RULE.fullmatch(line) or _BARE.fullmatch(line):
        end, fields = _fields(lines, _below_rule(lines, at + 1))
        is_certain = _is_dated(fields) and not _BARE.fullmatch(line)
        return Header(at, end, fields, True, is_certain) if _is_block(fields, 2) else None
    if label(line) is not None:
        end, fields = _fields(lines, at)
        if _is_block(fields, 3):
            return Header(at, end, fields, True, _is_dated(fields))
    return _notes(lines, at) if _NOTES.fullmatch(line) else None


def _is_dated(fields: tuple[tuple[str, str], ...]) -> bool:
    return any(kind == "date" for kind, _ in fields)


def _below_rule(lines: list[str], at: int) -> int:
    """Past a line that is drawn between the words and the block."""
    following = next((n for n in range(at, min(at + _BLOCK_WITHIN, len(lines))) if lines[n].strip()), at)
    return following + 1 if following < len(lines) and _RULE.fullmatch(lines[following]) else at


def _notes(lines: list[str], at: int) -> Header | None:
    """What Lotus Notes puts above: a line for who and when, and below it To, cc, Subject, but no From."""
    position = at + 1
    while position < min(at + _BLOCK_WITHIN, len(lines)) and (
        not lines[position].strip() or _RESPOND.match(lines[position])
    ):
        position += 1
    end, fields = _fields(lines, position)
    kinds = {kind for kind, _ in fields}
    return Header(at, end, fields, True, is_certain=False) if {"to", "subject"} <= kinds else None


def attribution(lines: list[str], at: int) -> Header | None:
    """The line or lines such as `On 9 Nov 2026, Ann <ann@x.example> wrote:` that begin there."""
    after = _attribution_end(lines, at) if lines[at].strip() else None
    return Header(at, after) if after else None


def label(line: str) -> tuple[str, str] | None:
    """Kind and value of a line such as `发件人：Ann <ann@x.example>`, in any of the languages."""
    line = line.lstrip(_LEADING)
    found = _SPLIT.search(line[:_LABEL_CHARS])
    if found is None:
        return None
    kind = _KIND.get(_FILLING.sub("", line[: found.start()]).casefold())
    return (kind, line[found.end() :].strip(" \t*|\u3000")) if kind else None


def _fields(lines: list[str], start: int) -> tuple[int, tuple[tuple[str, str], ...]]:
    """The labelled lines from there on, with what is folded under them; where the block ends."""
    fields: list[tuple[str, str]] = []
    end = position = start
    blanks = folded = 0
    while position < len(lines) and len(fields) < 12:
        found = label(lines[position])
        if found is not None:
            if any(kind == found[0] for kind, _ in fields) and found[0] in ("from", "subject"):
                break
            fields.append(found)
            end, blanks, folded = position + 1, 0, 0
        elif not lines[position].strip(_LEADING):
            blanks += 1
            if blanks > 1 and fields:
                break
        elif not fields or blanks or folded >= 3 or fields[-1][0] not in ("to", "cc", "subject", "from"):
            break
        else:
            folded += 1
            kind, value = fields[-1]
            if kind in ("to", "cc") or lines[position][:1] in " \t" or not value:
                fields[-1] = (kind, f"{value} {lines[position].strip()}".strip())
                end = position + 1
            else:
                break
        position += 1
    return end, tuple(fields)


def _is_block(fields: tuple[tuple[str, str], ...], kinds: int) -> bool:
    found = {kind for kind, _ in fields} - {"other"}
    return "from" in found and len(found) >= kinds


def _attribution_end(lines: list[str], at: int) -> int | None:
    """Where the attribution that begins at this line ends; programs wrap it over up to four lines."""
    first = lines[at]
    if _DATED.match(first) and (first.rstrip().endswith((":", "：")) or _is_quoted_next(lines, at + 1)):
        return at + 1
    text = ""
    for position in range(at, min(at + _ATTRIBUTION_LINES, len(lines))):
        line = lines[position]
        if not line.strip(" >"):
            return None
        text = f"{text} {line.strip()}" if text else line.rstrip()
        if len(text) > _ATTRIBUTION_CHARS:
            return None
        if text.endswith((":", "：")):
            tail = text[-_VERB_CHARS:]
            says_so = (_VERB_LAST.search(tail) or _VERB_WITHIN.search(tail)) and _EVIDENCE.search(text)
            is_whole = position == at or _STARTS.match(first) or _WHOLE.search(text)
            return position + 1 if says_so and is_whole else None
        begins_so = _STARTS.match(first) or "@" in first
        if position == at and not begins_so and (at and lines[at - 1].strip()):
            return None
    return None


def _is_quoted_next(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return following.lstrip().startswith(">")
