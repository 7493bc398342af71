from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.errors import Problem, TemplateError
from generator.forms.catalogue import check, discover
from tests.small import Project, national


def problems(project: Project) -> list[Problem]:
    return check(discover(project.folder), national())


def only(project: Project) -> Problem:
    (problem,) = problems(project)
    return problem


def refused(project: Project) -> list[Problem]:
    with pytest.raises(TemplateError) as caught:
        discover(project.folder)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    "body",
    [
        '- text: "{{ student.nmae }}"',
        '- text: 正文\n  when: student.nmae',
        '- text: "{{ student.nmae }}"\n  when: policy.id == "nowhere"',
        '- text: 正文\n  each: x in student.nmae',
        '- each: s in class.roll if s.nmae\n  do: [{text: 正文}]',
        '- each: s in class.roll\n  do: [{text: "{{ s.nmae }}"}]',
        '- when: policy.id\n  do: [{when: policy.id, do: [{text: "{{ student.nmae }}"}]}]',
        '- fields: [{label: 姓名, value: "{{ student.nmae }}"}]',
        '- fields: [{label: 姓名, value: 甲, when: student.nmae}]',
        '- grid: {columns: [1], rows: [["{{ student.nmae }}"]]}',
        '- grid: {columns: [1], rows: [{cells: [甲], when: student.nmae}]}',
        '- grid: {columns: [1, 1], rows: [{side: 甲, rows: [["{{ student.nmae }}"]]}]}',
        '- grid: {columns: [1], rows: [[{choice: [男, 女], value: "{{ student.nmae }}"}]]}',
        '- grid: {columns: [1], rows: [[{lines: ["{{ student.nmae }}"]}]]}',
        '- roster: {each: s in class.roll, columns: [{label: 姓名, value: "{{ s.nmae }}"}]}',
        '- roster: {each: s in student.nmae, columns: [{label: 姓名, value: 甲}]}',
        '- people: {each: s in class.roll, role: 组员, name: "{{ s.nmae }}"}',
        '- clauses: [{text: 甲, when: student.nmae}]',
        '- clauses: ["{{ student.nmae }}"]',
        '- signatures: [[甲], ["{{ student.nmae }}"]]',
        '- signoff: 学校\n  date: "{{ student.nmae }}"',
        '- title: [标题, "{{ student.nmae }}"]',
        '- blank: 2\n  label: "{{ student.nmae }}"',
        '- {to: "{{ student.nmae }}"}',
        '- {number: "{{ student.nmae }}"}',
        '- {note: "{{ student.nmae }}"}',
        '- {cut: "{{ student.nmae }}"}',
        '- {heading: "{{ student.nmae }}"}',
    ],
)  # fmt: skip
def test_a_misspelt_name_is_one_line_with_file_line_and_the_near_name(project: Project, body: str) -> None:
    path = project.paper(body)
    line = next(n for n, text in enumerate(path.read_text().splitlines(), start=1) if "nmae" in text)
    problem = only(project)
    assert str(problem).startswith(f"错误 tiny.yaml 第{line}行：")
    assert "没有“nmae”，是不是“name”" in problem.what
    assert "\n" not in str(problem)


@pytest.mark.parametrize("key", ["when", "filename", "copies", "title", "name"])
def test_a_misspelt_name_in_the_head_is_found(project: Project, key: str) -> None:
    project.paper("- text: 正文", **{key: "student.nmae" if key == "when" else "{{ student.nmae }}"})
    assert "是不是“name”" in only(project).what


def test_a_misspelt_name_in_a_fragment_is_told_at_the_line_of_the_fragment_and_once(project: Project) -> None:
    project.fragment('  - text: 正文\n  - text: "{{ student.nmae }}"', "shared")
    project.paper("- include: shared")
    project.paper("- include: shared", id_="other")
    assert str(only(project)).startswith("错误 shared.yaml 第3行：")


def test_what_follows_a_fragment_is_told_at_the_line_of_the_definition(project: Project) -> None:
    project.fragment("  - text: 正文", "shared")
    project.paper('- include: shared\n- text: "{{ student.nmae }}"')
    assert only(project).place.file == "tiny.yaml"


NAME = '"{{ student.name"'  # never closed


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (f"- text: 致{{{{ student.name }}}}\n- text: {NAME}", 2),
        (f"- clauses:\n    - 甲\n    - {NAME}", 3),
        (
            f"- clauses:\n    - {{when: student.enrolled, text: 甲}}\n    - when: student.enrolled\n      text: {NAME}",
            4,
        ),
        (f"- each: s in class.roll\n  do:\n    - text: 甲\n    - text: {NAME}", 4),
        (f"- signatures:\n    - [甲]\n    - - 乙\n      - {NAME}", 4),
        (f"- grid:\n    columns: [1]\n    rows:\n      - [甲]\n      - - {NAME}", 5),
        (f"- grid:\n    columns: [1, 1]\n    rows:\n      - side: 甲\n        rows:\n        - [{NAME}]", 6),
        ("- text: 甲\n- grid:\n    columns: [1]\n    rows:\n      - [甲]\n      - [甲, 乙]", 6),
        ("- grid:\n    columns: [1, 1]\n    rows:\n    - side: 甲\n      rows:\n      - [甲]\n      - [甲, 乙]", 7),
        ("- text: 姓名\n- roster:\n    each: s in class.roll\n    columns:\n      - {label: 姓名, width: 90}", 5),
    ],
)
def test_what_is_wrong_is_told_at_its_own_line_though_the_same_words_stand_above(
    project: Project, body: str, line: int
) -> None:
    path = project.paper(body, filename="{{ student.name }}")
    head = path.read_text().splitlines().index("body:") + 1
    assert only(project).place.line == head + line


@pytest.mark.parametrize(
    ("key", "value"),
    [("filename", "{{ school.nmae }}"), ("issuer", "student"), ("basis", ["义务教育法 13", "义务教育法 99"]),
     ("cites", ["义务教育法 99"]), ("act", "order"), ("bundle", "village"), ("copies", "0")],
)  # fmt: skip
def test_what_is_wrong_in_the_head_is_told_at_its_own_line(project: Project, key: str, value: Any) -> None:
    keys = {"issuer": "township", "act": "plan", "basis": [], "cites": [], "copies": "1"} | {key: value}
    path = project.paper("- text: 正文", name="student order village 0 school.nmae 义务教育法 99", **keys)
    lines = path.read_text().splitlines()
    assert lines[only(project).place.line - 1].startswith(f"{key}:")


def test_a_wrong_name_in_a_loop_over_the_policy_is_told_by_what_the_loop_calls_it(project: Project) -> None:
    project.paper('- {each: item in policy.inspections.county_items, do: [{text: "{{ item.nmae }}"}]}')
    assert only(project).what == "“item”没有“nmae”"


def test_an_article_says_in_chinese_what_may_be_done_on_its_ground(project: Project) -> None:
    project.paper("- text: 正文", act="order", basis=["未成年人保护法 83"])
    assert only(project).todo == "依据它，县级教育行政部门可以“责令”（order）"


def test_a_fragment_must_exist_and_the_near_one_is_named(project: Project) -> None:
    project.fragment("  - text: 正文", "contract-term")
    project.paper("- include: contract-trem")
    assert only(project).what == "没有片段“contract-trem”，是不是“contract-term”"


def test_a_fragment_may_not_include_itself(project: Project) -> None:
    project.fragment("  - include: b", "a")
    project.fragment("  - include: a", "b")
    project.paper("- include: a")
    assert "绕了一圈又包含自己" in only(project).what


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("- text: 正文\n  {% if %}", "YAML 没有写对"),
        ("- txet: 正文", "不认识的块“txet”，是不是“text”"),
        ("- text: 正文\n  alingn: left", "不认识的键“alingn”，是不是“align”"),
        ("- text: 正文\n  when: a\n  each: b in c", "when 和 each 不能同时用"),
        ("- heading: 甲\n  level: 4", "“level”不能是“4”"),
        ("- grid: {columns: [1], rows: [{cells: [甲], hieght: 3mm}]}", "不认识的键“hieght”，是不是“height”"),
        ("- blank: 两行", "“blank”不能是“两行”"),
        ("- fields: [{value: 甲}]", "缺少“label”"),
        ("- text: 12", "“text”不能是“12”"),
    ],
)
def test_what_the_schema_refuses_is_one_problem_with_its_line(project: Project, body: str, what: str) -> None:
    path = project.paper(body)
    (problem,) = refused(project)
    assert what in problem.what
    assert problem.place.file == "tiny.yaml"
    assert problem.place.line >= path.read_text().splitlines().index("body:") + 2
    assert not any(word in str(problem) for word in ("Input", "should", "valid"))


def test_all_wrong_definitions_are_told_at_once(project: Project) -> None:
    project.paper("- txet: 正文")
    project.paper("- text: 正文", id_="other", box=99)
    assert [problem.place.file for problem in refused(project)] == ["other.yaml", "tiny.yaml"]


def test_two_definitions_may_not_have_one_id(project: Project) -> None:
    project.paper("- text: 正文")
    other = project.paper("- text: 正文", id_="other")
    other.write_text(other.read_text().replace('"other"', '"tiny"'))
    assert [problem.what for problem in refused(project)] == ["编号 tiny 已被 other.yaml 用了"]


def test_folders_with_a_leading_underscore_hold_no_papers(project: Project) -> None:
    path = project.paper("- text: 正文")
    (path.parent / "_old").mkdir()
    path.rename(path.parent / "_old" / path.name)
    assert discover(project.folder).definitions == {}


def test_a_definition_of_the_users_project_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    project = Project(tmp_path)
    built_in = discover(None)
    project.paper("- text: 我们自己的", id_="visit-blank")
    project.fragment("  - text: 我们自己的片段", "contract-term")
    found = discover(project.folder)
    assert found.files["visit-blank"].path.parent == project.folder / "templates"
    assert list(found.definitions) == list(built_in.definitions)
    assert found.fragments["contract-term"] != built_in.fragments["contract-term"]


def test_the_built_in_papers_are_right() -> None:
    assert check(discover(None), national()) == []


# Law


def law(**keys: Any) -> dict[str, Any]:
    return {"issuer": "school", "act": "record"} | keys


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        (law(basis=["义务教育法 58"], act="order"), "学校不能依据义务教育法 58作出“责令”（order）"),
        (law(issuer="township", act="order"), "作出“责令”（order）要有法律依据"),
        (law(basis=["义务教育法 13"], issuer="township", act="commend"), "不能依据义务教育法 13作出“表彰”（commend）"),
        (law(cites=["义务教育法 158"]), "法律表里没有“义务教育法 158”，是不是“义务教育法 58"),
        (law(basis=["义务教育法 158"]), "法律表里没有“义务教育法 158”，是不是“义务教育法 58"),
        (law(issuer="scool"), "不认识的发出机关“scool”，是不是“school”"),
        (law(issuer="{{ policy.return_notice.isuer }}"), "isuer"),
        (law(issuer=""), "不认识的发出机关“”"),
    ],
)
def test_law_is_checked_by_issuer_act_and_article(project: Project, keys: dict[str, Any], what: str) -> None:
    project.paper("- text: 正文", **keys)
    assert what in only(project).what


def test_an_article_may_be_cited_only_by_those_whom_the_table_allows(project: Project) -> None:
    reserved = next(article for article in national().law if article.cited_by != "all")
    other = next(body for body in ("school", "village", "county", "township") if body not in reserved.cited_by)
    project.paper("- text: 正文", issuer=other, cites=[reserved.name])
    assert f"的文书不能引用{reserved.name}" in only(project).what


@pytest.mark.parametrize("expression", ["article('义务教育法 5')", "articles(['义务教育法 11', '义务教育法 5'])"])
def test_an_article_that_is_not_listed_may_not_be_named(project: Project, expression: str) -> None:
    project.paper(f'- text: "{{{{ {expression} }}}}"', cites=["义务教育法 11"])
    assert "引用了“义务教育法 5”，但 basis 和 cites 都没有列出它" in only(project).what


def test_an_article_that_is_listed_may_be_named(project: Project) -> None:
    project.paper("- text: \"{{ article('义务教育法 11') }}\"", cites=["义务教育法 11"])
    assert problems(project) == []


# What else is proved before anything runs


@pytest.mark.parametrize(
    ("body", "keys", "what"),
    [
        ("- text: 正文", {"bundle": "village"}, "bundle 不能是 village"),
        ("- grid: {columns: [1], rows: [{cells: [甲], height: 3cm}]}", {}, "高度要写成 12mm 这样，这里是“3cm”"),
        ("- grid: {columns: [1], height: mm, rows: [[甲]]}", {}, "高度要写成 12mm 这样，这里是“mm”"),
        ("- roster: {each: s in class.roll, height: '7', columns: [{label: 甲}]}", {}, "高度要写成 12mm 这样"),
        ("- grid: {columns: [1, 1], rows: [[甲, {value: 乙, span: 2}]]}", {}, "这一行占 3 列，表格只有 2 列"),
        ("- grid: {columns: [1], rows: [{side: 甲, rows: [[乙]]}]}", {}, "这一行占 2 列，表格只有 1 列"),
        ("- roster: {each: s in class.roll, columns: [{label: 甲, width: 90}]}", {}, "请减小列宽或横排"),
        ('- text: "{% if student %}甲{% endif %}"', {}, "只能用 {{ 表达式 }}"),
        ('- text: "{{ student.name"', {}, "没有写对"),
        ("- text: 正文\n  each: s of class.roll", {}, "each 要写成"),
        ("- text: 正文\n  each: s in student.name", {}, "“student.name”不是列表"),
        ("- text: \"{{ policy.titles['vist-blank'] }}\"", {}, "政策里没有 titles 的“vist-blank”，是不是“visit-blank”"),
        ('- text: "{{ policy.copies.x ~ student.name }}"', {}, "政策里没有 copies 的“x”"),
        ('- text: "{{ 10000 | cn }}"', {}, "汉字数字只写到九百九十九"),
        ('- text: "{ student.name }"', {}, "只有一层花括号"),
        ("- text: \"{{ policy.titles['nothing'].x }}\"", {}, "“文字”没有“x”"),
        ('- text: "{{ 1 / 0 }}"', {}, "算不出来"),
        ("- text: 正文", {"copies": "两份"}, "份数“两份”不是 1 到 99 的整数"),
        ("- text: 正文", {"copies": "0"}, "份数“0”不是 1 到 99 的整数"),
        ("- text: 正文", {"copies": "100"}, "份数“100”不是 1 到 99 的整数"),
        ("- text: 正文", {"copies": "{{ student.seat_no }}"}, "不是 1 到 99 的整数"),
        ("- text: 正文", {"title": "{{ student.name }}的文书"}, "标题里有随人变化的内容"),
        ('- text: "{{ issuer }}"', {"issuer": "village"}, "没有“issuer”这个名字"),
    ],
)
def test_a_definition_that_cannot_work_is_refused(project: Project, body: str, keys: dict[str, Any], what: str) -> None:
    project.paper(body, **keys)
    assert what in only(project).what


def test_a_roster_too_wide_upright_may_fit_across(project: Project) -> None:
    roster = "- roster: {each: s in class.roll, columns: [{label: 甲, width: 50}]}"
    project.paper(f"{roster}\n- section: landscape\n{roster}\n- section: portrait")
    assert len(problems(project)) == 1
    project.paper(f"- section: landscape\n{roster}")
    assert problems(project) == []


def test_a_title_that_varies_is_right_beside_a_name(project: Project) -> None:
    project.paper("- text: 正文", title="{{ student.name }}的文书", name="小文书")
    assert problems(project) == []


def test_law_is_proved_under_the_policy_in_force(project: Project) -> None:
    project.paper("- text: 正文", issuer="{{ policy.return_notice.issuer }}", act="plan", basis=["义务教育法 13"])
    catalogue = discover(project.folder)
    notice = national().return_notice.model_copy(update={"issuer": "village"})
    assert check(catalogue, national()) == []
    assert len(check(catalogue, national().model_copy(update={"return_notice": notice}))) == 1
