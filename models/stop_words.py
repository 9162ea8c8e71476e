"""Words that say nothing of what a question is about, and are not searched for."""

_ENGLISH = """
    a about after again all also am an and any anybody anyone are as at be because been before being but by can cannot
    could dear did do does doing done dont for from get give go good got had has have hello help her here hi him his how
    i if im in into is isnt it its ive just kind know let like me more morning my no not now of on once one only or our
    out over please regards same see she should so some still tell than thank thanks that the their them then there
    these they this those to too under until up us very want was we well were what when where which while who whom why
    will with would yes you your yours
"""

# Single characters only where hardly a word is made with them.
_CHINESE = """
    请问 请教 请帮忙 请 怎么办 怎么样 怎么 怎样 如何 什么 为什么 哪里 哪个 是否 能否 可否 可以 可不可以 能不能
    是不是 有没有 我们 你们 您们 他们 它们 我 你 您 贵司 贵公司 我司 我公司 您好 你好 大家好 谢谢 感谢 多谢 麻烦
    帮忙 帮助 协助 一下 一个 这个 那个 这些 那些 这样 那样 这里 那里 这 那 现在 目前 今天 昨天 刚才 想问 想 需要
    应该 已经 还是 还有 或者 以及 并且 而且 但是 不过 因为 所以 如果 的话 的 了 吗 呢 吧 呀 啊 也
"""

ENGLISH = frozenset(_ENGLISH.split())
# Chinese is split at them before pairs are made: 请问怎么导出 is 导出.
CHINESE = tuple(_CHINESE.split())
