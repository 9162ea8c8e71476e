"""Clauses of an answer to "may we log in?". A consent must fit the whole clause, a refusal may stand anywhere in it."""

import re
from typing import Literal

from routing.saying import confirming

AGREED: Literal["agreed"] = "agreed"
REFUSED: Literal["refused"] = "refused"
BARE: Literal["bare"] = "bare"
OTHER: Literal["other"] = "other"
Kind = Literal["agreed", "refused", "bare", "other"]
_LONGEST = 120

# When, through whom, with what: details may stand beside a consent. These words make more of them than that: a
# condition, a limit, a promise to answer later, another wish.
_MORE_CHINESE = (
    r"不没未无非勿别但除仅只若如果先等再待前提条件才否吗须必需要求谁哪怎何说问答复回讨论研究商看考虑确认通知请示汇报"
    r"另换取消改暂缓止停"
)
_MORE_ENGLISH = re.compile(
    r"\b(?:not|no|never|but|if|unless|only|except|however|provided|without|first|though|although|wait|when|whether"
    r"|cannot|will|tell|let|ask|think|check|discuss|answer|reply|decide|know|see|maybe|perhaps|probably|might|should"
    r"|would|could|hope|instead|cancel|stop|needs?|must|have to|has to|until (?!\d))\b|n't\b|\b(?:after|before) (?!\d)"
)

_ACCESS = r"(?:远程|远端|登录|登入|接入|连接|访问|操作|协助|处理|支持|排查|诊断|维护|调试|控制)"
_SYSTEM = r"(?:我们|我方|我司|贵司|贵方|你们|您|你|贵公司|工程师|技术人员|系统|设备|服务器|阵列|进行|通过|来|的|方式)"
_AGREED_CHINESE = re.compile(
    rf"(?:我们?|我方|我司|本公司|敝司|客户|单位)?(?:这边|这里|方)?(?:已经?|现|特此|完全|可以|确认|都|均){{0,2}}"
    rf"(?:同意|允许|授权|批准|准许|许可)(?:{_SYSTEM}|{_ACCESS})*(?:了|吧)?"
    rf"|(?:你们|您|贵司|贵方|工程师)?(?:现在|随时|今天|明天|今晚)?(?:都)?可以(?:随时)?(?:{_SYSTEM}|{_ACCESS})+(?:了|吧)?"
    r"|可以(?:的|了)?|是的?|没问题|没有问题|没意见|没有意见|无异议|没有异议|行"
)
_REFUSED_CHINESE = re.compile(
    r"(?:不|不能|不会|不予|并不|无法|坚决不|恕不)(?:同意|允许|授权|批准|接受)|拒绝|谢绝|不可以$|不行$"
    rf"|(?:禁止|不得|不可以?|不准|不许|不要|请勿|请不要|请别|^别){_SYSTEM}*(?:远程|远端|登录|登入|接入|访问)"
)
# Of another thing, another time, or under a condition.
_UNDECIDED_CHINESE = re.compile(
    r"如果|若|的话|除非|是否|不是不|并非|没有不|没说|之前|以前|暂时|暂不|目前|现在不|今天不|尚|还[没未不]|等|再|前$|时$"
)
_DETAIL_CHINESE = re.compile(
    rf"(?:时间|联系人?|现场联系人|现场人员|接口人|电话|手机|微信|请?找|请?联系|对接人)[^{_MORE_CHINESE}]{{0,40}}"
    rf"|(?:请|可|可以|麻烦)?(?:于|在)?(?:今天|今日|今晚|明天|明日|明早|后天|本周|下周|周[一二三四五六日天]|星期.|上午|下午|晚上|中午"
    rf"|现在|随时|\d)[^{_MORE_CHINESE}]{{0,30}}"
    rf"|(?:通过|用|使用|走)[^{_MORE_CHINESE}]{{1,24}}|(?:请|麻烦)?(?:尽快|及时)?(?:安排|{_ACCESS})[^{_MORE_CHINESE}]{{0,8}}"
)

_REMOTELY = (
    r"(?: (?:to |for )?(?:it|this|that|(?:the |your |a )?(?:remote )?(?:access|log-?in|session|support|connection)))?"
)
_AGREED_ENGLISH = re.compile(
    rf"(?:(?:yes|ok|okay|sure) )?(?:(?:i|we) (?:do |hereby |fully |both )?(?:agree|consent|approve|authori[sz]e|allow"
    rf"|permit|grant)(?: you)?(?: with)?{_REMOTELY}|agreed|approved|granted|authori[sz]ed"
    r"|(?:permission|consent|access|approval)(?: is| was)? (?:granted|given)|(?:i|we) (?:give|grant)(?: you)?"
    r" (?:our |my |the )?(?:permission|consent|access|approval)(?: to it)?"
    r"|(?:you|your engineers?|your team|he|she|they) (?:may|can|are allowed to|are welcome to)"
    r"(?: now)? (?:log ?in|connect|go ahead|proceed|access (?:it|the system|our system|the device|the server))"
    r"|(?:please |pls )?(?:do )?go ahead|please (?:proceed|connect|log ?in)"
    r"|(?:that is|that's|it is|it's|this is) (?:ok|okay|fine|all right|alright)(?: with| for)?(?: me| us)?"
    r"|(?:i|we) have no objections?|no objections?|yes(?: please| you may| you can| we do| i do)?|sure|of course"
    r"|certainly)"
    r"(?: (?:remotely|now|today|tomorrow|any ?time|at any time)){0,2}"
    r"(?: (?:at|on|from|between|after|before|until|via|through|with|using|by) .{1,60})?"
)
_REFUSED_ENGLISH = re.compile(
    r"\b(?:do not|don't|cannot|can't|can not|will not|won't|are not able to|not) (?:\w+ )?"
    r"(?:agree(?! (?:that|with (?:the|your)\b))|consent|approve|allow|authori[sz]e|permit|grant)\b"
    r"|\b(?:i|we) (?:must |have to |hereby )?(?:refuse|decline|disagree)$|\b(?:refuse|decline|deny|reject)s? (?:it|this"
    r"|that|(?:the |your |any )?(?:remote )?(?:access|log-?in))\b"
    r"|\bnot (?:allowed|permitted|authori[sz]ed|approved|acceptable)$|^no (?:remote )?(?:access|log-?in)\b"
    r"|\b(?:do not|don't|must not|may not) (?:log ?in|connect|access (?:it|our|the))\b"
)
_UNDECIDED_ENGLISH = re.compile(
    r"\b(?:if|unless|when|whether|until|yet|before|without|today|now|currently|at the moment|because|think)\b"
)
_DETAIL_ENGLISH = re.compile(
    r"(?:and )?(?:please )?(?:contact|call|phone|mobile|tel|time|on[- ]site contact|ask for|through|via|using|use|with"
    r"|at|on|from|between|today|tomorrow|any ?time|this (?:morning|afternoon|evening)|monday|tuesday|wednesday|thursday"
    r"|friday|after|before|\d).{0,60}"
)
_NUMBER = re.compile(r"[+\d][\d ()-]{5,24}")
_BARE = re.compile(r"no|nope|不|否|no sorry|sorry no")


def kind(clause: str) -> Kind | None:
    """Whether the clause consents, refuses, is a bare "no", or says something else that may stand beside a consent:
    courtesy, or when and through whom; None for any other."""
    if len(clause) > _LONGEST:
        return None
    if _NUMBER.fullmatch(clause):
        return OTHER
    return _chinese(re.sub(r"\s", "", clause)) if re.search("[一-鿿]", clause) else _english(" ".join(clause.split()))


def _chinese(said: str) -> Kind | None:
    if _BARE.fullmatch(said):
        return BARE
    if _AGREED_CHINESE.fullmatch(said):
        return AGREED
    if _REFUSED_CHINESE.search(said):
        return None if _UNDECIDED_CHINESE.search(said) else REFUSED
    is_beside = _DETAIL_CHINESE.fullmatch(said) or confirming.kind(said) is confirming.COURTESY
    return OTHER if is_beside else None


def _english(said: str) -> Kind | None:
    if _BARE.fullmatch(said):
        return BARE
    if _REFUSED_ENGLISH.search(said):
        return None if _UNDECIDED_ENGLISH.search(said) else REFUSED
    if confirming.kind(said) is confirming.COURTESY:
        return OTHER
    if _AGREED_ENGLISH.fullmatch(said) and not _MORE_ENGLISH.search(re.sub(r"\bno objections?", "", said)):
        return AGREED
    return OTHER if _DETAIL_ENGLISH.fullmatch(said) and not _MORE_ENGLISH.search(said) else None
