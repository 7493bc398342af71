from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from generator.errors import Problem, TemplateError
from generator.yamlfile import EXPECTED, YamlFile, explain, keys_of, read_yaml


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""
    size: int = 0
    ratio: float = 0
    wide: bool = False
    kind: Literal["甲", "乙"] = "甲"
    parts: list[Part] = []
    tags: list[Literal["甲", "乙"]] = []
    either: list[Literal["甲"]] | bool | str = True
    share: float = Field(default=1, gt=0, le=1)
    go_on: bool = Field(default=False, alias="continue")

    @field_validator("size")
    @classmethod
    def _small(cls, size: int) -> int:
        if size > 9:
            raise ValueError("太大")
        return size


class Wider(Part):
    width: int = 0


def read(folder: Path, text: str) -> YamlFile:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return read_yaml(folder / "a.yaml")


def problems(folder: Path, text: str) -> list[Problem]:
    file = read(folder, text)
    with pytest.raises(ValidationError) as caught:
        Part.model_validate(file.data)
    return explain(caught.value, file, keys_of(Part))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("b: 1\na: [1\nc: 2\n", 2, "方括号 [ 没有合上"),
        ("a: {b: 1\n", 1, "花括号 { 没有合上"),
        ("a: {{ b }}学生", 1, "引号、括号后面还有文字"),
        ("a: '注\nb: 1\nc: 2\n", 1, "引号没有合上"),
        ('a: "注" 说明', 1, "引号、括号后面还有文字"),
        ("a: 1\na: 2", 2, "同一个键写了两次"),
        ("a:\n\t- b", 2, "缩进里有制表符（Tab），只能用空格"),
        ("a: @b", 1, "请加引号"),
        ("a: *b", 1, "以 * 开头的值要加引号"),
        ("a: 注: 说明", 1, "文字里有“: ”的要加引号"),
        ('a: "\\d"', 1, "要写两个"),
        ("a: 1\nb\n", 2, "缺少冒号"),
        ("a: 1\nb: [\n\n", 2, "括号没有合上"),
        ("a: 1\n---\nb: 1\n", 2, "几份内容"),
        ("a: !!int b", 1, ""),
    ],
)
def test_what_is_no_yaml_is_told_in_chinese_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(tmp_path, text)
    told = str(caught.value)
    assert told.startswith(f"错误 a.yaml 第{line}行：YAML 没有写对：") or not what
    assert what in told
    assert not re.search("found|expected|while|not|invalid", told)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("标题: 甲".encode("gbk"))
    (tmp_path / "nul.yaml").write_bytes(b"a: \0")
    told = {"gbk": "不是 UTF-8 编码。请另存为 UTF-8", "nul": "里面有不能用的字符", "nothing": "没有这个文件"}
    for name, what in told.items():
        with pytest.raises(TemplateError, match=f"{name}.yaml：读不出来：{what}"):
            read_yaml(tmp_path / f"{name}.yaml")


def test_only_true_and_false_are_answers(tmp_path: Path) -> None:
    assert dict(read(tmp_path, "no: yes\non: off\nt: true\nn: 0123").data) == {
        "no": "yes",
        "on": "off",
        "t": True,
        "n": 123,
    }


@pytest.mark.parametrize(
    ("trail", "line"),
    [
        (("a",), 1),
        (("b",), 2),
        (("b", 1), 5),
        (("b", 1, "c"), 5),
        (("b", 0, "Branch", "d"), 4),
        (("b", 0, "none"), 3),
        ((), 1),
    ],
)
def test_the_line_of_a_part_is_known_or_of_what_is_around_it(tmp_path: Path, trail: Any, line: int) -> None:
    assert read(tmp_path, "a: 1\nb:\n  - c: 1\n    d: 2\n  - c: 3\n").line(trail) == line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nmae: 甲", "第1行：不认识的键“nmae”，是不是“name”。请改正或删去。"),
        ("name: 甲\nparts:\n  - sizee: 1", "第3行：不认识的键“sizee”，是不是“size”。请改正或删去。"),
        ("contineu: true", "第1行：不认识的键“contineu”，是不是“continue”。请改正或删去。"),
        ("name: 12", "第1行：“name”不能是“12”。请写成文字；数字要加引号。"),
        ("size: 两", "第1行：“size”不能是“两”。请写成整数。"),
        ("size: 1.5", "第1行：“size”不能是“1.5”。请写成整数。"),
        ("ratio: 一半", "第1行：“ratio”不能是“一半”。请写成数字。"),
        ("wide: 也许", "第1行：“wide”不能是“也许”。请写成 true 或 false。"),
        ("parts: 甲", "第1行：“parts”不能是“甲”。请写成列表，每项以“- ”开头。"),
        ("kind: 丙", "第1行：“kind”不能是“丙”。请用 '甲'、'乙' 之一。"),
        ("size: 12", "第1行：太大。请改正。"),
        ("tags:\n  - 甲\n  - 丙", "第3行：“tags”不能是“丙”。请用 '甲'、'乙' 之一。"),
        ("parts:\n  - tags: [丙]", "第2行：“parts.tags”不能是“丙”。请用 '甲'、'乙' 之一。"),
        ("name: {{ student.name }}", '第1行：以 {{ 开头的值没有加引号。请写成 "{{ … }}"。'),
        ("parts:\n  - name: 甲\n  - {{ student.name }}", '第3行：以 {{ 开头的值没有加引号。请写成 "{{ … }}"。'),
        ("share: 0", "第1行：“share”不能是“0”。请填大于 0 的数。"),
        ("share: 1.5", "第1行：“share”不能是“1.5”。请填不大于 1 的数。"),
    ],
)
def test_what_a_model_refuses_is_told_in_chinese_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert [str(problem) for problem in problems(tmp_path, text)] == [f"错误 a.yaml {told}"]


def test_of_what_may_be_one_of_several_kinds_the_key_is_told(tmp_path: Path) -> None:
    assert [problem.what for problem in problems(tmp_path, "either: 5")] == ["“either”不能是“5”"] * 3
    assert problems(tmp_path, "either: [丙]")[0].what == "“either”不能是“丙”"


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "name: 1\nsize: x\nnmae: 2")) == 3


def test_the_keys_of_a_model_are_its_own_and_those_of_models_derived_from_it() -> None:
    assert keys_of(Wider) == [
        "continue",
        "either",
        "kind",
        "name",
        "parts",
        "ratio",
        "share",
        "size",
        "tags",
        "wide",
        "width",
    ]
    assert keys_of(Part) == keys_of(Wider)


def test_advice_is_given_in_chinese() -> None:
    assert all("请" in advice for advice in EXPECTED.values())
