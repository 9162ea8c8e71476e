"""What the safety lexicon hears beside words that would settle it, and what of ordinary business it passes over."""

import pytest

from classify.caution import find


@pytest.mark.parametrize(
    "text",
    [
        "The fire alarm is ringing in building 4. This is not a test.",
        "Not a drill: fire alarm activated on floor 3.",
        "The fire alarm is ringing and this is no false alarm",
        "The fire alarm is going off in the steam turbine hall",
        "The smoke detectors in the test department have been triggered",
        "The fire alarm is ringing in the inspection hall",
        "Last week we had a false alarm. Now the fire alarm is ringing again in hall 2.",
        "There is a fire alarm in building 4, people are leaving",
        "[BMS] FIRE ALARM zone 3 detector 12",
        "The lift you serviced last week is stuck and two people are trapped inside",
        "Lift 4 was repaired last week. It stopped between floors and two people are stuck inside the car.",
        "The power was restored but two passengers are still trapped in lift 2",
        "water is pouring on the racks in the server room and we have no power",
        "3号楼火警响了,不是演习",
        "三楼烟感报警,不是误报,请马上派人",
        "测试部三楼烟感报警了,人已经往外走",
        "烟感报警响个不停,复位了又响",
        "电梯困人了,上周刚维保过",
        "上周修好的电梯又停了,里面有两个人被困",
        "机械手夹住了工人的手,手被夹断了",
        "已打120,人在救护车上",
    ],
)
def test_what_is_not_settled_is_danger(text: str) -> None:
    assert [hit.level for hit in find(text)][:1] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "Last week, two people were trapped in lift 3. Please send the report.",
        "The fire alarm is ringing. This is a test.",
        "三楼烟感报警,是误报",
        "The invoice for the fire alarm in building 4 is wrong: we ordered two modules, not three",
        "Please extend the maintenance contract for fire alarm building 12 and 13",
        "Fire alarm zone plan: could you send the drawing?",
        "How do I set the detector so that the fire alarm is triggered only after two sensors?",
        "Can the panel send a mail when a smoke detector is activated?",
        'Training: topic "what to do when the fire alarm is ringing", 12 participants',
        "The fire department is coming for the yearly visit on Tuesday. Which documents do we need?",
        "Ambulance on site is part of the event package, please quote",
        "我打了120元的款,请查收发票",
        "已打120份标签,还差80份,请发货",
        "Safety data sheet: ammonia solution. Strong odour of ammonia.",
        "Our standard asks for a proof that thermal runaway does not spread",
        "Battery storage: does your BMS detect a thermal runaway?",
        "储能电池热失控白皮书请发一份",
        "The water cooling unit, water flowing into the rack at 18 degrees, 40 l/min",
        "机房进水管什么规格",
        "数据中心进水温度18度,请确认",
        "配电室无进水,烟感正常",
        "Sales of our lift fell by 10 percent",
        "Our forklift dropped the container off at your depot on Monday",
        "The crane of hall 3 came down on Friday and is on the truck to you",
        "Brakes of bus 4 failed the inspection, spare pads on order",
        "The steering committee of the bus company failed to agree",
        "叉车失控保护功能怎么开",
        "车辆刹车失灵险怎么买",
        "The virtual machine moved by itself to host 2. Is that DRS?",
        "Somebody lost the thumb drive with the licence",
        "A worker lost finger scanner access",
        "打印头被纸夹住了",
        "摄像头被撞伤了一个角",
        "员工受伤上报模块怎么用",
        "老人摔倒报警手环报价500个",
        "撞到人会停吗?咨询防撞雷达",
        "My colleague is stuck in the meeting room booking form",
        "Two workers are trapped in a crash loop. Where is the log?",
        "Our lift ticket portal is stuck. A user inside the VPN can open it, others not.",
        "电梯停用改造,里面有人脸识别功能吗",
        "Cable car ticket printer stopped. Tourists stuck in queue.",
        "摩天轮售票系统故障,乘客滞留售票处",
        "Gas prices are climbing, so we would like to renew the contract",
        "The gas meter reading keeps rising, as it should",
        "可燃气体浓度超标值设多少合适",
        "人员疏散系统报价",
        "温感响应时间多少",
        "气体灭火系统启动电源多少伏",
        "请问烟感报警后主机多久联动",
        "The old price is still down",
        "仓库还停着要报废的打印机",
    ],
)
def test_ordinary_business_about_alarms_lifts_and_gases_is_no_danger(text: str) -> None:
    assert find(text) == ()


def test_a_text_full_of_denials_is_read_once() -> None:
    text = "if the fire alarm is ringing. This is not a test. " * 2000 + "Two people are trapped in the lift."

    assert [hit.danger for hit in find(text)] == ["somebody trapped"]
