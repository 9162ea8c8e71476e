"""By what headers, subjects and words automatic replies are known, in the languages that desks meet."""

import re

# The formula stands alone or is followed by what it answers: "Automatic reply rules are lost" is a report.
SUBJECT = re.compile(
    r"^\W*(?:auto(?:matic(?:ally)?)?[- ]?(?:reply|response|responder|answer|generated reply)|out[ -]of["
    r" -](?:the[ -])?office"
    r"(?:[- ](?:auto-?)?reply)?|away from (?:my|the) (?:mail|office|desk)|vacation (?:reply|message|notice)|on"
    r" vacation|ooo|oof"
    r"|autosvar|automatisches? antwort|automatische antwort|abwesenheit(?:s(?:notiz|nachricht|meldung))?|abwesend"
    r"|réponse automatique|absence du bureau|message d['’]absence|respuesta autom[áa]tica|fuera de (?:la )?oficina"
    r"|risposta automatica|fuori (?:ufficio|sede)|resposta autom[áa]tica|ausência tempor[áa]ria|automatisch antwoord"
    r"|afwezig(?:heid(?:sbericht)?)?|frånvarande|automatski odgovor|samodejni odgovor|автоматичен отговор"
    r"|automaatvastus|automatinis atsakymas|automātiskā atbilde|balasan automatik|स्वचालित उत्तर|ตอบกลับอัตโนมัติ"
    r"|رد تلقائي|پاسخ خودکار|תשובה אוטומטית|מענה אוטומטי"
    r"|automaattinen vastaus"
    r"|automatyczna odpowiedź|odpowiedź automatyczna|автоматический ответ|автоответ|автоматична відповідь|frånvaro"
    r"|otomatik yanıt|automatick[áa] odpov[ěe]ď|automatikus válasz|răspuns automat|automatisk svar|automatiskt svar"
    r"|αυτόματη απάντηση|resposta automàtica|balasan otomatis|trả lời tự động|automaattivastaus|nieobecność"
    r"|自动回复|自动答复|自动应答|自動回覆|自動答覆|自動回復|自動返信|自動応答|自動應答|休假通知|休假自动回复"
    r"|不在办公室"
    r"|外出自动回复|外出通知|出差自动回复"
    r"|不在通知|不在のお知らせ|부재중|자동 ?회신|자동 ?응답)"
    r"\s*(?:$|[^\w\s]|(?:re|until|till|from|today|bis|du|vom|auf)\b)"
    # Ann Lee is out of the office (back on the 12th). 已收到您的来信（系统自动回复）
    r"|\b(?:is|ist|est) (?:out of (?:the )?office|außer haus|absente?)\W*(?:$|\()"
    r"|[(（【\[](?:系统|系統)?(?:自动|自動)(?:回复|回覆|答复)[)）】\]]\s*$"
    r"|^\W*(?:(?:自动|自動)[:：]\s*)?[^\s，,]{2,12}(?: [^\s，,]{1,12})?\s{0,2}不在(?:办公室|辦公室)\W*(?:$|[(（])",
    re.IGNORECASE,
)
RECEIPT = re.compile(
    r"^\W*message status\s*-\s*(?:opened|read)|^\W*(?:(?:not )?read|[已未][读讀][取]?(?:回[执執])?|(?:un)?gelesen|lu"
    r"|leído|letto|gelezen|läst"
    r"|læst|lest|прочитано|przeczytano|okundu|읽음|开封|開封済み"
    r"|read receipt|return"
    r" receipt)\s*[:：(]",
    re.IGNORECASE,
)
OPENED = re.compile(
    r"\bwas (?:opened|read|displayed|deleted without being read) on (?:\w{3,9}, )?(?:\w{3,9} )?\d"
    r"|(?:已[于於被]|在\s?\d)[^\n]{0,60}(?:阅读|閱讀|被?[读讀]取|被(?:打开|開啟|删除|刪除))"
    r"|[邮郵]件已(?:经|經)?(?:阅读|閱讀)",
    re.IGNORECASE,
)
MEETING = re.compile(
    r"^\W*(?:accepted|declined|tentative(?:ly accepted)?|zugesagt|abgelehnt|accepté|refusé|已接受|已拒绝|暂定"
    r"|承諾済み|辞退)\s*[:：]",
    re.IGNORECASE,
)
# What a calendar writes by itself around such an answer, without a note of the guest.
INVITED = re.compile(
    r"\A\s*[^\n]{1,80}\bhas (?:accepted|declined|replied \W?(?:maybe|yes|no)\W? to|tentatively accepted)"
    r" this invitation\.?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-auto-reply-from",
    "x-autoreply-from",
    "x-autoreply-domain",
    "x-mail-autoreply",
    "x-fc-machinegenerated",
    "x-vacation",
    "x-away-message",
    "vacation-message",
)
WORDS_OF_ANSWER = 12
SIGNS = re.compile("[\u3041-\u30fa\u3400-\u9fff]")  # two of them are about a word
PRECEDENCE = ("auto_reply", "auto-reply", "autoreply", "auto")
# How people's programs begin when there is neither header nor subject to tell. Only at the beginning of a short mail.
TEXT = re.compile(
    r"\s*(?:(?:hi|hello|hallo|dear [^\n]{1,40}|good (?:day|morning)|guten tag|bonjour|您好|你好"
    r"|尊敬的[^\n，。！：:]{1,20})[\s,.!，。！：:]{0,6}){0,2}"
    r"(?:(?:thank you|thanks) for (?:your (?:e-?mail|message|mail)|contacting[^\n.]{1,40})[.,!]?\s*)?"
    r"(?:(?:i am|i'm|i’m|i will be|we are) (?:currently |now |presently )?(?:out of (?:the )?office|on"
    r" (?:annual |sick |maternity |parental )?"
    r"(?:leave|vacation|holiday)|away from (?:the|my) (?:office|desk)|travel+ing)[^\n]{0,120}"
    r"|this is an auto(?:matic(?:ally generated)?|mated|-generated|-)? ?(?:reply|response|acknowledg\w+)"
    r"|(?:vielen dank für (?:ihre|deine) (?:e-?mail|nachricht)[.,!]?\s*)?ich bin (?:derzeit |zur ?zeit |momentan )?"
    r"(?:(?:bis|ab|vom|noch)\b[^\n,]{1,50}?\s)?(?:wieder )?(?:nicht im (?:büro|haus)|im urlaub|abwesend|außer haus)"
    r"|[^\n]{0,60}(?:休暇を(?:いただいて|頂いて|取得して)おります|不在に(?:して|しており)ます|不在のため)"
    r"|je suis (?:actuellement )?(?:absente?|en (?:congés?|vacances))|estoy (?:actualmente )?(?:fuera de la"
    r" oficina|de vacaciones)"
    r"|(?:please note that )?i (?:no longer work|(?:have )?left (?:the|this|our) (?:company|firm"
    r"|organi[sz]ation)|am no longer (?:with|employed))\b"
    r"|(?:我|本人)[^\n。]{0,40}(?:休[^\n。，,\d]{0,6}假|请假|請假|出差|外出|放假|培训|培訓|封闭|会议"
    r"|會議)[^\n。]{0,60}"
    r"(?:(?:无法|不能|不便|暂不|不会|不定[时期]|無法|延迟|稍后)[^\n。]{0,8}(?:回复|答复|回覆|查看|查收|收发|处理邮件)"
    r"|(?:请|請)(?:联系|聯絡|洽)(?:我的)?(?:同事|同仁|代理人|职务代理)"
    r"|(?:急事|紧急|緊急|要事)[^\n。]{0,10}(?:请|請|可)(?:联系|联络|聯絡|致电|致電|拨打|撥打|电话|電話|找))"
    r"|(?:我|本人)(?:现|現)?(?:已|已经|已經)(?:从[^\n。，]{0,10})?(?:离职|離職)[^\n。]{0,20}(?:联系|聯絡|聯繫)"
    r"|[【\[（(](?:系统)?(?:自动|自動)(?:回复|答复|回覆)[】\]）)]"
    r"|(?:您的|你的)?(?:邮件|来信|来函|郵件|來信)(?:我)?(?:已|已经|已經)?(?:收到|收悉)[^\n]{0,20}(?:尽快|盡快"
    r"|及时|稍后|會|将)[^\n]{0,10}(?:回复|回覆|答复|处理|與您聯繫|与您联系)"
    r"|(?:您|你)的(?:来信|邮件|请求|报修|來信|郵件)[^\n]{0,10}(?:已|已经|已經)(?:收到|受理|收悉)[^\n]{0,60}"
    r"(?:创建|生成|登记|建立|創建)[^\n]{0,12}(?:服务单|工单|单号|編號|案件|編号|编号)"
    r"|我(?:已|已经)(?:收到|收悉)(?:您|你)的(?:邮件|来信)[^\n]{0,20}(?:尽快|及时|稍后)[^\n]{0,6}(?:回复|答复)"
    r"|这是来自[^\n。，]{1,12}的(?:假期)?自动回复|这是一封自动回复|這是一封自動回覆|本邮件为自动回复|此(?:邮件|信)为(?:系统)?自动回复|此為系統自動回覆)",
    re.IGNORECASE,
)
# Below it, at the beginning of a line.
SELF = re.compile(
    r"^[\s(（【]{0,4}(?:此|本|这|這)(?:是)?(?:一?封)?(?:邮件|郵件|信)?(?:是|为|為)?(?:系统|系統)?(?:的)?"
    r"(?:自动|自動)(?:回复|回覆|答复|答覆|應答|应答)[，,。！!；;)）】]"
    r"|^\s{0,4}this is an? (?:automatic|automated|auto-?generated)\s(?:reply|response)\b"
    r"|^[\s(（【]{0,4}(?:附注|附註|注|註)?[:：]?\s{0,2}(?:这|這)是(?:对|對)您[^\n]{0,200}的(?:自动|自動)(?:答复"
    r"|回复|答覆|回覆)"
    r"|[(（【\[](?:此|本)(?:邮件|郵件|信)(?:是|为|為)(?:系统|系統)?(?:自动|自動)(?:回复|回覆|答复)"
    r"|this is an automat\w{2,6}\s(?:response|reply)\s(?:confirming|to (?:confirm|acknowledge|let))",
    re.IGNORECASE | re.MULTILINE,
)
AWAY = re.compile(
    r"^\s{0,4}i am (?:currently )?out of (?:the )?office\b[^\n]{0,80}\b(?:until|till|from|return|back)\b",
    re.IGNORECASE | re.MULTILINE,
)
# What a person wants done before he is away; a notice asks to write to somebody else, at most.
ASKS = re.compile(
    r"\bplease (?:send|let|have|arrange|replace|ship|come|help|give|grant|add|change|move|book|check(?! with)|fix"
    r"|schedule|proceed)\b"
    r"(?![^\n.]{0,25}\b(?:e-?mail|mail|message|request|enquiry|inquiry|enquirie|inquirie)s?\b)"
    r"|\b(?:could|can|would) you\b|\bkönnt?en sie\b|\bpouvez-vous\b|\bpourriez-vous\b|\b¿?pueden?\b"
    r"|(?:请|請)(?:马上|立即|立刻|赶紧)?(?:问|問|安排|派|让|讓|协助|協助|帮|处理|處理|更换|更新|修改|变更|變更"
    r"|开通|開通|删除|恢复|恢復|工程师|尽快(?:安排|派|处理))|麻烦(?:安排|派|您|你|帮|查|看)",
    re.IGNORECASE,
)
THANKS = re.compile(
    r"\s*(?:dear [^\n]{1,60}[\s,]{0,4})?thank you for (?:your|contacting|writing)|\s*(?:您好"
    r"|你好)?[\s，,！!。]{0,4}(?:您|你)的来信",
    re.IGNORECASE,
)
AUTOMATED = re.compile(
    r"(?<!\bthe )(?<!\byour )\bautomat(?:ic|ed|ically)\s(?:message|e-?mail|notification|generated|sent)"
    r"|自动(?:发送|回复)",
    re.I,
)
SHORT_CHARS = 900
# Another desk's acknowledgement; two desks must not thank each other for ever. Its subject, or its text with what shows
# that a ticket system wrote it.
TICKET = re.compile(
    r"^\W{0,3}(?:re: ?)?(?:[\[(#][^\])\n]{1,40}[\])]?\W{0,3})?(?:your (?:request|ticket|case|inquiry|enquiry"
    r"|support request|e-?mail|message)[^\n]{0,60}"
    r"(?:has been |was |is )?(?:received|created|registered|opened|logged)|(?:ticket|case|request|incident)"
    r" (?:received|created|opened|registered)"
    r"|(?:we (?:have )?(?:received|got)|thank you for) your (?:request|ticket|inquiry|e-?mail|message)"
    r"|(?:uw|jouw) (?:melding|verzoek|bericht|e-?mail)[^\n]{0,40}(?:geregistreerd|ontvangen|aangemaakt)"
    r"|auto-?reply\s*:|(?:ihre? |deine? )?(?:anfrage|nachricht|e-?mail|ticket|meldung)[^\n]{0,60}(?:wurde |ist )?"
    r"(?:erhalten|eingegangen|erstellt|aufgenommen|angelegt|registriert)|eingangsbestätigung|accusé de réception"
    r"|votre demande[^\n]{0,40}(?:enregistrée|reçue|créée)|(?:hemos recibido|recibimos) su"
    r"|su solicitud[^\n]{0,40}(?:recibida|registrada|creada)|sua solicitação"
    r"|(?:la (?:sua |tua )?)?richiesta[^\n]{0,40}(?:ricevuta|registrata|presa in carico)|ticket aperto"
    r"|(?:您的|你的)?(?:工单|服务请求|报修|请求|申请|諮詢|咨询|来信)[^\n]{0,30}(?:已(?:受理|收到|创建|登记|提交"
    r"|建立))"
    r"|(?:我们|我們|我司)?(?:已|已经|已經)收到(?:您|你|贵司|貴司)的(?:反馈|問題|问题|请求|報修|报修|咨询|申请|工单)"
    r"|(?:工单|服务单)(?:受理|创建|登记)通知)"
    r"|^\[(?:request|ticket|case) (?:received|created|opened)\]",
    re.IGNORECASE,
)
# A customer writes so of a ticket that he waits for.
UNHEARD = re.compile(
    r"[?？]|\b(?:but|nobody|never|still|cannot|can['’]t|without|unanswered|(?<!do )not"
    r"|no (?:answer|reply|response|one|reaction))\b"
    r"|[但却卻未没沒仍]|无人|無人|至今|迟迟|遲遲",
    re.IGNORECASE,
)
# It speaks to whom it is sent to, or shows the number of a case of ours.
YOURS = re.compile(
    r"\b(?:you(?:rs?)?|deine?|ihren?|dein|votre|vos|su|tu|sua|suo|uw|jouw|twoj\w|ваш\w{0,2})\b|您|你|贵|貴|お客様|고객님"
    r"|\bFL-\d{6}",
    re.IGNORECASE,
)
TICKET_TEXT = re.compile(
    r"(?:automatic(?:ally)? (?:generated|reply|response|acknowledg)|auto-?generated|do not reply to this|please"
    r" do not reply|reply above this line"
    r"|has been (?:assigned|given|created)[^\n]{0,60}(?:ticket|case|number|id)|自动发出|自动回复|系统自动"
    r"|请勿回复|自動發出|請勿回覆|automatisch gegenereerd|automatisch (?:erstellt|generiert|erzeugt)|automatique)",
    re.IGNORECASE,
)
RECEIVED_TEXT = re.compile(
    r"(?:your|the) (?:mail|e-?mail|message|request|inquiry|enquiry|ticket|case|incident)\b[^\n]{0,80}"
    r"(?:has (?:been )?(?:received|assigned|registered|logged|opened|created|a number)|was received"
    r"|is being (?:reviewed|processed))"
    r"|(?:we|i) (?:have |'ve |just )?(?:got|received) your (?:mail|e-?mail|message|request|inquiry|enquiry|ticket)"
    r"|(?:confirm\w*|acknowledg\w*)[^\n]{0,40}(?:receipt|got|received)[^\n]{0,20}your (?:mail|e-?mail|message|request)"
    r"|thank you for (?:contacting|writing to|your (?:request|inquiry|enquiry|message|e-?mail))"
    r"|(?:anfrage|nachricht|e-?mail|ticket)[^\n]{0,60}(?:erhalten|eingegangen|erstellt|aufgenommen)"
    r"|votre demande[^\n]{0,60}(?:enregistrée|reçue|créée)|(?:hemos recibido|recibimos) su"
    r"|(?:uw|jouw) (?:melding|verzoek|bericht|e-?mail)[^\n]{0,60}(?:geregistreerd|ontvangen|aangemaakt)"
    r"|richiesta[^\n]{0,40}(?:ricevuta|registrata|presa in carico)"
    r"|(?:您|你)的(?:问题|問題|反馈|请求|報修|报修)[^\n]{0,6}已(?:提交|受理|登记|登記)"
    r"|(?:工单|服务单|案件|单号|編號|编号)[^\n]{0,20}(?:已|为|為|是)|(?:已|已经|已經)(?:收到|受理|登记"
    r"|登記)(?:您|你|贵|貴)",
    re.IGNORECASE,
)
# A ticket system whose headers a gateway took away: its mark for replies, and below it that it has the mail.
MARKED = re.compile(
    r"\W{0,12}(?:(?:please )?(?:type|write|reply)[^\n]{0,40}above this line|请在此行上方|請在此行上方)[^\n]{0,40}\n"
    r"[\s\S]{0,200}?(?:(?:got|received) your (?:request|ticket|message|e-?mail)"
    r"|your (?:request|ticket|message|e-?mail)[^\n]{0,80}(?:been received|was received|being reviewed)"
    r"|(?:您|你)的(?:请求|請求|工单|邮件|郵件)[^\n]{0,40}(?:已收到|已受理|正在(?:处理|審核|审核)))",
    re.IGNORECASE,
)
SYSTEMS = (
    "rt-ticket",
    "x-rt-loop-prevention",
    "x-zendesk-from-account-id",
    "x-jira-fingerprint",
    "x-freshdesk",
    "x-otrs-loop",
    "x-znuny-loop",
    "x-osticket",
    "x-zammad",
    "x-servicenow",
    "x-servicenow-generated",
    "x-helpscout-conversation-id",
    "x-kayako",
    "x-spiceworks",
    "x-sfdc-user",
)
SYSTEM = re.compile(
    r"zendesk|znuny|otrs|freshdesk|zammad|osticket|helpscout|servicenow|jira|request tracker", re.IGNORECASE
)
SYSTEM_FIELDS = ("x-mailer", "x-powered-by", "managed-by", "user-agent")
GONE = re.compile(
    r"\b(?:has|have) left (?:the |our )?(?:company|organi[sz]ation|firm|team)\b"
    r"|\bno longer (?:works?|with|employed|at)\b"
    r"|\b(?:mailbox|address|account)[^\n.]{0,30}(?:no longer|not) (?:be )?(?:read|monitored|in use|active|used)"
    r"|nicht mehr (?:im unternehmen|bei uns|gelesen)|ne travaille plus"
    r"|已(?:经)?离职|已離職|不再(?:使用|负责)|退職いたしました",
    re.IGNORECASE,
)
# Another desk has given our mail a number.
ASSIGNED = re.compile(
    r"\b(?:assigned|given|logged|registered)\b[^\n.]{0,40}\b(?:case|ticket|reference|incident|request)\b"
    r"[^\n.]{0,20}\b(?:number|id|no|#)|\b(?:case|ticket|incident|request)\b[^\n.]{0,20}\bhas been (?:created"
    r"|opened)\b",
    re.IGNORECASE,
)
