"""What is taken out of others' texts: the person, however he is named there, and nobody else."""

import pytest

from workers.erasing.person import Person
from workers.erasing.words import Traces

ANN = Person(
    frozenset({"ann@kunde.de", "王芳@kunde.de"}),
    frozenset({"+8613800138000", "+862155550123"}),
    frozenset({"Ann Lee"}),
    frozenset({"firma.cn"}),
)


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("write to Ann@Kunde.de.", "write to [erased]."),
        ("请联系ann@kunde.de，谢谢", "请联系[erased]，谢谢"),
        ("ann@kunde.de的邮箱", "[erased]的邮箱"),
        ("请联系王芳@kunde.de", "请联系[erased]"),
        ("联系人Ann Lee先生", "联系人[erased]先生"),
        ("電話はAnn Leeさん", "電話は[erased]さん"),
        ("电话13800138000请回电", "电话[erased]请回电"),
        ("bob@firma.cn说", "[erased]说"),
        ("customer C-9 by the domain firma.cn; 域名firma.cn，", "customer C-9 by the domain [erased]; 域名[erased]，"),
        ("see https://www.firma.cn/status", "see https://www.[erased]/status"),
        ("021-55550123, 02155550123 or (021) 5555-0123", "[erased], [erased] or ([erased]"),
        ("+86 (0)21 55550123, 0086 21 5555 0123", "[erased], [erased]"),
    ],
)
def test_he_is_taken_out(said: str, stays: str) -> None:
    assert Traces(ANN).taken_out(said) == stays


@pytest.mark.parametrize(
    "said",
    [
        "joann@kunde.de",
        "mail.ann@kunde.de",
        "ann@kunde.dev",
        "bob@firma.cnc.example",
        "bob@otherfirma.cn",
        "meine-firma.cn",
        "Joann Lee",
        "Ann Leeson",
        "renéAnn Lee",
        "102155550123",
        "021555501234",
    ],
)
def test_who_is_called_alike_is_not(said: str) -> None:
    assert Traces(ANN).taken_out(said) == said


def test_a_line_that_is_made_to_hurt_keeps_nobody_from_being_taken_out() -> None:
    assert Traces(ANN).taken_out(f"{'a' * 1_000_000}@ bob@firma.cn").endswith("@ [erased]")
