"""Bounces that are no reports: by who sends them, how they are titled, and what they say."""

import re

from intake.mail import person
from intake.mail.model import ParsedMail
from intake.mail.subject import is_answer, is_forward

_READ_CHARS = 8000
_DAEMON = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|mdaemon|postmaster|postmaster-\w+|mailerdaemon"
    r"|mail-?delivery(?:-?(?:subsystem|system))?"
    r"|microsoftexchange[0-9a-f]{32}|mailer|bounces?|bounce-\S{0,80}|maildelivery|nondelivery|ndr)(?:@|$)",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)? ?(?:delivery|daemon|administrator)|mail delivery (?:sub)?system|system administrator"
    r"|postmaster|系统退信|邮件系统"
    r"|退信|郵件系統|internet mail delivery",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^\W{0,4}(?:\[[^\]\n]{1,40}\]\s{0,3})?"
    r"(?:undeliverable(?:\s*[:：]|\s*$| (?:mail|message)\s*(?:[:：(]|$))|undelivered (?:mail returned"
    r"|mail$|message)|delivery (?:status notification|failure|has failed"
    r"|report|notification)"
    r"|mail delivery (?:failed|failure|problem|error|status|subsystem|system)|returned mail|failure notice"
    r"|failed mail|mail failure|nondeliverable mail|postmaster notify|avviso di mancata consegna"
    r"|échec de remise"
    r"|rapport de non[- ]?remise|zustellungsfehler|permanent (?:delivery )?failure"
    r"|automatically rejected (?:mail|message)"
    r"|e-?mail delivery failure|(?:content policy|alert|notice)[^\n]{0,20}(?:mail|message)[^\n]{0,60}"
    r"(?:stopped|rejected|blocked|refused)|sorry, your (?:message|mail)"
    r"|non-?delivery (?:report|notice|notification)|(?:mail|message) (?:could not be delivered|not delivered"
    r"|undeliverable|returned)"
    r"|message (?:delivery failure|status - undeliverable)|mail system error|(?:your )?(?:message|mail"
    r"|e-?mail)[^\n]{0,60}(?:couldn't|could not|cannot|wasn't|was not) be delivered"
    r"|warning: (?:could not send|message[^\n]{0,40}delayed)|delayed mail|delivery delayed|delivery incomplete"
    r"|unzustellbar|nicht zustellbar|unzustellbare"
    r"|mail konnte nicht|non remis|échec de (?:la )?remise|courrier non remis|no se (?:pudo|puede) entregar|no"
    r" entregado|mensaje no entregado"
    r"|mancata consegna|non recapitabile|onbestelbaar|niet bezorgd|falha na entrega|недоставлен|не доставлено"
    r"|配信(?:不能|エラー|失敗)|メール配信|返送|系统退信|退信|邮件退回|退回|(?:邮件)?投递失败|(?:邮件)?发送失败"
    r"|无法(?:送达|投递)|未送达|無法(?:傳遞|投遞|送達)"
    r"|郵件(?:傳遞)?失敗|未傳遞的郵件|传递状态通知|寄件失敗|已(?:延迟|延遲)\s?[:：]|배달(?:되지 않음|할 수 없음)"
    r"|kan (?:inte|ikke) lever|niedostarczone|nedoručiteln"
    r"|não é possível entregar|не удается доставить|teslim edilemedi)",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"could(?: ?n['’]t| not) (?:be delivered|deliver)|(?:un)?able to deliver|not able to deliver"
    r"|not (?:been )?delivered|did not (?:receive it|reach)|(?:stopped|given up) trying"
    r"|exceeds (?:the )?(?:allowed|permitted|maximum)[^\n]{0,9}size"
    r"|rejected by (?:the|our|a)|automatically rejected|delivery (?:to the"
    r" following|has failed|failed)|undeliverable|permanent(?:ly)? (?:error|fail)"
    r"|user (?:is )?(?:unknown|doesn't exist)|unknown (?:user|recipient|address)|no such (?:user|recipient"
    r"|mailbox|person|address)|does(?: not|n't) exist|mailbox (?:is )?(?:full|unavailable|not found|over quota"
    r"|disabled)"
    r"|address (?:not found|rejected|unknown|couldn't be found)|recipient(?:s)?[^\n]{0,30}(?:rejected|not found"
    r"|unknown|refused)|over quota|quota exceeded|host (?:unknown|not found)|domain (?:not found|does not exist)"
    r"|\b[45]\.\d{1,3}\.\d{1,3}\b|\b5[05]\d[ -]|returned to (?:the )?sender|message was not delivered|giving up"
    r"|nicht zugestellt|konnte nicht|n['’]a pas pu|no (?:se )?pudo|退回|退信|被退|无法(?:投递|送达|发送)|無法(?:傳遞"
    r"|投遞|送達)|收件人(?:邮箱)?(?:不存在|地址错误)|用户不存在|域名不存在|投递失败|邮箱(?:已满|容量)"
    r"|配信(?:できません|に失敗)|届けられません|传递(?:失败|已延迟)|傳遞(?:失敗|已延遲)|尚未送达|배달하지 못"
    r"|recapito non riuscito|fehler bei der nachrichtenzustellung|échec de la remise",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delayed|still (?:be )?(?:trying|retried|retrying)|will (?:be )?(?:retr|continue)|(?:has not|hasn't|not"
    r" yet) been (?:delivered|able)|warning message only|this is a warning"
    r"|temporar|no action is required"
    r"|noch nicht (?:zugestellt|beliefert|ausgeliefert)|wird weiter(?:hin)? versucht|verzögert|retardé|延迟"
    r"|仍在(?:尝试|重试)|稍后(?:重试|再试)",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"giving up|given up|permanent|\b(?:rejected|refused|blocked|deleted)\b"
    r"|will not be retried|no further|fatal|\b5\.\d{1,3}\.\d{1,3}\b|\b55\d[ -]",
    re.IGNORECASE,
)
# What may yet come, as Gmail says that it would tell of it.
_SUPPOSED = re.compile(r"\bif (?:the|your|this|it)\b[^.\n]{0,60}\bfails? permanently\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,250}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_NAMED = re.compile(
    r"^[ \t>-]{0,8}<?([^\s<>@]{1,250}@[^\s<>@:,]{1,250})>?[ \t]{0,8}(?::|\(|$|\.{3}|\s-|,? error code|\son \d|<mailto:)"
    r"|(?:deliver(?:ed|y)?|sent|send|message|mail) (?:to|for) (?:the following (?:address"
    r"|recipient)[^\n]{0,20}:?\s*)?<?([^\s<>@]{1,250}@[^\s<>@]{1,250})>?"
    r"|(?:recipients?|rcpt|error-for|address|to|size|收件人|收件人地址|受信者|empfänger|받는 ?사람|수신자)"
    r"[ \t]{0,4}(?:address)?[ \t]{0,4}[:：\t]["
    r" \t]{0,9}<?([^\s<>@:]{1,250}@[^\s<>@,]{1,250}(?:, ?[^\s<>@:]{1,250}@[^\s<>@,]{1,250}){0,20})>?"
    r"|(?:recipient|发送到|投递到|送達|收件人)[ \t]{1,4}<?([^\s<>@:]{1,250}@[^\s<>@,]{1,250})>?",
    re.IGNORECASE | re.MULTILINE,
)
# Lines that name whom to ask, not who could not be reached.
_HELP = re.compile(
    r"https?:|mailto:|identificativo|message.?id|contact|help|assist|question|support|administrator"
    r"|postmaster@|abuse|联系|客服|咨询|管理员|kontakt|wenden"
    r"|^(?:from|von|de|da|sender|absender|发件人|reply-to|message-id|received)\b",
    re.IGNORECASE,
)
_QUOTES_BELOW = re.compile(
    r"^received: (?:from|by) |^[->_ \t]{0,20}(?:(?:the )?following is a copy"
    r"|below this line is (?:a copy|the original)|this is a copy of (?:the|your) message|original message"
    r"|returned message|the original message|----- ?transcript"
    r"|message header follows|original message headers|reporting-mta|原始邮件|原邮件)",
    re.IGNORECASE | re.MULTILINE,
)

_SENT_BY = re.compile(
    r"(?:\bfrom|\bsender|\bvon|发件人|寄件者)\W[^\n@]{0,60}?([\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})",
    re.IGNORECASE,
)
_YOURS = re.compile(
    r"\byour (?:e-?mail|mail|message)\b(?! (?:server|system|gateway|relay))"
    r"|\b(?:ihre (?:e-?mail|nachricht)|votre (?:message|courriel)|su (?:mensaje|correo)|(?:suo|tuo) messaggio"
    r"|sua mensagem|uw (?:e-?mail|bericht)|ваше (?:сообщение|письмо))\b|보내신 (?:메일|메시지)|お送り(?:いただ|にな|頂)"
    r"|(?:您|你)(?:的|发送|发给|发往|发出|寄給|寄出)[^\n。]{0,80}(?:邮件|郵件|信件)(?!网关|系统|服务|平台|设备)",
    re.IGNORECASE,
)

# Who writes so of mails that come back to him wants help. Bounces speak of themselves as "we" and "our server", too.
_ASKS_FOR_HELP = re.compile(
    r"\b(?:can|could|would) (?:you|somebody|someone)\b"
    r"|\bplease (?:help|look|have a look|fix|mend|call (?:me|us)|send (?:an?|some\w{0,4}))\b"
    r"|\b(?:all|many|most) (?:of )?(?:our|my) (?:e-?)?mails?\b|\bour (?:users|colleagues|staff|customers)\b"
    r"|[请請麻烦煩]{1,2}(?:帮|幫|派|尽快(?:处理|安排|解决)|看一下|看下|查一下|排查)|(?:帮忙|幫忙|帮我|幫我)"
    r"|我们(?:公司|单位|医院|学校|厂|集团|这边|的?邮件|的?邮箱|的?服务器)|我司|我公司|我厂|工程师(?:您好|你好)"
    r"|是不是|怎么(?:办|回事|处理)|\b(?:können|könnten) sie\b|\bbitte (?:prüfen sie unser|um hilfe|helfen)",
    re.IGNORECASE,
)

# Of what a notice is about: devices send their alarms with the null path, too, and as a daemon's.
_DELIVERING = re.compile(
    r"\b(?:un)?deliver(?:y|ed|able|ing)\b|zustell|zugestellt|投递|送达|投遞|送達|\bremis|consegn|entreg|配信|bezorg"
    r"|доставл",
    re.IGNORECASE,
)
# "Delivery failed" is also what machines say that carry parts and orders.
_OF_MAIL = re.compile(
    r"mail\b|mailbox|\bmessages?\b(?!\s{0,3}[:=])|recipient|@|邮|郵|收件|退信|メール|메일|correo|mensaje|mensagem|messaggio"
    r"|courriel|nachricht|empfänger|bericht|сообщ|письм|wiadomo|zpráv|meddelande",
    re.IGNORECASE,
)
# How mail servers speak of themselves.
_SORRY = re.compile(
    r"\bI(?:['’]m| am| was|['’]ve| have)\s(?:sorry|afraid|unable|given up|not able|tried)", re.IGNORECASE
)


def may_be(mail: ParsedMail, mail_from: str | None) -> bool:
    """A machine's notice by its sender, its header or, where nobody can be answered, its title."""
    if mail.has("x-ms-exchange-message-is-ndr"):  # Exchange leaves it empty
        return True
    if mail.header("x-failed-recipients") or "errore-consegna" in mail.header("x-ricevuta").lower():
        return True
    title = _is_titled(mail)
    if mail_from == "":
        if _is_daemon(mail):
            return title or _is_about_ours(mail) or _DELIVERING.search(mail.text[:_READ_CHARS]) is not None
        is_notice = title or (_is_about_ours(mail) and _fails(mail) and bool(addresses(mail)))
        return is_notice and not person.wrote(mail)
    if _is_daemon(mail):
        is_his = _is_postmaster(mail) and _asks_for_help(mail)
        is_notice = _is_submitted(mail) or ((title or _is_about_ours(mail)) and not is_his)
        return is_notice and not person.wrote(mail)
    if is_answer(mail.subject) or is_forward(mail.subject) or not title or _is_report_of_one(mail):
        return False
    is_machine = _is_submitted(mail) or mail.sender is None or (not mail.in_reply_to and _is_about_ours(mail))
    return is_machine and _fails(mail) and bool(addresses(mail))


def _is_titled(mail: ParsedMail) -> bool:
    """Its subject is a notice's, and one of both, subject and text, speaks of mail, or there is no text."""
    if not _TITLE.search(mail.subject):
        return False
    text = mail.text[:_READ_CHARS]
    return not text.strip() or _OF_MAIL.search(f"{mail.subject}\n{text}") is not None


def _is_postmaster(mail: ParsedMail) -> bool:
    """By his name or as postmaster he may be a person; mailer-daemon is none."""
    sender = mail.sender
    return sender is not None and (not _DAEMON.match(sender.address) or sender.key.startswith("postmaster@"))


def _is_report_of_one(mail: ParsedMail) -> bool:
    """A person tells of mails that come back to him: his report would be lost as one of those."""
    return person.wrote(mail) or (not _is_submitted(mail) and _asks_for_help(mail))


def _asks_for_help(mail: ParsedMail) -> bool:
    said = _SORRY.sub("", _above_quoted(mail.text[:_READ_CHARS]))
    return person.speaks(said) or _ASKS_FOR_HELP.search(said) is not None


def _is_submitted(mail: ParsedMail) -> bool:
    return mail.header("auto-submitted").lower().startswith("auto")


def _is_about_ours(mail: ParsedMail) -> bool:
    """It speaks of a mail that whom it is sent to has written; people report what happens to their own mails."""
    text = mail.text[:_READ_CHARS]
    ours = {address.key for address in mail.to}
    return _YOURS.search(text) is not None or any(found.casefold() in ours for found in _SENT_BY.findall(text))


def says_so(mail: ParsedMail, mail_from: str | None) -> bool:
    """No address can be read from it, but sender and title agree, or sender and text. A postmaster may be a person
    with trouble to report: with an envelope sender, his subject has to be a mail server's own."""
    title = _is_titled(mail)
    if not _is_daemon(mail):
        return title and mail_from == ""
    may_be_person = bool(mail_from) and mail.sender is not None and mail.sender.key.startswith("postmaster@")
    return title or (not may_be_person and _fails(mail) and _is_about_ours(mail))


def _fails(mail: ParsedMail) -> bool:
    return _FAILURE.search(mail.text[:_READ_CHARS]) is not None


def addresses(mail: ParsedMail) -> set[str]:
    """The addresses that the notice says could not be reached."""
    if failed := mail.header("x-failed-recipients"):
        return set(_ADDRESS.findall(failed))
    text = mail.text[:_READ_CHARS]
    text = above if _ADDRESS.search(above := _above_quoted(text)) else text
    own = {mail.sender.key if mail.sender else "", *(address.key for address in mail.to)}
    named = {found for groups in _NAMED.findall(text) for one in groups if one for found in _ADDRESS.findall(one)}
    named = named or {found for line in text.split("\n") if not _HELP.search(line) for found in _ADDRESS.findall(line)}
    return {plain for found in named if (plain := found.strip(".'")).casefold() not in own}


def _above_quoted(text: str) -> str:
    below = _QUOTES_BELOW.search(text, 1)
    return text[: below.start()] if below else text


def is_delay(mail: ParsedMail) -> bool:
    """It says that the server still tries."""
    text = _SUPPOSED.sub("", f"{mail.subject}\n{mail.text[:_READ_CHARS]}")
    return bool(_DELAY.search(text)) and not _GIVEN_UP.search(text)


def _is_daemon(mail: ParsedMail) -> bool:
    sender = mail.sender
    if sender is None:
        return bool(re.match(r"\W*(?:mailer-?daemon|postmaster|<>)", mail.header("from"), re.IGNORECASE))
    return bool(_DAEMON.match(sender.address) or _DAEMON_NAME.search(sender.name))
