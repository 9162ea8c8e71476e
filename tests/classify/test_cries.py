"""What is cried into a telephone in a few words is heard, and not what only has the word in it."""

import pytest

from classify.caution import find


@pytest.mark.parametrize(
    "text",
    [
        "fire",
        "Fire!",
        "Help, fire!",
        "There is a fire",
        "there's a fire please come",
        "We have a fire",
        "The warehouse is burning",
        "火灾",
        "发生火灾了",
        "机器烧起来了",
        "explosion",
        "there was an explosion",
        "the transformer blew up",
        "爆炸了",
        "变压器爆炸了",
        "my colleague is unconscious",
        "somebody collapsed",
        "有人晕倒了",
    ],
)
def test_a_cry_is_heard(text: str) -> None:
    assert [hit.level for hit in find(text)][:1] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "there is no fire",
        "it is not a fire",
        "there is a fire door that squeaks",
        "there is a fire sensor without battery",
        "the fire drill is tomorrow",
        "if there is a fire who do we call",
        "what happens when there is a fire",
        "please fire up the server",
        "the build machine is burning CPU",
        "there was an explosion of traffic on the firewall",
        "the inbox blew up this weekend",
        "our sales exploded",
        "用户数爆炸了",
        "火灾自动报警系统维保",
        "火灾保险的问题",
        "消防火灾演练",
        "有火灾探测器故障",
        "the menu collapsed",
        "my colleague passed out the leaflets",
    ],
)
def test_its_words_elsewhere_are_none(text: str) -> None:
    assert find(text) == ()
