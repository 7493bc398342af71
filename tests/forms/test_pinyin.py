"""Names in the order of a Chinese class list."""

from __future__ import annotations

import random

import pytest

from generator.forms.pinyin import COMPOUND, by_pinyin, cut
from tests.small import HOSTILE


def read(name: str) -> str:
    return " ".join(f"{letters}{tone}" for letters, _, tone, _ in by_pinyin(name)[:-1])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("单小朵", "shan4 xiao3 duo3"), ("解晓东", "xie4 xiao3 dong1"), ("曾国强", "zeng1 guo2 qiang2"),
        ("仇英", "qiu2 ying1"), ("区小明", "ou1 xiao3 ming2"), ("查良", "zha1 liang2"), ("朴正", "piao2 zheng4"),
        ("任平生", "ren2 ping2 sheng1"), ("盖文", "ge3 wen2"), ("华小光", "hua4 xiao3 guang1"),
        ("尉迟恭", "yu4 chi2 gong1"), ("万俟雪", "mo4 qi2 xue3"), ("单于小山", "chan2 yu2 xiao3 shan1"),
    ],
)  # fmt: skip
def test_a_surname_is_read_as_a_surname(name: str, said: str) -> None:
    assert read(name) == said


@pytest.mark.parametrize(("name", "said"), [("小单", "xiao3 dan1"), ("李解", "li3 jie3"), ("王任", "wang2 ren4")])
def test_in_a_given_name_the_same_character_is_read_as_usual(name: str, said: str) -> None:
    assert read(name) == said


def test_no_word_is_seen_across_surname_and_given_name() -> None:
    assert read("曾经国").startswith("zeng1 jing1")
    assert read("单于") == "shan4 yu2"  # a surname of two characters has a given name after it


def test_a_given_name_that_is_a_word_is_read_as_that_word() -> None:
    assert read("朱重庆") == "zhu1 chong2 qing4"
    assert read("朱重") == "zhu1 zhong4"


def test_surnames_of_two_characters_are_cut_off_whole() -> None:
    assert all(cut(f"{surname}甲") == (surname, "甲") for surname in COMPOUND)
    assert cut("欧阳") == ("欧", "阳")


def test_those_of_one_surname_stay_together_and_then_the_given_name_decides() -> None:
    names = ["章二", "张三", "章一", "张安", "张"]
    found = sorted(names, key=by_pinyin)
    assert found in (["张", "张安", "张三", "章二", "章一"], ["章二", "章一", "张", "张安", "张三"])


def test_letters_come_before_tones_and_u_before_its_umlaut() -> None:
    names = ["栾一", "吕一", "鲁一", "罗一", "陆一"]
    assert sorted(names, key=by_pinyin) == ["鲁一", "陆一", "吕一", "栾一", "罗一"]


def test_dots_and_case_do_not_count_and_latin_letters_stand_among_the_syllables() -> None:
    assert read("阿依古丽·买买提") == read("阿依古丽买买提")
    assert sorted(["Zhao", "李四", "alim", "王五"], key=by_pinyin) == ["alim", "李四", "王五", "Zhao"]


def test_rare_characters_have_their_reading_and_those_without_come_last() -> None:
    assert read("喆堃玥𬭎") == "zhe2 kun1 yue4 hong2"
    assert sorted(["赵一", "\U00030000一", "安一"], key=by_pinyin)[:2] == ["安一", "赵一"]


def test_every_name_has_a_place_and_no_two_have_the_same() -> None:
    names = [HOSTILE, "", " ", "\n", "·", "<&>{{ {%", "1", "０", "李\n四", "李四", "李 四", "长" * 500, "\ud800"]
    keys = [by_pinyin(name) for name in names]
    assert len(set(keys)) == len(names)
    shuffled = random.Random(8).sample(names, len(names))
    assert sorted(shuffled, key=by_pinyin) == sorted(names, key=by_pinyin)
