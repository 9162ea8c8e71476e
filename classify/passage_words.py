"""How it is said that something stands still, for how many, and that it is not so: for `classify.passages`."""

import re

CLAUSE_END = re.compile(
    r"[。!?;\n]+|\.(?=\s|$)|,(?=\s|[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[,、]|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])"
    r"|\b(?:but|however)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[。.!;\n]")
# "May I ask" before a statement makes no question of it; who asks why something stands still says that it does.
POLITE = re.compile(
    r"^[\s,]*(?:(?:老师|师傅|各位|大家|亲)?[,\s]*(?:您好|你好)?[,\s]*(?:请问|请教|想问|想请教|咨询)?(?:一下|一哈|下|问)?[,\s]*)"
)
WHY = re.compile(
    r"\s*(?:(?:and|but|so|also) )?(?:(?:may i ask|could you (?:please )?tell (?:me|us)|do you know) )?"
    r"why (?!(?:did|was|were)\b)(?:(?:is|are|do|does) )?|.{0,12}为什么",
    re.IGNORECASE,
)
ASKS = re.compile(
    "[吗呢嘛]$|是不是|是否|能不能|能否|可否|可不可以|会不会|有没有|要不要|怎么|怎样|如何|(?<!为)什么|哪|多久|多少|想了解"
    r"|^(?:what|how|is|are|was|were|do|does|did|can|could|would|should|will|when|where|which|who|why|may|has|have)\b(?!')"
    r"|\b(?:whether|how (?:to|do|can|long))\b",
    re.IGNORECASE,
)
# Something stands still or is lost: without such a word a passage is not worth a second reading.
STANDS = re.compile(
    "停|瘫|宕|挂了|断|崩|死机|黑屏|蓝屏|打不开|进不去|起不来|连不上|登不|启动不了|无法|不能|没反应|丢失|全丢|没了|不见"
    "|[用做办发收开结出报刷缴上付打传]不(?:了|上|来|出|进|去|通|到)"
    r"|\bstop|\bhalt|\bstand(?:s|ing|still)|\bdown\b|\boffline\b|\bdead\b|\bout of (?:order|service)\b|\bunreachable\b"
    r"|\b(?:cannot|can not|can't|nobody|no ?one|none of|unable|not able)\b|(?:n't|\bnot) \w+|\bcrash|\blost\b"
    r"|\bmissing\b|\bgone\b|\bfrozen\b|\bencrypt",
    re.IGNORECASE,
)
DENIES = re.compile(
    r"^\W*(?:none of (?:this|it|that)|nothing|no|not|it \w+ nothing)\b|没(?:有)?(?:出|发生|任何)|从没|没停|停不得"
    "|不能停",
    re.IGNORECASE,
)
# Near a passage: then what stands still is planned, past, told of, or not pressing.
CALM = re.compile(
    "放假|演练|演习|练习|模拟|预案|计划|检修|不急|一切正常|目前正常|都正常|都好好|不紧急|恢复|误报"
    r"|\b(?:exercise|drill|rehears\w+|simulat\w+|pretend|planned|holidays?|over christmas"
    r"|maintenance window|no hurry|not urgent|no incident"
    r"|no failure|nothing (?:is )?(?:wrong|broken|urgent)|back (?:up|in service|online|to normal)|restored|recovered"
    r"|resolved|rolled back|praise|happens? (?:if|when)|load test|no action)\b",
    re.IGNORECASE,
)
# Anywhere in a text of a fault without an impact: it is over, or befell what no business uses. That reads as minor for
# good reason, however dead it is.
MINOR_SINCE = re.compile(
    "(?<!影响)(?<!自动)恢复|好了|复盘|测试|实验|培训|开发环境|演示|备用机|误报|昨[天晚夜日]|当时"
    r"|\b(?:back|returned|again by itself|recovered|restored|yesterday|last night|root cause|minutes of"
    r"|tests?|testing|lab|laboratory bench|staging|uat|sandbox|playground|trial|training|teaching|workshop|course"
    r"|switched off in|decommission\w+|false alarms?|no customer is)\b",
    re.IGNORECASE,
)
# How far it reaches, or whose work rests: a fault names what has failed, and most that are minor no more than that. So
# few of their sentences are read once more.
BROAD = re.compile(
    "[全都整瘫]|所有|任何|没人|谁也|大家|停产|停线|停工|产线|车间|[几数上][十百千]|患者|病人|[旅乘顾]客|客户|大厅|排队|手工"
    r"|\b(?:nobody|no ?one|every(?:body|one|thing)|all|whole|entire|none|any(?:body|one)|both|lines?|plants?|production"
    r"|shifts?|halls?|idle|home|customers?|patients?|passengers?|drivers?|staff|furnaces?|trucks?|lorries|queues?)\b",
    re.IGNORECASE,
)
# Whatever that finds holds one of these, in folded text: to look for them takes a fifth of the time.
BROAD_SIGNS = (
    *("nobody", "no one", "noone", "every", " all", "whole", "entire", "none", "anybody", "anyone", "both", "line"),
    *("plant", "produc", "shift", "hall", "idle", "home", "customer", "patient", "passenger", "driver", "staff"),
    *("furnace", "truck", "lorries", "queue"),
    *(
        "所有",
        "任何",
        "没人",
        "谁也",
        "大家",
        "停产",
        "停线",
        "停工",
        "产线",
        "车间",
        "患者",
        "病人",
        "旅客",
        "乘客",
        "顾客",
    ),
    *("客户", "大厅", "排队", "手工", *"全都整瘫百千十"),
)
# Between two sentences, of which one may be a question.
SENTENCE_BREAK = re.compile(r"[。.!?;\n]")
HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z0-9']+")
