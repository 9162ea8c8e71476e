"""How absence notices begin in the languages in which headers and subjects are not enough."""

import re

READ_CHARS = 250
# The writer says of himself that he is away. Only of mails that answer one: people mention their leave, too.
ABSENT = re.compile(
    r"\b(?:i am|i['’]m|i will be)\b[^\n.]{0,30}(?:out of (?:the )?office|on (?:\w{1,12} )?(?:leave|vacation"
    r"|holiday))\b"
    r"|\bour offices? (?:is|are|will be) closed\b"
    r"|\b(?:ich (?:bin|befinde mich)|bin ich)\b[^\n]{0,60}?(?:nicht im (?:büro|haus)|im (?:urlaub|mutterschutz)"
    r"|in elternzeit|abwesend|außer haus)"
    r"|\bje (?:suis|serai)\b[^\n.]{0,40}(?:absente?\b|en (?:congés?|vacances|déplacement))"
    r"|\bactuellement en (?:congés?|vacances)\b"
    r"|\b(?:estoy|estaré|me encuentro)\b[^\n.]{0,40}(?:fuera de (?:la )?oficina|de vacaciones|ausente)"
    r"|\b(?:sono|sarò)\b[^\n.]{0,40}(?:assente|in ferie|fuori (?:ufficio|sede))"
    r"|\b(?:estou|estarei)\b[^\n.]{0,40}(?:de férias|fora do escritório|ausente)"
    r"|\bik ben\b[^\n.]{0,40}(?:afwezig|niet aanwezig|met (?:vakantie|verlof)|op vakantie)"
    r"|\bjag är\b[^\n.]{0,30}(?:på semester|tjänstledig|föräldraledig|inte på kontoret)"
    r"|\bjeg er\b[^\n.]{0,30}(?:på ferie|ikke på kontoret|fraværende|bortreist)"
    r"|\bjeg (?:holder|har) (?:\w{1,12} )?ferie\b|\bβρίσκομαι (?:εκτός γραφείου|σε άδεια)|\bαπουσιάζω"
    r"|छुट्टी पर|कार्यालय से बाहर"
    r"|\bolen\b[^\n.]{0,30}(?:lomalla|poissa)"
    r"|\b(?:jestem|będę|przebywam)\b[^\n.]{0,40}(?:na urlopie|nieobecn|poza biurem)"
    r"|\b(?:jsem|budu|som)\b[^\n.]{0,40}(?:na dovolen|mimo kancelář|nepřítom)|\bčerpám\b[^\n.]{0,20}dovolen"
    r"|\bszabadságon (?:vagyok|leszek)|\bsunt în concediu"
    r"|(?:нахожусь|буду|сейчас|\bя)\b[^\n.]{0,30}(?:в отпуске|в командировке|у відпустці)"
    r"|\bizinde(?:yim| olacağım)|ofis dışındayım|tatildeyim|\btôi (?:đang|sẽ) (?:nghỉ|đi công tác|vắng)"
    r"|\bsedang cuti\b|休暇を(?:いただいて|頂いて|取得して)おります|不在(?:に(?:して|させて)|となり|です|のため)"
    r"|(?:放假|假期|休假|出差|外出)期[间間][^\n]{0,40}(?:无法|不能|不便|無法)(?:及时|及時)?(?:回复|处理|回覆|處理)[^\n]{0,4}"
    r"(?:邮件|郵件|来信|來信)"
    r"|휴가\s?(?:중|입니다)|부재\s?중|출장\s?중|ลาพักร้อน|خارج المكتب|في إجازة|בחופשה|מחוץ למשרד",
    re.IGNORECASE,
)
# Who tells of a fault reports it, whether he is away or not; a notice speaks of faults to come, at most.
FAULT = re.compile(
    r"\b(?:is|are|was|went|has been|have been|keeps?) (?:\w{1,12} )?"
    r"(?:down|unreachable|offline|broken|degraded|failing|crash\w{0,4}|stuck|stopped|dead|at a standstill)\b"
    r"|\b(?:has|have|just) (?:failed|stopped|crashed|lost|broken)|\blost (?:a|the|its|one|two|both)\b"
    r"|\bstand(?:s|ing)? still\b"
    r"|宕机|停机|掉线|断网|丢包|卡死|死机|崩溃|瘫痪|坏了|停了|报错了|打不开|无法(?:启动|登录|访问)|停线|停摆"
    r"|(?:全厂|全线|车间|产线|生产线)(?:全部|都|已|又)?停产"
    r"|當機|停機|斷線|斷網|當掉|癱瘓|壞了|打不開|無法(?:啟動|登入|登錄|連線)|停線|停擺"
    r"|(?:全廠|全線|產線|生產線)(?:全部|都|已|又)?停產"
    r"|至急|停止し(?:た|て)|動きません|動作しません|接続できません|故障し",
    re.IGNORECASE,
)
# What the desk looks after. Notices of absence name none of it, but for "if the server is down, call ...".
TRADE = re.compile(
    r"\b(?:vpn|nas|san|erp|mes|wms|crm|plc|hmi|ups|raid|errors?|alarms?|alerts?|servers?|switch(?:es)?|routers?"
    r"|firewalls?"
    r"|dis[ck]s?|hard drives?|arrays?|storage|passwords?|databases?|printers?|firmware|licen[cs]es?|log[ -]?in|wi-?fi"
    r"|power suppl(?:y|ies)|fans?|batter(?:y|ies)|reboot\w*|crash\w*|time[sd]? ?out|refuses?|cannot (?:connect"
    r"|log|open|print))\b"
    r"|服务器|伺服器|交换机|交換機|路由器|防火墙|防火牆|硬盘|硬碟|磁盘|磁碟|阵列|陣列|存储|儲存|数据库|資料庫"
    r"|报表|報表"
    r"|(?<![a-zà-ž])(?:vpn|erp|mes)(?![a-zà-ž])|账号|帐号|帳號|密码|密碼|告警|报警|警報|报错|報錯|故障|异常"
    r"|異常|备份|備份|打印|列印|电源|電源|风扇|風扇"
    r"|电池|電池|补丁|重启|重啟|灯|燈|转圈|卡顿|收发|收發|(?:连|連|登|打|上|用|收|开|開)不(?:上|了|开|開|到)",
    re.IGNORECASE,
)
SUPPOSED = re.compile(
    r"\b(?:if|in case|unless|should (?:you|there|it|this|the matter)"
    r"|for (?:urgent|any|all|help|assistance|support|emergenc|questions?|immediate|technical|issues?|other|it\b"
    r"|problems?))"
    r"(?:[^.\n]|\n(?!\n)){0,200}"
    r"|(?:如(?:果|有|需|遇|您|你)?|若|遇到|万一|有(?:急|紧急|緊急|任何|要|需|问题|問題|事))[^。\n]{0,60}",
    re.IGNORECASE,
)
