"""How machines say in other languages than the desk's that nobody wrote a mail and nobody reads an answer."""

import re

_WORDS = re.compile(
    r"automatisch (?:erzeugte|erstellte|generierte|versandte|versendete)s? (?:e-?mail|nachricht|mitteilung)"
    r"|\bdiese (?:e-?mail|nachricht)[^\n.]{0,30}(?:automatisch|maschinell)[^\n.]{0,20}"
    r"(?:erzeugt|erstellt|generiert|versandt|versendet)"
    r"|bitte (?:antworten sie )?nicht (?:auf diese|antworten)"
    r"|(?:ceci est|il s['’]agit d['’]) ?un (?:message|e-?mail|courriel) (?:automatique|généré)"
    r"|(?:merci de|veuillez|prière de) ne pas (?:y )?répondre"
    r"|\b(?:este|esto) es un (?:mensaje|correo)[^\n.]{0,20}autom[áa]tic|\bno respond[ae] (?:a )?este"
    r"|\bquesto (?:messaggio )?è (?:un messaggio |stato )?(?:automatico|generato automaticamente)"
    r"|(?:non|di non) rispondere a (?:questa|questo)"
    r"|\besta é uma mensagem[^\n.]{0,12}autom[áa]tica|\bnão responda (?:a )?est[ea]"
    r"|\bdit is een automatisch|automatisch gegenereerd(?:e)? (?:bericht|e-?mail)"
    r"|wiadomość (?:została )?(?:wygenerowana |wysłana )?automatyczn"
    r"|prosimy (?:na nią |na tę wiadomość )?nie odpowiadać"
    r"|\bэто автоматическ\w{2,4} (?:сообщение|письмо|уведомление)"
    r"|(?:письмо|сообщение) (?:сформировано|создано|отправлено)"
    r" автоматически|не отвечайте на (?:него|это)"
    r"|\bbu (?:mesaj |e-?posta )?otomatik (?:bir )?(?:mesaj|e-?posta|olarak)|lütfen (?:bu [^\n.]{0,20})?yanıtlamay"
    r"|自動(?:送信|配信)(?:され|です|メールです|しています)|返信(?:しないで|はできません|できません|なさらない)|送信専用"
    r"|발신\s?전용|자동(?:으로)?\s?(?:발송|전송)되었|회신하지\s?마"
    r"|svara inte på detta|\bdetta är ett automatiskt|besvar ikke denne|\bdette er en automatisk",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S{1,2000}")  # they have question marks, too
# Whatever that finds holds one of these; most mails hold none, and are spared the expression.
_SIGNS = (
    *("autom", "otomatik", "nicht a", "répond", "respond", "rispond", "odpowiad", "yanıt", "svar", "maschinell"),
    *("автомат", "отвечайте", "自動", "返信", "送信専用", "발신", "자동", "회신"),
)


def say_so(text: str) -> bool:
    """True where the mail says of itself that a machine sent it; a question is a person's, whatever he cites."""
    text = _ADDRESS.sub("", text)
    folded = text.casefold()
    if "?" in text or "？" in text or not any(sign in folded for sign in _SIGNS):
        return False
    return _WORDS.search(text) is not None
