"""The words and signs by which mail programs announce what they quote or pass on, in the languages that desks meet."""

import re

LABELS = {
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
KIND = {label: kind for kind, labels in LABELS.items() for label in labels.split()}
LABEL_CHARS = 24
SPLIT = re.compile(r"[:：|\t]")
FILLING = re.compile(r"[\s\u3000*]+")
LEADING = " \t*|>\u3000"

SEPARATED = (
    r"original[- ]message|original appointment|replied message|reply message"
    r"|forwarded[- ]message(?: from [^\n]{0,120}?)?|forwarded"
    r" (?:by|mail)[^\n]{0,120}?|(?:转发人|轉寄者|转发者)\s[^\n]{0,120}?"
    r"|urspr(?:ü|ue)ngliche (?:nachricht|mail)|original-?nachricht|weitergeleitete nachricht|weitergeleitet"
    r" von[^-\n]{0,80}"
    r"|message d['’]origine|message original|message transféré|message transmis|mensaje original|mensaje reenviado"
    r"|messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht"
    r"|doorgestuurd bericht"
    r"|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti|wiadomość oryginalna"
    r"|исходное сообщение|пересылаемое сообщение|元のメッセージ|転送(?:された)?メッセージ"
    r"|원본 ?(?:메시지|메일)|전달된 메시지"
    r"|原始[邮郵]件(?:信息)?|[邮郵]件原件|原[邮郵]件|回[复覆]的原?[邮郵]件(?:信息)?|原始信息"
    r"|[转轉][发發](?:的)?[邮郵]件(?:信息)?|轉寄(?:的)?郵件"
    r"|原信[内內]容|原文|转发内容|[邮郵]件原文|original"
)
# What the lines begin with that are drawn, not written; of the others none is tried on a line of words.
DRAWN = "-_=~*—>"
SEPARATOR = re.compile(rf"[\s>]*[-_=~*—]{{2,}}[\s>]*(?:{SEPARATED})[\s>:：]*[-_=~*—]{{2,}}\s*", re.IGNORECASE)
# Samsung writes the block, and all that is quoted, on the same line.
ON_ONE_LINE = re.compile(
    rf"\s*-{{4,}}\s{{0,3}}(?:{SEPARATED})\s{{0,3}}-{{4,}}\s{{0,3}}(?:from|von|de|da|van|发件人|寄件者)\s?[:：]\s?\S[^\n]*",
    re.IGNORECASE,
)
# Horde: Quoting Ann <ann@x.example>:
QUOTING = re.compile(
    r"\s*(?:quoting|zitat von|zitiere|citando(?: a)?|citation de|quoti?ng|citerar|citerer|citerat från|citát od)\s"
    r"[^\n]{2,150}[:：]\s*",
    re.IGNORECASE,
)
# Issue trackers, right above a quote: (In reply to Ann Lee from comment #3)
IN_REPLY_TO = re.compile(r"\s*\((?:in reply to|en réponse à|als antwort auf) [^\n]{3,120}\)\s*", re.IGNORECASE)
# What ends so right above a quote is an attribution, whatever its language: with a time, a date or an address.
ANY_LANGUAGE = re.compile(
    r"[^\n]{3,200}(?:\d{1,2}[:.hH]\d{2}|\d{4}|<[^<>\s]+@[^<>\s]+>)[^\n]{0,120}[:：]\s*|[^\n]{2,80}\b(?:writes|wrote|schreibt|écrit)\s?[:：]\s*"
)
NEWS = re.compile(r"[^\n]{3,160}\bwrote in message(?:\s+news:\S+)?\s*", re.IGNORECASE)
NEWS_ID = re.compile(r"\s*(?:news:)?\S+(?:\.\.\.)?\s*")
# Yahoo's app and others: the quote goes on in the line of its attribution.
GOES_ON = re.compile(
    r"\s*On (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(?:[a-z]{3,9}\.? \d{1,2}|\d{1,2} [a-z]{3,9}),? (?:\d{4},? )?"
    r"[^\n]{3,160}?\bwrote:\s{1,9}\S",
    re.IGNORECASE,
)
# Foxmail 5: ======= 2009-03-11 10:00:00 您在来信中写道：=======
FOXMAIL_5 = re.compile(r"\s*=+[^=\n]{0,80}写道\s?[:：]\s?=+\s*")
BEGINS = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message"
    r" (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem reencaminhada|begin"
    r" doorgestuurd bericht"
    r"|开始转发的?邮件|下面是被转发的邮件|下面是被轉寄的郵件|開始轉寄郵件|転送されたメール)\s*[:：]\s*",
    re.IGNORECASE,
)
# The same words alone on a line, right above a block.
BARE = re.compile(rf"\s*(?:{SEPARATED})\s*[:：]?\s*", re.IGNORECASE)
BLOCK_WITHIN = 4
# Lotus Notes: who and when, then lines for To, cc and Subject.
NOTES = re.compile(
    r"[^\n]{2,150}?\s(?:on )?\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?(?: [A-Z]{3,4})?\s*",
    re.IGNORECASE,
)
RESPOND = re.compile(r"\s*(?:please respond to|bitte antworten an|veuillez répondre à)\b", re.IGNORECASE)
# Novell GroupWise: >>> Ann <ann@x.example> 11/09/26 10:14 >>>
GROUPWISE = re.compile(r">>> ?\S[^\n]{3,150}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}[^\n]{0,20}>>>\s*")
RULE = re.compile(r"\s*[_\-=*—]{8,}\s*")
ABOVE = re.compile(
    r"[\s#*=_-]*(?:please )?(?:type |write |enter )?(?:your )?reply above (?:this|the) line[\s\S]{0,60}"
    r"|[\s#*=_-]*(?:in replies all text above this line is added to the ticket|do not write below this"
    r" line)[\s\S]{0,60}"
    r"|\s*##-[^\n]{5,160}-##\s*|[\s#*=_-]*请在此(?:行|线)(?:以上|上方)(?:回复|填写)[\s\S]{0,40}",
    re.IGNORECASE,
)

# "... wrote:" at the end of the line; in Germanic languages the name may follow the verb.
VERB_LAST = re.compile(
    r"(?:\bwrote|\bwrites|\bsays|\bsaid|\bschrieb|\ba écrit|\bécrit|\bescribió|\bha scritto|\bescreveu"
    r"|\bschreef|\bnapisał(?:\(a\)|a)?"
    r"|\bpisze|\bпишет|\bнаписал(?:\(а\)|а)?|\bskrev|\bkirjoitti|写道|寫道|写到|寫到|さんは書きました"
    r"|さんが書きました|님이 작성|님이 씀"
    r"|\bkirjutas|\bnapsal(?:\(a\)|a)?|\bírta|\ba scris|\byazdı)\s?[:：]\s*$",
    re.IGNORECASE,
)
VERB_WITHIN = re.compile(
    r"\b(?:schrieb|schreef|skrev|kirjoitti|pisze|wrote on|napisał\(a\))\b[^\n]{0,150}[:：]\s*$", re.IGNORECASE
)
STARTS = re.compile(
    r"[\s>*]*(?:On |Am |Le |El |Il |Em |Op |W dniu |Den |Dnia |Dňa |Dne |At |On,|Kl\. |Пн|Вт|Ср|Чт|Пт|Сб|Вс|在"
    r"|於|于|\d|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )",
    re.IGNORECASE,
)
DATED = re.compile(
    r"[\s>]*\d{4}(?:[-/.]|年 ?)\d{1,2}(?:[-/.]|月"
    r" ?)\d{1,2}[^\n]{0,120}<[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$"
)
WHOLE = re.compile(r"<\s?[^<>\s]+@[^<>\s]+\s?>[\s\S]*\d{1,2}:\d{2}|\d{1,2}:\d{2}[\s\S]*@")
EVIDENCE = re.compile(r"\d|@")
ATTRIBUTION_LINES = 6
ATTRIBUTION_CHARS = 400
VERB_CHARS = 200
