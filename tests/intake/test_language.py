"""Which language a reporter is answered in."""

import pytest

from intake.mail.language import detect
from models.values import Language

LOG = "2026-11-09 10:00:01 ERROR [dispatch-core] WorkOrderCache reload failed: IndexOutOfBoundsException\n"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("服务器从昨天开始无法登录，请尽快处理，谢谢。", Language.SIMPLIFIED),
        ("伺服器從昨天開始無法登入，請盡快處理，謝謝。", Language.TRADITIONAL),
        ("檔案伺服器遭勒索病毒加密，仍在擴散中", Language.TRADITIONAL),
        ("The server has been down since yesterday.", Language.ENGLISH),
        ("账号被锁", Language.SIMPLIFIED),
        ("帳號被鎖", Language.TRADITIONAL),
        ("急", Language.SIMPLIFIED),
        ("你好，上午十点", Language.SIMPLIFIED),
        ("預約 12 月機房巡檢及培訓 Hi 各位", Language.TRADITIONAL),
        ("", Language.ENGLISH),
        ("   \n\t", Language.ENGLISH),
        ("12345 !!! ???", Language.ENGLISH),
        ("Bonjour, le serveur est en panne depuis hier à Besançon.", Language.ENGLISH),
        ("Der Server läuft nicht, bitte rufen Sie zurück.", Language.ENGLISH),
        ("サーバーが昨日から起動しません。至急ご対応ください。", Language.ENGLISH),
        ("서버가 어제부터 작동하지 않습니다.", Language.ENGLISH),
        ("Сервер не работает со вчерашнего дня.", Language.ENGLISH),
    ],
)
def test_the_language_is_that_of_the_writer(text: str, language: Language) -> None:
    assert detect(text) == language


def test_an_english_log_does_not_make_a_chinese_mail_english() -> None:
    text = "应用服务从早上起反复崩溃，日志见下，请尽快协助处理：\n" + LOG * 5

    assert detect(text) == Language.SIMPLIFIED


def test_a_chinese_signature_does_not_make_an_english_mail_chinese() -> None:
    body = "The controller of the array in Shanghai restarts every ten minutes and the hosts lose their paths. " * 3

    assert detect(body + "\nLi Wei 李伟 上海分公司 信息部") == Language.ENGLISH


def test_chinese_names_all_over_an_english_mail_do_not_make_it_chinese() -> None:
    body = "Dear team,\n\nThe fan of the 服务器 in our plant is loud. Please send a spare to 上海市.\n\nLi Wei 李伟"

    assert (
        detect(f"server alarm 服务器告警\n{body}\n苏州合资有限公司 市场部 地址：苏州市工业园区星湖街")
        == Language.ENGLISH
    )


def test_a_few_chinese_words_above_an_english_log_make_it_chinese() -> None:
    log = "The operation is not permitted. The disk has to be replaced. Please contact your vendor for the part."

    assert (
        detect(f"存储告警\n硬盘故障，日志如下：\n{log}\n星澜医院信息科 何涛 报修联系电话见合同") == Language.SIMPLIFIED
    )


def test_a_quoted_product_name_in_simplified_does_not_decide_a_traditional_mail() -> None:
    text = "請問貴公司的備份軟體「备份大师」能不能把同一份備份同時存到兩個目的地？麻煩給我連結就好，謝謝。"

    assert detect(text) == Language.TRADITIONAL


def test_a_japanese_mail_with_many_kanji_is_not_taken_for_chinese() -> None:
    text = "基幹系統の全面停止が発生し、業務継続が困難な状況です。早急な復旧対応をお願い致します。"

    assert detect(text) == Language.ENGLISH


def test_a_text_of_many_megabytes_is_judged_by_its_beginning() -> None:
    assert detect("服务器宕机" + " word" * 2_000_000) != detect("服务器宕机，请处理。" * 400 + " word" * 2_000_000)
