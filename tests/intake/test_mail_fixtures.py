"""The mails of the demo: what each says by its own words, and by fixtures/demo.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from intake.filters import Known, judge
from intake.mail.parse import parse
from models.values import Auto

FIXTURES = Path(__file__).parents[2] / "fixtures"
REPORTS = {entry["file"][5:7]: entry for entry in tomllib.loads((FIXTURES / "demo.toml").read_text("utf-8"))["report"]}
SCREENSHOT, RETURNED = "屏幕截图 2026-11-12.png", "part-2"

# number, subject, display name of the sender, words of the body, attachments
SAID: list[tuple[str, str, str | None, str, tuple[str, ...]]] = [
    ("01", "MES 应用服务崩溃无法启动，三条产线全停", "李沐辰", "浏览器打开只有 503", ()),
    ("02", "存储2号槽硬盘故障，热备已接管（鑫𬭚机械）", "赵䶮", "请安排更换这块盘（4TB NL-SAS）", ()),
    ("03", "总部到两个分仓VPN时断时续", "陈喆", "reason: DPD timeout", ()),
    ("04", "维保合同年底到期，想续一年，请报价", "何雨桐", "银牌和金牌的都报一下", ()),
    ("05", "ERP每天上午卡顿，请协助分析原因", "孙一鸣", "51秒/超时", ()),
    ("06", "核心库备份连续三晚失败（附日志）", "卓小满", "介质写入超时", ("备份任务日志-十一月十日.txt",)),
    ("07", "固件升级B控卡在62%，单控运行，收银变慢", "姜禾", "A 控升完正常", ("image001.png",)),
    ("08", "转发: 转发: Fw: 帮忙看一下", "余景明", "归档完成：共处理 1836 条", ()),
    ("09", "回复：Re: 回复：双控都掉线，全厂停产，十万火急", "王小筠", "物流单号给一个也行", ()),
    ("10", "账号被锁", "方 澜", "fang.l 密码输错几次被锁了", ()),
    ("11", "【十万火急】投诉！！！！马上给我回电话！！！！", "罗女士", "书面道歉", ()),
    ("12", "檔案伺服器遭勒索病毒加密，仍在擴散中，請速協助", "蓋淑惠", "README_RESTORE.txt", ()),
    ("13", "預約 12 月機房巡檢及培訓", "Vivian 鄺", "地點係觀塘兩間機房", ()),
    ("14", "備份可以同時存兩個目的地嗎？", "魏以安", "S3 相容的物件儲存", ()),
    ("15", "No routes to any store since 06:10, tills cannot authorise", "Callum Reyes", "bad peer AS", ()),
    ("16", "quick one", "Dana Okoro", "where do i change the ntp servers on the S3200?", ()),
    ("17", "Accents lost in CSV export (« Besançon » becomes « Besan?on »)", "Zoé Lefèvre", '"Besançon" as', ()),
    ("18", "Hypervisor upgrade 6.1 to 6.5 - dates", "Priya Halloran", "We’d like to schedule", ()),
    (
        "19",
        "Re: [FL-20261109-0031] node 4 keeps dropping out of the cluster",
        "Tomas Birkeland",
        "SN-TEST-04-77120",
        (),
    ),
    (
        "20",
        "Console warning: certificate expires in 9 days",
        "Lim, Grace (IT Singapore)",
        "chain incomplete",
        (SCREENSHOT,),
    ),
    ("21", "Licence expired – WMS login closed for everybody", "Marguerite Oyelaran", "Forty-one lorries", ()),
    ("22", "Third complaint – please pass to a manager", "Rosalind Achterberg", "– one named engineer who stays", ()),
    ("23", "Leeds cannot sign in to ordering (SSO)", "Idris Pemberton-Shaw", "SSO-1043: assertion audience", ()),
    ("24", "Root cause for this morning's database stall, please", "J. Whitcombe", "  - iostat and vmstat", ()),
    ("25", "RMA 20-3391: return label for the old fan tray", "Anneke Vos", "no return label", ("signature.asc",)),
    ("26", "FYI - storage", "Wiremu Dalgleish", "Hi there, hope you are well.", ()),
    ("27", "CALLHOME MAJOR SN-TEST-56A0427 Controller B fenced", "S5600 CallHome", "0x2A0F", ("event-118204.xml",)),
    ("28", "UPS-R4: Self-test failed, replace battery", "", "Battery self-test failed.", ()),
    ("29", "[备份失败] FILESRV-增量-每日 BK-5031", "备份系统通知", "38.2 GB / 预计 61.0 GB", ()),
    ("30", "PROBLEM: WAN bjs-sha: packet loss > 30% for 5m (rt-bjs-01)", "Kestrel Monitoring", "rtt 212 ms", ()),
    ("31", "RECOVERY: WAN bjs-sha: packet loss > 30% for 5m (rt-bjs-01)", "Kestrel Monitoring", "25m 0s", ()),
    ("32", "Cron <root@loghost> /usr/local/sbin/switch-digest --last 24h", "Cron Daemon", "%PORT-4-CRC", ()),
    ("33", "Automatic reply: [FL-20261112-0009] Your report has been received", "Geraint Olumide", "555-0133", ()),
    ("34", "自动回复: 您的报修已受理 [FL-20261116-0022]", "董若溪", "期间查看邮件不便", ()),
    (
        "35",
        "Undelivered Mail Returned to Sender",
        "Mail Delivery System",
        "550 5.1.1 User unknown",
        ("part-1", RETURNED),
    ),
    ("36", "Returned mail: unable to deliver for 5 days", "Mail Delivery Subsystem", "in the queue\nfor 5 days", ()),
    ("37", "[storage-users] Re: both controllers rebooted after 3.2.0?", "Ottoline Marsh", "media scan", ()),
    ("38", "硬盘故障前的五个征兆｜11 月号", "机房运维月刊", "在线直播 11 月 26 日", ()),
    ("39", "二楼交换机丢包，上网很卡", "", "你好，我是东浦轴承的黄婧", ()),
    ("40", "power supply amber light", None, "the label on the back reads SN-TEST-22-0040. I will be", ()),
]


def test_every_mail_of_the_demo_is_in_the_table_and_every_file_in_the_demo() -> None:
    files = {path.name[:2] for path in (FIXTURES / "mail").glob("[0-9][0-9]-*.eml")}

    assert set(REPORTS) == files >= {number for number, *_ in SAID}
    assert len(SAID) >= 40


@pytest.mark.parametrize(("number", "subject", "name", "words", "attachments"), SAID, ids=[row[0] for row in SAID])
def test_a_mail_of_the_demo_is_read_as_its_writer_meant_it(
    number: str, subject: str, name: str | None, words: str, attachments: tuple[str, ...]
) -> None:
    expected = REPORTS[number]

    mail = parse((FIXTURES / expected["file"]).read_bytes())

    assert mail.subject == subject
    assert (mail.sender.name if mail.sender else None) == name
    assert words in mail.text
    assert tuple(attachment.filename for attachment in mail.attachments) == attachments
    assert mail.language == expected["language"]
    assert expected["rcpt_to"] in [address.address for address in mail.to]
    assert "\ufffd" not in mail.subject + mail.text


@pytest.mark.parametrize("expected", REPORTS.values(), ids=list(REPORTS))
def test_a_mail_of_the_demo_is_answered_or_not_as_the_demo_says(expected: dict[str, Any]) -> None:
    mail = parse((FIXTURES / expected["file"]).read_bytes())

    verdict = judge(mail, Known(expected["mail_from"], frozenset({"support@firstline.example"})))

    why = expected.get("why")
    assert verdict.answer == (expected["ends"] == "acknowledged")
    assert verdict.auto == (why if why in set(Auto) else None)


BROKEN = {"39", "40"}


@pytest.mark.parametrize("number", sorted(REPORTS))
def test_only_the_broken_mails_have_defects(number: str) -> None:
    mail = parse((FIXTURES / REPORTS[number]["file"]).read_bytes())

    assert bool(mail.defects) == (number in BROKEN)


# number, words that the writer wrote, words that he only quoted or signed with
ADDED = [
    ("06", "先备到磁盘", "0871-555-0118"),
    ("09", "控制器B的备件", "机房声音很大"),
    ("18", "pre-check script", "Alder Creek Credit Union"),
]


@pytest.mark.parametrize(("number", "added", "quoted"), ADDED)
def test_the_reply_is_what_the_writer_added(number: str, added: str, quoted: str) -> None:
    mail = parse((FIXTURES / REPORTS[number]["file"]).read_bytes())

    assert added in mail.reply
    assert quoted in mail.text
    assert quoted not in mail.reply


@pytest.mark.parametrize(
    ("number", "words"),
    [("24", "- iostat and vmstat"), ("24", "Tell me where to upload them."), ("22", "– somebody at your end")],
)
def test_a_list_with_hyphens_is_no_signature(number: str, words: str) -> None:
    mail = parse((FIXTURES / REPORTS[number]["file"]).read_bytes())

    assert words in mail.reply
