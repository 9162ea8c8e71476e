"""What is said where batteries, plugs and cables are about to burn or to shock somebody: for the safety lexicon."""

from classify.lexicon import OVER, Rule, any_of
from classify.moving_parts import PERSON

_CELLS = "(?:cells?|batter(?:y|ies)|BESS|battery (?:pack|rack|module)s?)"
_TOUCHED = "(?:cable|plug|connector|housing|casing|enclosure|frame|handle|nozzle|pole|railing|fence)"
_TOUCHED_ZH = "(?:枪头|外壳|机壳|壳体|柜门|柜体|扶手|桩体|充电枪|插头|栏杆|支架|护栏)"
_ASKED = any_of(
    r"\b(?:how (?:do|can)|threshold|quot\w+|setpoint|data ?sheet|curve|simulat\w+)\b",
    "如何|怎么|怎样|会不会|阈值|报价|曲线|设置|规格|检测",
)

RULES = (
    Rule(
        "a battery that overheats",
        1,
        ("popping", "venting", "off-gas", "offgas", "rising", "climbing", "电解液", "刺鼻", "温度"),
        any_of(
            rf"\b{_CELLS}\b[^!?\n]{{0,60}}\b(?:popping|venting|off-?gassing)\b(?! (?:valve|hole|duct))",
            rf"\b{_CELLS}\b[^.!?\n]{{0,30}}\b(?:[5-9]\d|1\d\d) ?(?:degrees|°)[^.!?\n]{{0,14}}\b(?:rising|climbing)\b",
            r"\bventing from (?:the |an? |our )?(?:\w+ )?(?:battery|container|cells?|pack|BESS)\b",
            rf"\b{_CELLS} temperatures?\b[^.!?\n]{{0,20}}"
            r"(?:\b(?:[5-9]\d|1\d\d)\b[^.!?\n]{0,12}|still |keeps )(?:rising|climbing)\b",
            "(?:电池|储能|电芯)[^。!?\\n]{0,10}(?:电解液|刺鼻)[^。!?\\n]{0,4}味",
            "(?:电池|储能|电芯)[^。!?\\n]{0,16}温度[^,。!?\\n]{0,4}(?:一直|还在|持续|不停地?|直线)[^,。!?\\n]{0,2}(?:涨|升|往上|飙)(?!不)",
        ),
        excuses=_ASKED,
        settled=OVER,
    ),
    Rule(
        "something live that is touched",
        1,
        ("live", "voltage", "tingl", "touch", "带电", "麻"),
        any_of(
            rf"\b{_TOUCHED}\b(?!-)[^.!?\n]{{0,22}}\b(?:is|are|was) (?:still )?(?:live|under voltage)\b"
            r"(?! (?:on|in) (?:the )?(?:map|app|platform|portal|system|network))",
            r"\btingl(?:es|ed|ing)\b[^.!?\n]{0,30}\b(?:touch\w*|plug|housing|casing|handle|hand|fingers)\b"
            r"|\b(?:touch\w*|hands?|fingers)\b[^.!?\n]{0,30}\btingl(?:es|ed|ing)\b",
            r"\blive (?:\w+ )?(?:cables?|wires?|conductors?)\b(?! (?:route|map|plan))[^.!?\n]{0,12}"
            r"\b(?:hang|lying|lies|on the|exposed)",
            r"\b(?:thrown|knocked) (?:back|down|over) when (?:he|she|they|i) touched\b",
            "摸[^。!?\\n]{0,10}手麻",
            f"{_TOUCHED_ZH}[^,。!?\\n]{{0,3}}带电(?!压|流|量|插拔|显示|作业|池|子|动|缆|机)",
            "手(?:都|被|有点|就)?(?:电得)?麻(?:了|一下)|(?:被|给)[^,。!?\\n]{0,4}麻了一下",
        ),
        excuses=_ASKED,
        settled=OVER,
        beside=any_of(
            r"\b(?:charg\w+|inverter|cable|plug|voltage|electric\w*|socket|panel)\b", "电|桩|枪|逆变|配电|充电|柜"
        ),
    ),
    Rule(
        "bare copper",
        2,
        ("copper", "conductor", "铜"),
        any_of(
            r"\b(?:bare|exposed) (?:copper|conductors?)\b",
            "(?:枪线|电缆|线缆|充电线|线皮|外皮)[^。!?\\n]{0,6}(?:露铜|铜[丝线]外露|露出铜|铜[丝线]露)",
        ),
        excuses=_ASKED,
        settled=OVER,
        beside=any_of(r"\b(?:cable|charg\w+|inverter|insulation|live|voltage)\b", "枪|电缆|桩|线"),
    ),
    Rule(
        "a contact that melts",
        2,
        ("melted", "melting", "charred", "glowing", "熔", "融化", "烧红", "烧化"),
        any_of(
            r"\b(?:plugs?|connectors?|sockets?|cables?|terminals?|busbars?|fuse holders?|inlets?|contacts?)\b"
            r"[^.!?\n]{0,15}\b(?:melted|melting|charred|glowing)\b",
            "(?:枪|插头|插座|端子|接线|电缆|母线|铜排|触头)[^,。!?\\n]{0,4}(?:熔化|融化|烧熔|熔了|烧化|烧红)",
        ),
        excuses=_ASKED,
        settled=OVER,
    ),
    Rule(
        "somebody burned or shocked",
        1,
        ("burned", "burnt", "shocked by"),
        any_of(
            rf"\b{PERSON} (?:has |have )?burn(?:ed|t) (?:his|her|their) (?:\w+ )?(?:fingers?|hands?|arms?|face|skin)\b",
            rf"\b{PERSON} (?:was|were|got|has been) shocked by (?:the |an? |our )?(?:\w+ )?"
            r"(?:box|inverter|charger|plug|panel|housing|cabinet|cable|machine|module)\b",
        ),
        excuses=_ASKED,
    ),
    Rule(
        "vapour that ignites",
        1,
        ("ignited", "caught light", "burst into flames", "燃起来", "爆燃", "闪爆"),
        any_of(
            r"\b(?:mist|oil|coolant|gas|vapou?rs?|dust|solvent|cable|battery|plug|charger|magnesium|swarf|paint)\b"
            r"[^.!?\n]{0,15}\b(?:ignited|caught light|burst into flames)\b",
            "(?:油雾|粉尘|切削液|溶剂|油气|镁屑|铝粉|气体)[^,。!?\\n]{0,6}(?:爆燃|闪爆|燃起来)(?!风险|试验|防)",
        ),
        excuses=_ASKED,
        settled=OVER,
    ),
)
