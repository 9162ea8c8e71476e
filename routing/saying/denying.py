"""Clauses that deny that something is solved. A pattern may fit anywhere in the clause."""

import re
from typing import Literal

PLAIN: Literal["plain"] = "plain"
BARE: Literal["bare"] = "bare"

# Told of another time, a condition, a wish: no denial.
_NOT_NOW = re.compile(
    r"昨天|昨晚|(?<![和跟与同像])(?:之前|以前|此前|原来|原先|上次)|上周|刚开始|一开始|起初|当时|早上"
    r"|(?:不是|并非)(?:没|未)|如果|若|万一|假如|要是|的话|希望|避免|防止|以免|免得|担心|怕"
    r"|\b(?:yesterday|(?<!as )before|earlier|previously|at first|initially|was|were|had been|last (?:week|night|month)"
    r"|if|unless|in case|once|until|whether|when)\b"
)
_POSITIVE = re.compile(r"没有?再|未再|不再(?!工作|响应)|不是没")
# What the case was about is no news: "the problem that we could not log in".
_COMPLAINT = re.compile(r"^.*?的(?=问题|故障|情况|现象)")
_BARE = re.compile(r"no|nope|不是的?|没有|不|否|还没有?|尚未|not yet|不确认")
_PLAIN_THOUGH_BARE = ("not yet", "还没有", "还没", "尚未", "nope")

_NOT_JUDGED = r"(?!确认|确定|判断|测试|验证)"
_CHINESE = re.compile(
    "|".join((
        # not solved
        r"(?:没有?|未能?|没能)(?:被|能|能够|完全|彻底|真正|得到|有效|最终)*"
        r"(?:解决|恢复|修复|修好|弄好|搞定|处理好|处理完|好(?![像好])|改善|好转|成功|用$|变化|效果|反应$)",
        r"解决不了|修不好|弄不好|好不了|搞不定|没法用|^(?:还是)?老问题$",
        # still as it was
        r"(?:还是?|仍然?|依然|依旧|照样|一直|仍旧)(?:是)?(?:(?:[和跟与同像](?:之前|以前|原来))?一样|老样子|那样|如此|这样)",
        r"(?:还是?|仍然?|依然|依旧|照样|一直|仍旧)(?:是)?(?:不行|不可以|不对|不好|不通|不正常|不稳定|不工作|没反应|没用)",
        r"(?:还是?|仍然?|依然|依旧|照样|一直|仍旧)(?:是)?(?:有问题|有故障|有报错|有告警|存在|报错|告警|出错|报警|出现)",
        r"(?:还是?|仍然?|依然|依旧|照样|一直|仍旧)(?:是)?(?:掉线|断线|死机|宕机|卡|很?慢|很卡|坏的?|故障|异常)",
        rf"(?:还是?|仍然?|依然|依旧|照样|一直|仍旧)(?:是)?(?:不能|无法){_NOT_JUDGED}",
        r"(?:还是?|仍然?|依然|依旧|照样|一直|仍旧)(?:是)?(?:连不上|打不开|登不上|上不去|启动不了|用不了)",
        r"(?:问题|故障)(?:依旧|依然|仍在|还在|没变|仍存在|还存在|复发|重现)",
        r"^(?:不行|不能用|用不了|没用|没好|不好用|不正常|无效|不可用|不对)(?:啊|呀|了|的)?$",
        r"(?<!没有)(?<!不是)(?:无法|不能)(?:正常)?(?:登录|访问|连接|使用|启动|打开|开机|上网|收发|工作|用)",
        # again
        r"^(?:问题|故障|告警|报错)?又来了$",
        r"又(?:再次|开始|一次)?(?:出现|坏|断|挂|报错|告警|不行|中断|死机|宕机|掉|卡|崩|故障|发生|连不上|打不开|不能|无法|复发)",
        r"(?:^|今天|刚刚?|刚才|现在|目前|问题|故障|已|后)再次?(?:出现|发生|报错|告警|中断|掉线|宕机|复现|发作)",
        # do not close it
        r"(?:不要|(?<![特分区级])别|请勿|暂不|不能|不可以|不同意|暂缓|不应)(?:把|将)?(?:此|本|该|这个)?(?:工单|案件|单子?)?"
        r"(?:关闭|关单|关掉|关|结案|结单)(?:此|本|该|这个)?(?:工单|案件|单子?)?(?:了|吧)?$",
        r"请重新打开|不同意$",
    ))
)  # fmt: skip

# Verbs by which, after "still not", nothing is said of the fault.
_NOT_OF_THE_FAULT = (
    r"(?!(?:\w+ )?(?:confirm|check|test|verif|say|tell|judge|sure|had|have|found|find time|reach|know|tried"
    r"|got|understand"
    r"|need|want|like|reproduce|see (?:why|any|the) |seen? it))"
)
_FAULT = r"(?:problem|issue|error|fault|alarm|failure)s?"
_WELL = (
    r"(?:solved?|resolved?|fix|fixed|works?|worked(?! with)|working|ok|okay|sorted|repaired|restored|help"
    r"|helped|gone|fine"
    r"|boot|start|start up|connect|respond|responding|in order|improved?|better|go away|print)"
)
_ENGLISH = re.compile(
    "|".join((
        # not solved
        r"(?:\b(?:not|never|nothing)|n't)(?: (?:yet|been|being|really|fully|completely|actually|quite|at all"
        r"|it|entirely"
        rf"|properly|get|got|getting|totally|truly|all|ever|seem|seems|to|be|look|is|now|even))* {_WELL}\b",
        r"\b(?:doesnt|dont|didnt|isnt) (?:work|help|solve|fix|boot|start|respond|connect|resolve)",
        r"\bno longer (?:works?|working|responds?|responding|available|reachable|starts?)\b",
        r"\b(?<!no )(?:unsolved|unresolved|persists|reoccurr?(?:ed|s|ing)|recurr?ed|not yet)\b",
        r"\b(?:don't|do not|didn't) (?:think|believe|agree|see that)\b.*\b(?:solved|resolved|fixed|works?"
        r"|working|done|closed)\b",
        r"^(?:it |this |that |the (?:problem|issue|fault|error) )?(?:is |has )?not (?:yet|really)?$",
        r"^(?:far from it|negative|unfortunately not|sadly not|not at all|(?:i|we) disagree)$",
        # still as it was
        r"\b(?:still|again) (?:not (?!sure|confirmed|certain|tested|checked|clear)|broken|down|failing|fails?|the same"
        r"|happening|happens|an issue|a problem|offline|dead|unable|slow|wrong|occurs?|occurring|there"
        r"|persists?|exists?"
        r"|crash\w*|unstable|unresolved|unsolved|stuck|faulty)",
        r"\b(?:still|again) (?:getting|get|seeing|see|have|having|has|receiving|showing|shows|throws|gives)"
        r"(?: (?:the|an?|that|this|same|many|our))*"
        rf" (?:same |old |red )*(?:{_FAULT}|timeouts?|lights?)\b",
        r"\b(?:still|again) (?:can ?not|can't|could ?n't|won't|will not|does ?n't|does not|do not|don't"
        r"|is ?n't|are ?n't"
        rf"|has ?n't) {_NOT_OF_THE_FAULT}",
        r"\bnothing (?:has )?changed\b|\bno (?:change(?! needed| necessary| required| to)|luck|improvement"
        r"|effect|progress)\b",
        r"\bsame (?:as before|again|story)\b",
        rf"(?:^|still |it's |is |gets? |sees? |getting |seeing |have )(?:the )?same (?:{_FAULT}|thing)\b",
        rf"\b{_FAULT} (?:has |have )?(?:remains?|remained|continues?|reappeared|returned)$",
        # again
        rf"\b{_FAULT} (?:is|are|has come|have come|came|has|happened|occurred|comes|appeared) (?:back|again"
        rf"|there|unchanged)\b",
        r"\b(?:happened|broke|failed|crashed|appeared|went down|stopped working|died|dropped|occurred|down"
        r"|broken|failing"
        r"|offline) (?:\w+ )?again\b",
        # do not close it
        r"\b(?:don't|do not|must not|can't|cannot|please not|not) (?:yet )?close (?:it|this|the|my|our)\b"
        r"|\b(?:do not|don't) close$",
        r"\bre-?open (?:it|this|the|my|our)\b|^(?:please )?re-?open$|\bkeep (?:it|this|the (?:case|ticket)"
        r"|this case) open\b",
    ))
)  # fmt: skip


def kind(clause: str) -> Literal["plain", "bare"] | None:
    """Whether the clause denies it plainly, or is a bare "no"; None for any other."""
    is_chinese = re.search("[一-鿿]", clause)
    said = _COMPLAINT.sub("", re.sub(r"\s", "", clause)) if is_chinese else " ".join(clause.split())
    if _BARE.fullmatch(said):
        return PLAIN if said in _PLAIN_THOUGH_BARE else BARE
    if _NOT_NOW.search(said) or _POSITIVE.search(said):
        return None
    return PLAIN if _CHINESE.search(said) or _ENGLISH.search(said) else None
