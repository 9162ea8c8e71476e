"""Which case a mail belongs to, and how strangers are kept out of it."""

from dataclasses import replace

import pytest

from routing import token
from routing.threading import Conversation, Link, MailKeys, Parent, Thread, mentioned_cases, same_organisation, thread

KEY = b"test key"
TRUE = token.sign("FL-000042", KEY)
ANN, COLLEAGUE, EVE = "ann@customer.example", "bob@customer.example", "eve@stranger.example"

OURS = Parent(case_id=42, report_id=None, sender=None)
ANNS = Parent(case_id=42, report_id="r1", sender=ANN)
STORED = Conversation(
    case_ids=frozenset({42}),
    by_message_id={"ack@firstline.example": (OURS,), "first@customer.example": (ANNS,)},
    participants={42: frozenset({ANN})},
)


def keys(
    *,
    subject: str = "Backup failed",
    recipients: tuple[str, ...] = ("support@firstline.example",),
    references: tuple[str, ...] = (),
    sender: str | None = ANN,
    by_staff: bool = False,
    said: str = "",
) -> MailKeys:
    return MailKeys(subject, recipients, references, sender, by_staff, said)


@pytest.mark.parametrize(
    ("mail", "because"),
    [
        pytest.param(keys(subject=f"Re: [{TRUE}] Backup"), "token", id="the token in the subject"),
        pytest.param(keys(subject=f"答复：{TRUE.upper()}备份"), "token", id="the token in capitals among Chinese"),
        pytest.param(keys(recipients=(f"support+{TRUE.lower()}@x.example",)), "own address", id="the token's address"),
        pytest.param(keys(references=("ack@firstline.example",)), "message of ours", id="an answer to our mail"),
        pytest.param(keys(references=("first@customer.example",)), "earlier mail", id="her own mail again"),
        pytest.param(
            keys(references=("ack@firstline.example", "gone@elsewhere.example")), "message of ours", id="an older mail"
        ),
        pytest.param(
            keys(references=("first@customer.example",), sender=COLLEAGUE), "organisation", id="her colleague"
        ),
        pytest.param(
            keys(subject=TRUE, sender="bob@it.customer.example"), "organisation", id="a department of her company"
        ),
        pytest.param(keys(recipients=(f"support+{TRUE}@x.example",), sender=EVE), "given it", id="who has our address"),
        pytest.param(keys(subject=TRUE, sender=EVE, by_staff=True), "staff", id="one of the staff"),
    ],
)
def test_a_mail_with_a_proof_joins_the_case(mail: MailKeys, because: str) -> None:
    found = thread(mail, STORED, KEY)

    assert isinstance(found, Thread)
    assert found.parent.case_id == 42
    assert because in found.because


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(keys(subject="Re: [FL-000042] Backup failed", sender=EVE), id="the number alone"),
        pytest.param(keys(subject="FL-000043: any news?"), id="the number of a case that is gone"),
        pytest.param(keys(subject="Re: [FL-000042-aaaaaaaaaa] Backup failed"), id="a forged token"),
        pytest.param(keys(subject=f"[{token.sign('FL-000042', b'other')}]"), id="a token of another key"),
        pytest.param(keys(subject=f"[{token.sign('FL-000043', KEY)}]"), id="the token of a case that is gone"),
        pytest.param(keys(references=("unknown@customer.example",)), id="an answer to an unknown mail"),
        pytest.param(keys(subject="Backup failed"), id="the same subject of the same sender"),
        pytest.param(keys(subject="FL-000042-abcdefghiſ ００００４２"), id="letters that are none of ours"),
        pytest.param(keys(subject="", recipients=(), sender=None), id="an empty mail"),
    ],
)
def test_a_mail_that_names_no_case_starts_one_of_its_own(mail: MailKeys) -> None:
    assert thread(mail, STORED, KEY) is None


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(keys(references=("first@customer.example",), sender=EVE), id="an answer to somebody else's mail"),
        pytest.param(keys(references=("first@customer.example",), sender=None), id="an answer of nobody"),
        pytest.param(keys(references=("ack@firstline.example",), sender=EVE), id="an answer to our mail to another"),
        pytest.param(keys(subject=f"Fw: [{TRUE}]", sender=EVE), id="a subject that was passed on"),
        pytest.param(keys(subject=TRUE, sender="ann@customer.example.evil.example"), id="a domain that looks alike"),
    ],
)
def test_a_third_party_who_proves_nothing_is_only_linked(mail: MailKeys) -> None:
    found = thread(mail, STORED, KEY)

    assert isinstance(found, Link)
    assert found.parent.case_id == 42


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(keys(subject="工单FL-000042，进度如何？"), id="in the subject"),
        pytest.param(keys(subject="Any news?", said="Hello,\nit is about FL-000042.\nAnn"), id="in the text"),
        pytest.param(keys(subject="进度如何？", said=f"工单{TRUE}，谢谢"), id="as the token, copied into the text"),
    ],
)
def test_a_participant_who_only_names_the_number_is_linked(mail: MailKeys) -> None:
    found = thread(mail, STORED, KEY)

    assert isinstance(found, Link)
    assert found.parent.case_id == 42
    assert "without its token; its sender is a participant" in found.because


def test_a_number_in_the_text_of_somebody_else_says_nothing() -> None:
    assert thread(keys(said=f"FL-000042, {TRUE}", sender=EVE), STORED, KEY) is None


def test_of_many_numbers_in_a_subject_only_the_first_are_looked_up() -> None:
    subject = " ".join(f"FL-{number:06}" for number in range(1, 10_000))

    assert mentioned_cases(keys(subject=subject), KEY) == [1, 2, 3, 4, 5]
    assert mentioned_cases(keys(subject="FL-4294967296"), KEY) == []


def test_a_shared_mail_provider_is_no_organisation() -> None:
    conversation = Conversation(frozenset({42}), participants={42: frozenset({"ann@qq.com"})})

    assert isinstance(thread(keys(subject=TRUE, sender="eve@qq.com"), conversation, KEY), Link)
    assert isinstance(thread(keys(subject=TRUE, sender="ann@qq.com"), conversation, KEY), Thread)


def test_a_mail_to_a_case_that_was_closed_long_ago_is_only_linked() -> None:
    conversation = replace(STORED, settled=frozenset({42}))

    found = thread(keys(subject=TRUE), conversation, KEY)

    assert isinstance(found, Link)
    assert "closed long ago" in found.because


def test_who_goes_on_in_the_thread_of_an_old_case_is_heard_in_the_one_that_follows_it() -> None:
    people = {42: frozenset({ANN}), 50: frozenset({ANN})}
    conversation = replace(STORED, participants=people, settled=frozenset({42}), followed={42: 50})

    hers = thread(keys(subject=TRUE), conversation, KEY)
    eves = thread(keys(recipients=(f"support+{TRUE}@x.example",), sender=EVE), conversation, KEY)

    assert isinstance(hers, Thread)
    assert hers.parent.case_id == 50
    assert "closed long ago, and FL-000050 follows it" in hers.because
    assert isinstance(eves, Link)
    assert eves.is_follow_up


def test_a_strangers_mail_with_the_same_message_id_does_not_hide_the_customers() -> None:
    eves = Parent(case_id=66, report_id="r66", sender=EVE)
    conversation = Conversation(by_message_id={"first@customer.example": (eves, ANNS)})

    found = thread(keys(references=("first@customer.example",)), conversation, KEY)

    assert isinstance(found, Thread)
    assert found.parent is ANNS


def test_the_token_in_the_address_outranks_the_one_in_the_subject() -> None:
    other = token.sign("FL-000007", KEY)
    conversation = Conversation(frozenset({7, 42}), participants={7: frozenset({ANN}), 42: frozenset({ANN})})

    found = thread(keys(subject=f"[{other}]", recipients=(f"support+{TRUE}@x.example",)), conversation, KEY)

    assert found is not None
    assert found.parent.case_id == 42


def test_a_reference_to_our_mail_outranks_the_subject() -> None:
    other = token.sign("FL-000007", KEY)
    conversation = replace(STORED, case_ids=frozenset({7, 42}))

    found = thread(keys(subject=f"[{other}]", references=("ack@firstline.example",)), conversation, KEY)

    assert found is not None
    assert found.parent is OURS


def test_a_token_of_a_case_that_is_gone_leaves_the_references_to_decide() -> None:
    gone = token.sign("FL-000099", KEY)

    found = thread(keys(subject=f"[{gone}]", references=("ack@firstline.example",)), STORED, KEY)

    assert found is not None
    assert found.parent is OURS


def test_the_nearest_of_several_references_counts() -> None:
    later = Parent(case_id=50, report_id=None, sender=None)
    conversation = Conversation(
        by_message_id={**STORED.by_message_id, "later@firstline.example": (later,)},
        participants={42: frozenset({ANN}), 50: frozenset({ANN})},
    )

    found = thread(keys(references=("ack@firstline.example", "later@firstline.example")), conversation, KEY)

    assert found is not None
    assert found.parent is later


def test_a_strangers_reference_is_passed_over_for_one_that_proves_something() -> None:
    found = thread(keys(references=("ack@firstline.example", "first@customer.example")), STORED, KEY)

    assert found is not None
    assert found.parent is OURS


MOVED = Parent(case_id=50, report_id="r2", sender=ANN, was_added=True)
SPLIT_OFF = replace(
    STORED,
    case_ids=frozenset({42, 50}),
    by_message_id={**STORED.by_message_id, "second@customer.example": (MOVED,)},
    participants={42: frozenset({ANN, EVE}), 50: frozenset({ANN, EVE})},
)
MARKED = keys(
    subject=f"Re: [{TRUE}]",
    recipients=(f"support+{TRUE}@x.example",),
    references=("ack@firstline.example", "second@customer.example"),
)


@pytest.mark.parametrize("sender", [ANN, COLLEAGUE])
def test_who_answers_a_mail_of_his_own_that_was_split_off_is_heard_where_that_is(sender: str) -> None:
    found = thread(replace(MARKED, sender=sender), SPLIT_OFF, KEY)

    assert isinstance(found, Thread)
    assert found.parent is MOVED


@pytest.mark.parametrize(
    ("mail", "nearest"),
    [
        pytest.param(replace(MARKED, sender=EVE), (MOVED,), id="somebody else's mail"),
        pytest.param(MARKED, (replace(MOVED, was_added=False),), id="a report passed on to the address of another"),
        pytest.param(MARKED, (MOVED, ANNS), id="an id that a mail on the named case has, too"),
        pytest.param(MARKED, (Parent(50, None, None),), id="a letter of ours"),
    ],
)
def test_else_what_comes_back_of_ours_says_where(mail: MailKeys, nearest: tuple[Parent, ...]) -> None:
    by_message_id = {**SPLIT_OFF.by_message_id, "second@customer.example": nearest}

    found = thread(mail, replace(SPLIT_OFF, by_message_id=by_message_id), KEY)

    assert found is not None
    assert found.parent.case_id == 42


def test_a_mail_joins_one_that_came_in_the_same_batch_and_has_no_case_yet() -> None:
    first = Parent(case_id=None, report_id="r9", sender=ANN)
    conversation = Conversation(by_message_id={"new@customer.example": (first,)})

    own = thread(keys(references=("new@customer.example",), sender=ANN), conversation, KEY)
    strangers = thread(keys(references=("new@customer.example",), sender=EVE), conversation, KEY)

    assert own == Thread(first, own.because if own else "")
    assert isinstance(strangers, Link)


def test_mentioned_cases_are_those_with_true_tokens_addresses_first() -> None:
    seven = token.sign("FL-000007", KEY)
    mail = keys(subject=f"[{seven}] [FL-000001-aaaaaaaaaa]", recipients=("a@x.example", f"s+{TRUE}@x.example"))

    assert mentioned_cases(mail, KEY) == [42, 7]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@x.example", "b@x.example", True),
        ("a@mail.x.example", "b@x.example", True),
        ("a@x.example", "b@notx.example", False),
        ("a@gmail.com", "b@gmail.com", False),
        ("a@hotmail.co.uk", "b@hotmail.co.uk", False),
        ("a@sina.com.cn", "b@sina.com.cn", False),
        ("ops@googlegroups.com", "sales@googlegroups.com", False),
        ("a@mail.qq.com", "b@mail.qq.com", False),
        ("a@x.com.cn", "b@com.cn", False),
        ("a@com.cn", "b@com.cn", False),
        ("a@x.github.io", "b@github.io", False),
        ("a@mail.x.com.cn", "b@x.com.cn", True),
        ("a@localhost", "b@localhost", False),
        ("a", "b", False),
    ],
)
def test_an_organisation_is_a_domain_of_its_own(one: str, other: str, same: bool) -> None:
    assert same_organisation(one, other) is same
    assert same_organisation(other, one) is same


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(keys(recipients=(f"support+{TRUE}@x.example",), sender=EVE), id="the address"),
        pytest.param(keys(references=("ack@firstline.example",)), id="an answer to our mail"),
        pytest.param(keys(subject=TRUE), id="the token"),
    ],
)
def test_what_belongs_to_a_merged_case_belongs_to_the_one_that_it_goes_on_in(mail: MailKeys) -> None:
    merged = replace(STORED, participants={7: frozenset({ANN})}, merged={42: 7})

    found = thread(mail, merged, KEY)

    assert isinstance(found, Thread)
    assert found.parent.case_id == 7
    assert "FL-000042 was merged into FL-000007" in found.because


def test_a_stranger_to_the_surviving_case_does_not_come_in_by_the_merged_one() -> None:
    merged = replace(STORED, participants={7: frozenset({ANN})}, merged={42: 7})

    found = thread(keys(subject=TRUE, sender=EVE), merged, KEY)

    assert isinstance(found, Link)
    assert found.parent.case_id == 7
