"""Which answers let us log in, and which do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.values import Language
from routing.consenting import consents
from routing.letters import Kind, write
from tests.routing.test_letters import facts

GIVEN = (
    "同意",
    "同意。",
    "您好，\n\n同意远程登录。\n\n谢谢！",
    "同意，今天下午3点可以登录，现场联系人李工 13800000000",
    "我方同意贵司工程师远程登录系统，时间：明天上午10:00，联系人：王工，电话：010-55550100",
    "可以",
    "可以的，随时可以登录",
    "可以远程，请联系张工",
    "允许远程访问，谢谢",
    "我们授权贵司远程处理",
    "好的，同意",
    "没问题，现在可以远程登录",
    "同意，通过VPN登录",
    "同意遠端登入，請於今天下午聯絡李工",
    "我們同意，謝謝",
    "可以遠端登入",
    "I agree",
    "I agree.",
    "Yes, I agree. You may log in today at 15:00.",
    "We agree. Please contact Max Lee, +86 10 5555 0100.",
    "Yes",
    "Yes, you may log in now. Thanks!",
    "We consent to remote access.",
    "Agreed, go ahead.",
    "Hello,\n\nwe agree. You can log in from 10:00 via VPN.\n\nBest regards,\nAnn Lee",
    "That's fine with us, please go ahead.",
    "No objections.",
    "I agree\n\nOn Mon, 9 Nov 2026 at 10:00, Support <support@desk.example> wrote:\n> If you do not: I do not agree.",
    "Approved. Through Max Lee, tomorrow at 9:30",
    "Permission granted.",
)
REFUSED = (
    "不同意",
    "不同意。",
    "我们不同意远程登录",
    "您好，我方不允许远程接入，请安排工程师到现场。",
    "抱歉，公司规定禁止远程登录。",
    "拒绝",
    "请不要登录我们的系统",
    "不行",
    "不同意遠端登入",
    "同意上门，不同意远程登录",
    "恕不接受遠端操作",
    "I do not agree",
    "I don't agree.",
    "We do not consent to remote access.",
    "Sorry, we cannot allow remote access. Please send an engineer.",
    "No.",
    "No, remote access is not permitted",
    "We decline.",
    "Please do not log in.",
    "Remote access is not allowed",
    "We refuse remote access.",
)
UNCLEAR = (
    "",
    "收到",
    "好的，我问一下领导",
    "同意吗？",
    "是否同意需要领导确认",
    "如果只看日志，同意",
    "同意，但是只能看日志",
    "同意，需要我方人员陪同",
    "同意，明天给您答复",
    "可以，等备份完成再登录",
    "领导还没同意",
    "领导未批准",
    "暂时不同意",
    "现在不允许，晚上再说",
    "我不是不同意",
    "无法登录系统，请处理",
    "不能远程登录服务器，报错",
    "为什么要远程登录？",
    "可以不登录吗",
    "同意😡",
    "我们讨论后答复",
    "同意方案，请报价",
    "OK",
    "Thanks",
    "I agree if you only read the logs.",
    "I agree, but only after our backup.",
    "You may log in after our backup has finished.",
    "Yes, tomorrow I will tell you.",
    "I will ask my manager.",
    "Not yet approved.",
    "We cannot agree before Monday.",
    "Do I have to agree?",
    "Can you log in today?",
    "You may not.",
    "I agree. Or rather: I do not agree.",
    "I do not agree that it is minor.",
    "I do not agree with the level.",
    "We cannot log in any more, the server is down.",
    "What exactly do you want to see?",
    "I am out of office until 16 November. In urgent cases call the hotline.",
    "We agree to the price.",
    "If you agree, we close it.",
    "Yes, but who logs in?",
    "You can log in with my password, only don't tell anybody.",
)


@pytest.mark.parametrize("reply", GIVEN)
def test_a_short_clear_consent_is_one(reply: str) -> None:
    assert consents(reply) is True


@pytest.mark.parametrize("reply", REFUSED)
def test_a_clear_refusal_is_one(reply: str) -> None:
    assert consents(reply) is False


@pytest.mark.parametrize("reply", UNCLEAR)
def test_conditions_questions_and_anything_else_are_left_to_a_person(reply: str) -> None:
    assert consents(reply) is None


@pytest.mark.parametrize("before", ["not ", "never ", "if we ", "maybe ", "do you ", "cannot ", "unless we ", "soon "])
@pytest.mark.parametrize("word", ["agree", "agreed", "consent", "approved", "granted"])
def test_no_word_in_front_that_turns_it_leaves_a_consent(before: str, word: str) -> None:
    assert consents(before + word) is not True
    assert consents(f"We {before}{word}.") is not True


@pytest.mark.parametrize(
    "before", ["不", "没", "没有", "未", "尚未", "还没", "并未", "如果", "是否", "希望", "应该", "可能", "部分", "待"]
)
@pytest.mark.parametrize("said", ["同意", "允许远程登录", "授权", "批准了"])
def test_no_chinese_word_in_front_that_turns_it_leaves_a_consent(before: str, said: str) -> None:
    assert consents(before + said) is not True
    assert consents("我们" + before + said) is not True


@pytest.mark.parametrize(
    "condition",
    ["，但要先备份", "，前提是不重启", "，除非在工作时间", "，仅限查看", " only to look", ", but not today"],
)
@pytest.mark.parametrize("said", ["同意", "可以登录", "I agree", "You may log in"])
def test_no_condition_behind_leaves_a_consent(said: str, condition: str) -> None:
    assert consents(said + condition) is not True


@pytest.mark.parametrize("language", list(Language))
def test_our_own_letter_below_an_answer_adds_nothing_to_it(language: Language) -> None:
    letter = write(Kind.CONSENT, facts(language)).text

    assert consents(letter) is None
    assert consents("同意\n\n" + letter) is not False
    assert consents("不同意\n\n" + letter) is False


@settings(max_examples=200)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert consents(text) in (True, False, None)


@settings(max_examples=100)
@given(
    st.sampled_from(
        ["同意", "可以", "系统", "我们", "已", "今天", "agree ", "we ", "you may ", "not ", "1", " ", "-", "yes "]
    ),
    st.integers(1, 10_000),
    st.sampled_from(["", "!", "登录", "agree", "吗"]),
)
def test_no_repetition_makes_it_slow(part: str, times: int, end: str) -> None:
    assert consents(part * times + end) in (True, False, None)
