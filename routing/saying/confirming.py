"""Clauses that may stand in a confirmation. Each pattern must fit the whole clause."""

import re
from typing import Literal

YES: Literal["yes"] = "yes"
COURTESY: Literal["courtesy"] = "courtesy"
_LONGEST = 120

# No subject of "is solved" holds one of these: they turn it round, put it off, or make it a part or a wish.
_TURNED = (
    r"不没未无非勿别尚仍还又再吗否若如果假待等应该可能似乎像部半除但才何怎什请需要想希望帮将会哪谁只曾先前天稍"
    r"明另其余第个台些有说讲称听据觉为快基大致暂临偶时就早难叫算最必须得看估计恐怕测"
)
_ABOUT = rf"(?:(?:所有)?[^\s\d{_TURNED}]{{0,12}}?)"
_DONE = r"(?:已经?|现已|现在|都|均|全部|完全|彻底|确实|是|刚刚?|也)"
_SOLVED = (
    r"(?:(?:解决|修复|恢复|恢复正常|恢复正常运行|恢复运行|恢复使用|正常|处理好|处理完|处理完毕|修好|弄好|搞定|搞好|好|可以|行|ok|可用|能用|可以用|可以使用"
    r"|可以正常使用|能正常使用|可正常使用|使用正常|正常使用|工作正常|正常工作|运行正常|正常运行|正常访问|可以访问|能访问"
    r"|可以登录|能登录|能正常登录|可以正常登录)了|解决完毕|没有?(?:什么)?问题了|没有?(?:其他|任何)?问题|无(?:其他|任何)?问题|无误)"
)
_SOLVED_BARE = (
    r"(?:解决|修复|恢复|恢复正常|恢复正常运行|恢复运行|恢复使用|正常|处理好|处理完毕|处理完成|修好|搞定|可用|可以用|能用|可以使用|可以正常使用"
    r"|能正常使用|可正常使用|使用正常|正常使用|工作正常|正常工作|运行正常|正常运行|可以访问|可以登录|solved|ok|fixed)"
)
_CASE = r"(?:本|此|该|这个|这张)?(?:工单|案件|单子?|case|ticket|问题)?"
_YES_CHINESE = re.compile(
    rf"(?:我|我们|我方|现|客户)?(?:这边|这里|方)?(?:已|可以|经过?)?(?:确认|验证|测试|检查)?(?:过|了|完|后)?:?"
    rf"(?:{_ABOUT}(?:目前)?{_DONE}{{0,3}}{_SOLVED}|{_ABOUT}(?:目前)?{_DONE}{{1,3}}{_SOLVED_BARE}|问题解决|故障解决|故障恢复|一切正常"
    rf"|(?:系统|业务|服务|设备|网络|使用|运行|测试|工作|现在){{1,3}}(?:都|均|已)?正常)(?:啦|咯)?"
    rf"|(?:我|我们|我方|客户|现)?(?:这边|这里)?(?:已|已经|特此|予以)?确认(?:了|无误|完毕|通过|解决|完成)?"
    rf"|(?:我们?)?(?:可以|同意|确认|麻烦|请|请您|请帮忙|帮忙|可)?(?:将|把)?{_CASE}(?:已?可以)?(?:关闭|关单|结单|结案|关掉|关)"
    rf"(?:了|吧|此单|{_CASE})?"
    r"|是的?|对的?|没错|正确|同意"
    r"|(?:问题|故障|现象|报错|告警)?(?:已经?)?(?:没有?|未|不)再(?:次|有)?(?:出现|发生|复现|报错|告警|中断|掉线)(?:了|过)?"
    r"|(?:现在)?(?:没有?|不)(?:报错|告警|报警)了"
)
# What the case was about: "the problem that we could not log in is solved".
_COMPLAINT = re.compile(
    rf"^[^\s{_TURNED}]{{0,6}}(?:无法|不能|连不上|打不开|登不上)[^\s{_TURNED}]{{0,8}}的(?=问题|故障)"
)
_COURTESY_CHINESE = re.compile(
    r"(?:非常|十分|多|很|真的?)?(?:谢谢|感谢|多谢|谢了|谢|辛苦了?|麻烦了|感恩)[^不没未无还又仍再但请]{0,16}"
    r"|好的?|收到|嗯+|不好意思|抱歉|ok|没关系|不客气|(?:您|你|你们|大家)好|(?:处理|响应|服务|效率|速度)[^不没未无还又仍但慢差]{0,8}"
    r"|(?:祝|顺祝)[^不没]{1,12}|(?:技术)?(?:很|真|非常|太)(?:快|棒|好|给力|专业|满意)了?|以上|赞|辛苦|各位"
)
# "The first problem is solved" says that another is not.
_ONE = r"(?:(?!first|second|third|last|next|other|another|old|original|previous|main|half|same|not|un|new)\w+ ){0,2}?"
_IT = (
    rf"(?:(?:yes )?(?:it|this|that|everything|all|all of it|(?:the|our|my|this) {_ONE}(?:issue|problem|fault"
    rf"|case|ticket"
    r"|error|alarm|system|service|server|network|database|array|device|switch|storage|mail|connection|backup"
    r"|vpn|website|printer)"
    r"|issue|problem|fault|error|case|ticket|system|service|backup|vpn|server|network))"
)
_IS = r"(?:'?s| is| are| has been| have been| got| has now been)?"
_NOW = r"(?:(?:\s|^)(?:now|already|all|fully|completely|indeed|been|again|just|really|finally))*"
_STATE = (
    r"(?:solved|resolved|fixed|sorted(?: out)?|repaired|restored|working|ok|okay|fine|good|back to normal"
    r"|up and running)"
)
_AFTER = (
    r"(?: (?:now|again|fine|well|perfectly|properly|correctly|as expected|normally|for us|for me|on our side|on our end"
    r"|here|today|already|thanks|thank you|since (?:this morning|yesterday|noon|today)))*"
)
_SAYING = (
    r"(?:(?:yes|yep|yeah|ok|okay|hereby|indeed) )?(?:(?:i|we) (?:can |hereby |can hereby )?confirm(?: that)? "
    r"|confirmed )?"
)
_YES_ENGLISH = re.compile(
    rf"{_SAYING}(?:{_IT}{_IS}{_NOW} {_STATE}{_AFTER}|{_IT}{_NOW} works{_AFTER}|works{_AFTER}"
    rf"|{_IT} (?:was|were){_NOW} (?:solved|resolved|fixed|repaired|restored){_AFTER}"
    rf"|(?:the |our )?(?:issue|problem|fault|error|alarm)s?(?:'s| is| are| has| have){_NOW} gone{_AFTER}"
    rf"|(?:now |all |fully |finally )?(?:solved|resolved|fixed|working|sorted|sorted out|up and running"
    rf"|all good|all fine){_AFTER})"
    r"|(?:yes|yep|yeah)(?: (?:it is|it does|it was|they are|indeed|sure|of course|thanks|thank you|please))?"
    r"|(?:(?:yes|ok|okay|hereby) )?(?:(?:i|we) )?(?:can |hereby |can hereby )?confirm(?:ed)?(?: it| this| that)?"
    r"|(?:so |and )?(?:you (?:can|may) |please |pls |feel free to |go ahead and |ok to |okay to |good to "
    r"|happy to )?(?:now )?"
    r"close (?:it|this|the case|the ticket|this case|this ticket|case|ticket|my case|my ticket|our case"
    r"|our ticket)(?: now)?"
    r"|(?:please |pls |you (?:can|may) |ok to |good to )(?:now )?close"
    r"|(?:this|the|it) ?(?:case|ticket)? can be closed(?: now)?"
    r"|no (?:(?:more|further|other) (?:issues|problems|errors)|(?:issues|problems|errors) (?:now|any ?more))"
    r"(?: (?:so|on our side|here|now))?|(?:i|we) can (?:log ?in|work|print|connect|send mails?) (?:now|again)"
)
_COURTESY_ENGLISH = re.compile(
    r"(?:(?:many |and |so )?(?:thanks|thank you|thx|cheers|appreciated|much appreciated)(?: (?:a lot|so much|very much"
    r"|again|all|everyone|team|for (?:your|the) (?:\w+ ){0,3}?(?:help|support|work|service|assistance"
    r"|efforts?|response)))*)"
    r"|(?:great|excellent|perfect|good|nice|super|wonderful|awesome|well done|good job|great job|great work|nice work)"
    r"(?: (?:job|work|service|support|news))?|ok|okay|hi|hello|dear \w+|hi \w+|hello \w+|regards|best regards|bye"
    r"|(?:it|this|they) (?:is|does|has|are)(?: indeed)?|(?:have a )?(?:nice|good|great) (?:day|weekend)"
)


def kind(clause: str) -> Literal["yes", "courtesy"] | None:
    """Whether the clause says that it is solved, or is mere courtesy; None for any other."""
    if len(clause) > _LONGEST:
        return None
    if re.search("[一-鿿]", clause):
        dense = _COMPLAINT.sub("", re.sub(r"\s", "", clause))
        if _YES_CHINESE.fullmatch(dense):
            return YES
        return COURTESY if _COURTESY_CHINESE.fullmatch(dense) else None
    spaced = " ".join(clause.split())
    if re.fullmatch(r"(?:solved|fixed|ok了|closed)", spaced) or _YES_ENGLISH.fullmatch(spaced):
        return YES
    return COURTESY if _COURTESY_ENGLISH.fullmatch(spaced) else None
