"""The safety lexicon: it hears real danger, and not its shadow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.caution import find
from classify.dangers import RULES
from classify.decide import Calibration, choose
from classify.lexicon import Rule
from models.values import CATEGORIES


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("3号机柜冒烟了", "smoke"),
        ("机房 UPS 冒黑烟", "smoke"),
        ("无线控制器冒烟了", "smoke"),
        ("培训室的服务器着火了", "fire"),
        ("电池柜起火，值班员在灭火", "fire"),
        ("机壳漏电，同事摸到被电了一下", "electric shock"),
        ("机房里有一股煤气味", "gas"),
        ("交换机那边有焦味", "burning smell"),
        ("文件服务器中了勒索病毒", "ransomware"),
        ("MES 打不开，全厂停线", "production stopped"),
        ("现在停产，请立即处理", "production stopped"),
        ("there is smoke coming out of the rack", "smoke"),
        ("I do not know why the server is smoking", "smoke"),
        ("the UPS caught fire", "fire"),
        ("the battery cabinet is on fire", "fire"),
        ("our technician got an electric shock from the chassis", "electric shock"),
        ("we smell gas in the server room", "gas"),
        ("3号梯停在 7 层，轿厢内 2 名乘客被困", "somebody trapped"),
        ("电梯远程监测：困人报警，梯号 L-03", "somebody trapped"),
        ("停电了，有两个同事被关在机房里出不来", "somebody trapped"),
        ("Lift 4 stopped between floors, two people stuck inside the car", "somebody trapped"),
        ("ENTRAPMENT ALARM, unit E-12, passenger call button pressed", "somebody trapped"),
        ("a technician is trapped in the machine room, the badge reader is dead", "somebody trapped"),
        ("a burning smell from PSU 2", "burning smell"),
        ("all shares show a ransom note", "ransomware"),
        ("production has stopped since six", "production stopped"),
        ("Two people are inside lift 2 between floor 4 and 5, the door does not open", "somebody in a lift"),
        ("三号梯停在 7、8 楼之间,里面有人,对讲机还通", "somebody in a lift"),
        ("电梯关人了在十二楼快点", "somebody trapped"),
        ("someone is stuck in the lift", "somebody trapped"),
        ("安全出口的门打不开,里面有人出不来", "somebody trapped"),
        ("two visitors cannot get out of the building", "somebody trapped"),
        ("an operator was caught in the conveyor", "injury"),
        ("工人的手指被机器夹断了", "a machine that has hurt somebody"),
        ("Your gas detection panel is dead, no display", "safety system down"),
        ("消防主机死机了,一直重启不了", "safety system down"),
        ("a text file asking for money lies on every share", "ransomware"),
        ("弹出一个要赎金的页面", "ransomware"),
        ("I dropped the orders database, there is no other backup", "data without a copy"),
        ("病历数据库不见了,也没有备份", "data without a copy"),
        ("I dropped what I thought was the test database, there is no backup", "data without a copy"),
        ("图纸目录今天打开是空的,没有做过备份", "data without a copy"),
        ("the payroll volume was wiped, it was never backed up", "data without a copy"),
        ("there is smoke from the rack in the training room", "smoke"),
        ("FIRE ALARM zone 4 battery room, smoke detector 2 and 3 active", "a fire alarm"),
        ("Fire Panel Event: FIRE ALARM - Loop 2 Device 034", "a fire alarm"),
        ("GAS ALARM: Boiler room CH4 HIGH-HIGH", "a gas alarm"),
        ("可燃气体报警:罐区 02号探测器 高报", "a gas alarm"),
        ("消防物联网火警:3号楼5层走廊感烟", "a fire alarm"),
        ("主机:GST500-3\n类型:火警\n位置:3号楼", "a fire alarm"),
        ("the fire alarm in the battery room is ringing and we cannot get it reset", "a fire alarm"),
        ("4区电池间火灾报警,烟感2动作,气体灭火已启动", "a fire alarm"),
        ("we smell ammonia at the compressor", "gas"),
        ("It is Wednesday, the part is not here and the carding line is still down", "something that still stands"),
        ("说好周一到的驱动器还没到,梳棉线一直停着", "something that still stands"),
        ("carbon monoxide detector went off in the garage", "gas"),
        ("机房旁边有很重的氨味", "gas"),
        ("the lift's stuck with my mum in it she's eighty four", "somebody trapped"),
        ("那个电梯把我妈困里头了", "somebody trapped"),
        ("The passenger lift stands between the third and fourth floor with two people inside", "somebody in a lift"),
        ("Chairlift stopped, 46 guests are hanging on the line", "somebody trapped"),
        ("缆车停在半空,里面有十几个游客", "somebody trapped"),
        ("The goods lift hangs between two and three and our caretaker's in it", "somebody in a lift"),
        ("my father is stuck on the stairlift", "somebody trapped"),
        ("there's an alarm going the fire alarm in the plant room it's been activated", "a fire alarm"),
        ("储能柜嘶嘶响,怕是热失控了", "a battery that overheats"),
        ("Water is pouring from the ceiling of the server room onto row C", "water on equipment"),
        ("the dust extractor glows, we called the fire brigade", "a call for the fire brigade or an ambulance"),
        ("除尘器烧红了,打了119", "a call for the fire brigade or an ambulance"),
        ("I'm afraid the UPS is on fire", "fire"),
        ("恐怕机柜着火了", "fire"),
        ("thermal runaway in battery rack 3", "a battery that overheats"),
        ("there's water coming in through the ceiling onto the racks", "water on equipment"),
        ("机房天花板在漏水,往机柜上流", "water on equipment"),
        ("Crane 3 dropped its load", "a load that falls"),
        ("三号行车吊物坠落", "a load that falls"),
        ("the brakes of the bus failed at the depot exit", "a vehicle out of control"),
        ("车在高速上突然断电", "a vehicle out of control"),
        ("烟雾报警器一直在响", "smoke"),
        ("a small fire broke out behind the UPS", "fire"),
        ("As your newsletter predicted: our servers are dead, a ransom note on each", "ransomware"),
        ("周五的培训改期,我们域控中了勒索病毒", "ransomware"),
        ("a student was hit by the robot arm", "injury"),
        ("9号楼电梯卡住了,里面两个住户", "somebody in a lift"),
    ],
)
def test_danger_that_is_present_is_heard(text: str, danger: str) -> None:
    hits = find(text)

    assert danger in {hit.danger for hit in hits}
    assert all(text[hit.start : hit.end] for hit in hits)


@pytest.mark.parametrize(
    "text",
    [
        "防火墙的策略怎么改",
        "L-07 停在 3 层，无困人",
        "电梯困人已解除，乘客已救出",
        "我们被这个问题困住了",
        "the passengers trapped since nine were freed at ten",
        "users are stuck in the login loop and we are locked out",
        "remote release of trapped passengers does not work, caretaker present",
        "防火墙起不来",
        "没有冒烟，也没有异味",
        "如果服务器着火了怎么办",
        "下周做勒索病毒应急演练",
        "怎么防止勒索病毒",
        "担心漏电，想预约检测",
        "漏电保护器的型号是什么",
        "没有停产",
        "昨天停线，现在已恢复",
        "计划停产检修时升级",
        "新版本冒烟测试通过",
        "EDR 拦截了勒索软件，已隔离",
        "业务数据爆炸式增长",
        "the firewall drops packets",
        "no smoke, no noise",
        "the server is not on fire",
        "what would happen if the UPS caught fire?",
        "we plan a fire drill on Monday",
        "the smoke test of the release passed",
        "the smoke detector battery is low",
        "how do we protect ourselves against ransomware",
        "a ransomware exercise next month",
        "production is fine",
        "the line is NOT down",
        "请问 X200 型号是不是停产了",
        "春节放假期间工厂停产",
        "电梯停在两层之间、里面有人时应该怎么做",
        "the person inside was freed when the lift stopped",
        "nobody was hurt",
        "one of the fire panels is dark",
        "最近同行中了勒索病毒,数据都被加密了",
        "nothing's on fire",
        "目前没有备份,想配置定时备份,防止数据丢失",
        "the archive is empty because we deleted it on purpose, no backup",
        "The PDF of the invoice is empty and we do not have a copy",
        "the trigger fires twice",
        "该批次蓄电池因有起火风险被召回",
        "12/13 22:00 轮流升级,不停产",
        "灭的那只电源怎么拆?要不要停线?",
        "我们的动环能不能监测到冒烟",
        "六月那次 UPS 间冒烟,处理得很好",
        "the hazard sheet (electric shock, burns) has to be signed",
        "安全培训内容(防触电、触电急救)",
        "下午消防演习,全体人员疏散",
        "Security bulletin: attackers may install ransomware",
        "【安全通告】攻击者可植入勒索病毒",
        "新闻说有医院被勒索病毒搞瘫了,我们受影响吗",
        "报表里“困人次数”怎么统计",
        "the migration dropped the test tenant and there is no snapshot of it",
        "the line to our plant is down for a minute now and then",
        "the raw data of 2019 was deleted, there is no copy and none is needed",
        "our Spark job fails",
        "FIRE ALARM CLEARED zone 4",
        "Fire alarm test on Monday at 10, please ignore all messages",
        "Fire alarm panel: battery low, please replace",
        "火警已复位",
        "Entrapment cleared, car 2, passenger released, car in service",
        "困人解除,2号轿厢,乘客已放出,恢复运行",
        "乘客被困按铃时,电梯里会听到什么",
        "问一下电梯要是困人了打哪个电话我写告示用",
        "春节全厂放假,产线都停了,校准能安排那几天吗",
        "we are afraid of a fire in the battery room",
        "how long does the emergency light last when people are stuck in the lift",
        "昨晚电梯停了十分钟,里面两个人,后来出来了,是什么原因",
        "will your monitoring call the fire brigade?",
        "下周测试消防报警,你们监控会打119吗",
        "火警演练通知:周三下午",
        "does the gas detector also detect ammonia?",
        "锂电池热失控的防护方案请发一份",
        "机房漏水检测绳怎么接线",
        "the lift is stuck on the ground floor, nobody in it",
        "Yearly inspection of the chairlift, 40 people work there",
        "Crane's display dropped the load value for a second",
        "On 20 December the whole plant is shut down for maintenance from 6 to 18",
        "the line is down every night for cleaning, may the backup run then",
    ],
)
def test_a_denial_a_supposition_or_a_figure_of_speech_is_not_danger(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("氨气报警器一直响，浓度还在升", "a gas alarm"),
        ("The hydrogen sensor shows 30 % and the siren has been on since six", "a gas alarm"),
        ("carbon monoxide is still rising", "a gas alarm"),
        ("there is a gas smell at the boiler", "a gas alarm"),
        ("车间人员已全部撤离", "people who had to get out"),
        ("the hall was evacuated", "people who had to get out"),
        ("机械臂没停，把操作工的手夹伤了", "a machine that has hurt somebody"),
        ("the forklift has hit one of our pickers", "a machine that has hurt somebody"),
        ("电梯突然往下掉", "a lift that falls or runs by itself"),
        ("the elevator with a nurse in it fell half a floor", "a lift that falls or runs by itself"),
        ("扶梯刚才突然反转", "a lift that falls or runs by itself"),
        ("按了急停没反应", "a safety device without effect"),
        ("the emergency stop does not work", "a safety device without effect"),
        ("the robot moved while the door was open", "a safety device without effect"),
        ("somebody's stuck in the goods lift", "somebody trapped"),
        ("the press keeps cycling with a hand in the light curtain", "a safety device without effect"),
        ("人手伸进光栅里冲床照样往下冲", "a safety device without effect"),
        ("按了急停小车还往前走", "a safety device without effect"),
        ("the boiler pressure keeps climbing and the relief valve does not open", "a safety device without effect"),
        ("锅炉压力一直涨,安全阀没起跳", "a safety device without effect"),
        ("one of the lads has lost a finger in the guillotine", "a machine that has hurt somebody"),
        ("无人叉车自己从充电位开出来撞了货架", "a safety device without effect"),
        ("the AGV drove on although the emergency stop was pressed", "a safety device without effect"),
        ("a colleague lost two fingers in the slicer", "a machine that has hurt somebody"),
        ("the tail lift came down on the driver's foot", "a machine that has hurt somebody"),
        ("9床呼吸机没报警自己就不送气了", "a patient in danger"),
        ("the infusion pump delivered the whole bag at once, the patient is in intensive care", "a patient in danger"),
    ],
)
def test_harm_to_people_is_danger(text: str, danger: str) -> None:
    assert [(hit.level, hit.danger) for hit in find(text)][:1] == [(1, danger)]


@pytest.mark.parametrize(
    "text",
    [
        "氨气报警器到期需要标定",
        "please quote a spare gas detector",
        "how do we evacuate the hall if the siren sounds?",
        "没有人受伤",
        "nobody was hurt",
        "请问急停按钮备件报价",
        "the test of the emergency stop went well",
        "怎么测试电梯困人的按钮",
        "电梯困人时值班人员应该怎么操作",
        "we evacuated the host before the patch",
        "把下拉选项“缺料停线”改个名字",
        "停线原因在哪里配置",
        "rename the message 'Production stopped'",
        "急停复位后机器走不了",
        "服务器机柜门开着还在运行,有没有影响",
        "we continued with the emergency stop test",
        "the light curtain stops the press as it should, but its lamp is dark",
        "呼吸机培训什么时候开,有几位病人家属也想听",
        "how do we set the dose limit of the infusion pump for a patient?",
    ],
)
def test_what_is_asked_about_harm_is_none(text: str) -> None:
    assert find(text) == ()


def test_a_machine_that_was_secured_is_one_step_less_urgent() -> None:
    (hit,) = find("the robot moved while the gate was open, we locked the cell")

    assert hit.level == 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.danger)
@settings(max_examples=200)
@given(data=st.data())
def test_what_a_rule_looks_for_has_one_of_its_hints(rule: Rule, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(rule.words)).lower()

    assert any(hint in text for hint in rule.hints)


@pytest.mark.parametrize("text", ["THE UPS CAUGHT FIRE", "the UPS caught fıre", "the UPS caught fİre"])
def test_capitals_and_turkish_letters_hide_no_danger(text: str) -> None:
    (hit,) = find(text)

    assert hit.danger == "fire"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("EDR has isolated the ransomware on FS-01", ()),
        ("Ransomware on FS-01. The host was isolated.", (2,)),
        ("Ransomware on FS-01. It was not isolated yet.", (1,)),
        ("EDR ALERT: ransomware behaviour. Status: NOT contained", (1,)),
        ("勒索病毒没拦住,三台服务器还没隔离", (1,)),
    ],
)
def test_only_an_attack_that_was_stopped_is_less_urgent(text: str, level: tuple[int, ...]) -> None:
    assert tuple(hit.level for hit in find(text)) == level


def test_a_part_that_was_switched_off_is_one_step_less_urgent() -> None:
    burning, unplugged = find("接入交换机冒烟了"), find("接入交换机冒烟了 我把电拔了")

    assert (burning[0].level, unplugged[0].level) == (1, 2)


def test_a_caution_raises_the_level_and_asks_for_a_person() -> None:
    calm = {1: 0.01, 2: 0.01, 3: 0.03, 4: 0.95}
    sure = dict.fromkeys(CATEGORIES, 0.01) | {"hardware": 0.89}

    choice = choose(calm, sure, find("服务器着火了"), Calibration())

    assert choice.level == 1
    assert choice.needs_review
    assert "fire" in choice.because


def test_a_caution_never_lowers_a_level() -> None:
    grave = {1: 0.95, 2: 0.01, 3: 0.01, 4: 0.03}
    sure = dict.fromkeys(CATEGORIES, 0.01) | {"hardware": 0.89}

    choice = choose(grave, sure, find("a burning smell from PSU 2"), Calibration())

    assert choice.level == 1
    assert not choice.needs_review
