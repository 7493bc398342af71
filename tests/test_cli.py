from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import asking, main, project
from generator.cli.telling import progress
from generator.dataset.workbook import write_workbook
from generator.errors import Exit
from generator.forms.arrange import ORDERS
from generator.press.folder import MANIFEST
from generator.resources import templates_dirs
from tests.county import FAR, HERE, NEAR, files, write_folder
from tests.small import SHEETS, Project, national, send_signal

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project is the working directory, and its paper is right."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr("generator.policy.load.load_policy", lambda *_: national())
    project.paper('- text: "{{ student.name }}"')
    return project


def run(*words: str, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, words)


def built(*words: str, **env: str) -> Result:
    return run("build", "数据.xlsx", "--jobs", "1", *words, **env)


# Help and usage


@pytest.mark.parametrize("command", [[], ["build"], ["check"], ["list"], ["policy"], ["policy", "show"]])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(command: list[str], flag: str) -> None:
    told = run(*command, flag)
    assert told.exit_code == Exit.DONE
    assert "用法：" in told.stdout
    assert re.search(r"[\u4e00-\u9fff]{4}", told.stdout)


def test_every_command_is_tested_here_and_every_option_explains_itself() -> None:
    assert set(main.commands) >= {"build", "check", "list"}
    options = [option for command in main.commands.values() for option in command.params]
    assert [
        option.name for option in options if not getattr(option, "hidden", True) and not getattr(option, "help", "")
    ] == []


def test_exit_codes_are_published_and_never_change() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0, "FAILURE": 1, "USAGE": 2, "DATA": 3, "TEMPLATE": 4, "PARTIAL": 5, "INTERRUPTED": 130,
    }  # fmt: skip


def test_the_version_is_told() -> None:
    assert run("--version").stdout.startswith("保学 ")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["build"], "请给出数据文件"),
        (["check"], "请给出数据文件"),
        (["build", "数据.xlsx", "--sample"], "只能给一个"),
        (["build", "数据.xlsx", "--format", "doc"], "没有“doc”这种格式，可用 docx,pdf,xlsx"),
        (["build", "数据.xlsx", "--today", "九月一日"], "“九月一日”不是日期：改成 2026-09-01 这样的日期。"),
        (["build", "数据.xlsx", "--today", "2026-2-30"], "“2026-2-30”不是日期：没有这一天，核对年月日。"),
        (["build", "数据.xlsx", "--today", ""], "“”不是日期"),
        (["build", "数据.xlsx", "--form", "tiny", "--format", "xlsx"], "tiny 没有 xlsx 格式，可用 docx"),
        (["build", "数据.xlsx", "--jobs", "0"], "--jobs"),
        (["build", "数据.xlsx", "--form", "tinny"], "没有文书“tinny”，是不是“tiny”"),
        (["build", "数据.xlsx", "--class", "三年级(2)班"], "没有班级“三年级(2)班”"),
        (["build", "数据.xlsx", "--student", "石晓满"], "是不是“石小满”"),
        (["bild"], "bild"),
    ],
)
def test_what_cannot_be_asked_for_exits_2_and_says_why_on_stderr(here: Project, words: list[str], what: str) -> None:
    told = run(*words)
    assert told.exit_code == Exit.USAGE
    assert what in told.stderr
    assert told.stdout == ""
    assert not here.out.exists()


# Exit codes of build


def test_everything_made_exits_0_and_tells_where_on_stdout(here: Project) -> None:
    told = built("--single")
    assert told.exit_code == Exit.DONE
    assert told.stdout == "做好 2 个文件，2 份文书，在 output；目录见 output/目录.xlsx。\n"
    assert told.stderr == ""


def test_a_wrong_definition_exits_4_with_one_line_on_stderr(here: Project) -> None:
    here.paper('- text: "{{ student.nmae }}"')
    told = built()
    assert told.exit_code == Exit.TEMPLATE
    assert re.fullmatch(r"错误 tiny\.yaml 第\d+行：“学生”没有“nmae”，是不是“name”“need”。请改正。\n", told.stderr)
    assert (told.stdout, here.out.exists()) == ("", False)


def test_a_missing_value_exits_5_and_is_told_on_stderr(here: Project) -> None:
    here.paper('- text: "{{ student.ethnicity }}"')
    told = built()
    assert told.exit_code == Exit.PARTIAL
    assert told.stderr.startswith("缺数据，没有做（2）：\n  小文书 1-石小满：数据.xlsx 学生!")
    assert told.stdout.startswith("做好 0 个文件")


def test_strict_exits_5_for_a_missing_value_and_3_for_an_error_in_the_data(here: Project) -> None:
    here.paper('- text: "{{ student.ethnicity }}"')
    assert built("--strict").exit_code == Exit.PARTIAL
    here.data(lambda sheets: sheets["学生"][0].update({"出生日期": "不详"}))
    assert built("--strict").exit_code == Exit.DATA
    assert not here.out.exists()


def test_a_blank_filled_in_by_hand_exits_0_and_is_listed(here: Project) -> None:
    here.paper('- fields: [{label: 民族, value: "{{ student.ethnicity }}", by_hand: true}]')
    told = built()
    assert told.exit_code == Exit.DONE
    assert told.stderr == "留空手填（2）：\n  小文书 1-石小满：民族\n  小文书 2-木小春：民族\n"


@pytest.mark.parametrize("command", ["build", "check"])
def test_data_that_is_not_there_or_cannot_be_read_exits_3(here: Project, command: str) -> None:
    (here.folder / "坏.xlsx").write_bytes(b"nothing")
    for name in ("没有.xlsx", "坏.xlsx"):
        told = run(command, name)
        assert told.exit_code == Exit.DATA
        assert f"错误 {name}：" in told.stdout + told.stderr


def test_an_error_in_the_data_that_no_paper_prints_is_told_and_stops_nothing(here: Project) -> None:
    here.data(lambda sheets: sheets["学生"][0].update({"出生日期": "不详"}))
    told = built()
    assert told.exit_code == Exit.DONE
    assert told.stderr.startswith("数据里的错误（1）：\n  错误 数据.xlsx 学生!")


def test_an_edited_file_is_told_and_exits_0(here: Project) -> None:
    built("--single")
    (here.out / "清溪小学/三年级（1）班/1-石小满.docx").write_bytes(b"mine")
    told = built("--single")
    assert told.exit_code == Exit.DONE
    assert "人工改过，没有覆盖（要重做加 --overwrite）（1）：\n  清溪小学/三年级（1）班/1-石小满.docx" in told.stderr


def test_an_edited_file_whose_data_changed_is_told_apart(here: Project) -> None:
    here.paper('- text: "{{ student.address }}"')
    built("--single")
    for name in ("1-石小满", "2-木小春"):
        (here.out / f"清溪小学/三年级（1）班/{name}.docx").write_bytes(b"mine")
    here.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪尾村"}))
    told = built("--single")
    assert told.stderr == (
        "人工改过，没有覆盖；数据已变，文件里是旧的（要重做加 --overwrite）（1）：\n"
        "  清溪小学/三年级（1）班/1-石小满.docx\n"
        "人工改过，没有覆盖（要重做加 --overwrite）（1）：\n  清溪小学/三年级（1）班/2-木小春.docx\n"
    )


def test_no_more_than_ten_lines_of_a_kind_are_shown(here: Project) -> None:
    students = [{"班级": "三年级（1）班", "姓名": f"石{n:02}", "性别": "女"} for n in range(15)]
    here.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    here.paper('- text: "{{ student.ethnicity }}"', filename="{{ student.name }}")
    told = built()
    assert len(told.stderr.splitlines()) == 12
    assert told.stderr.endswith("  …… 其余 5 条见目录.xlsx\n")


@pytest.mark.parametrize("fmt", ["pdf", "docx,pdf"])
def test_a_format_asked_for_by_name_that_this_machine_cannot_make_exits_5(
    here: Project, monkeypatch: pytest.MonkeyPatch, fmt: str
) -> None:
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    told = built("--format", fmt)
    assert told.exit_code == Exit.PARTIAL
    assert "PDF 不可用：没有 WeasyPrint\n" in told.stderr
    assert built().exit_code == Exit.DONE


def test_files_that_could_not_be_made_anew_are_told(here: Project) -> None:
    built("--single")
    here.data(lambda sheets: sheets["学生"][0].update({"姓名": "石满", "现住址": ""}) or sheets.update({"家访": []}))
    here.paper(
        '- text: "{{ student.address }}"', filename="清溪小学/三年级（1）班/1-石小满", when="student.seat_no == 1"
    )
    told = built("--single")
    assert told.exit_code == Exit.PARTIAL
    assert "本次没有做成，留着的是以前的文件，请核对（1）：\n  清溪小学/三年级（1）班/1-石小满.docx\n" in told.stderr


def test_files_that_a_complete_run_has_no_use_for_are_told_and_exit_0(here: Project) -> None:
    built()
    here.data(lambda sheets: [sheets["学生"].pop(0), sheets.update({"家访": []})])
    told = built()
    assert told.exit_code == Exit.DONE
    assert told.stderr == "以前做的，本次没有再做（不再用的请删去）（1）：\n  清溪小学/三年级（1）班/1-石小满.docx\n"


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_where_nothing_is_what_was_asked_for_that_is_told_and_exits_0(here: Project, dry: tuple[str, ...]) -> None:
    here.paper("- text: 正文", when="student.sex == '无'")
    told = built(*dry)
    assert told.exit_code == Exit.DONE
    assert told.stderr.startswith("没有符合条件的文书。\n")


def test_papers_held_back_when_planning_are_what_was_asked_for(here: Project) -> None:
    here.paper("- text: 正文", filename="{{ student.ethnicity }}")
    told = built()
    assert told.exit_code == Exit.PARTIAL
    assert "没有符合条件" not in told.stderr


# Dry run


def test_a_dry_run_lists_the_files_and_writes_nothing(here: Project) -> None:
    here.paper('- text: "{{ student.name }}"', formats=["docx", "pdf"], bundle="class", copies="2")
    before = sorted(here.folder.rglob("*"))
    told = built("--dry-run")
    assert told.exit_code == Exit.DONE
    assert told.stdout.splitlines() == [
        "清溪小学/小文书/三年级（1）班.docx\t2 份 × 2",
        "清溪小学/小文书/三年级（1）班.pdf\t2 份 × 2",
    ]
    assert told.stderr == "一共用纸：A4 双面 1 个文件，张数不明。\n共 2 个文件，没有写任何东西。\n"
    assert sorted(here.folder.rglob("*")) == before


def test_print_files_are_put_together_as_the_command_line_or_the_project_file_says(here: Project) -> None:
    shutil.copytree(templates_dirs()[0] / "_print", here.folder / "templates" / "_print")
    here.paper('- text: "{{ student.name }}"', bundle="class", copies="2", pages=1)
    words = ("--order", "pinyin", "--separators", "--ticks", "--dry-run")
    assert built(*words).stderr.splitlines()[0] == "一共用纸：A4 双面 6 张。"
    (here.folder / "baoxue.yaml").write_text("order: pinyin\nseparators: true\n", encoding="utf-8")
    assert built("--dry-run").stderr.splitlines()[0] == "一共用纸：A4 双面 5 张。"
    assert built().exit_code == Exit.DONE
    told = run("printed", "--plan")
    assert "2 份 × 2\t一套 3 页（含隔页、登记表 1 页）\t5 张 A4 双面" in told.stdout
    records = json.loads((here.out / "manifest.json").read_text(encoding="utf-8"))["files"].popitem()[1]["records"]
    assert [record["label"] for record in records] == ["2-木小春", "1-石小满"]


def test_the_orders_of_the_command_line_are_those_there_are() -> None:
    (option,) = [one for one in main.commands["build"].params if one.name == "sorted_by"]
    assert list(option.type.choices) == list(ORDERS)  # type: ignore[attr-defined]


def test_a_dry_run_foretells_all_that_a_build_would_hold_back_and_exits_5(here: Project) -> None:
    students = [{"班级": "三年级（1）班", "姓名": f"石{n:02}", "性别": "女"} for n in range(12)]
    here.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    here.paper('- text: "{{ student.ethnicity }}"', filename="{{ student.name }}")
    here.paper("- text: 正文", "other", filename="{{ student.address }}", when="student.name == '石00'")
    told = built("--dry-run")
    assert told.exit_code == Exit.PARTIAL
    lines = told.stderr.splitlines()
    assert lines[0] == "做不出来（13）："
    assert re.fullmatch(r"  小文书 学生“石00”：.*“现住址”没有填", lines[1])
    assert [re.fullmatch(r"  小文书 (石\d\d)：数据\.xlsx 学生!.*“民族”没有填", line)[1] for line in lines[2:-1]] == [  # type: ignore[index]
        row["姓名"] for row in students
    ]
    assert (told.stdout, lines[-1]) == ("", "共 0 个文件，没有写任何东西。")  # none would have anything in it
    assert not here.out.exists()
    assert built().exit_code == Exit.PARTIAL


def test_a_dry_run_counts_the_papers_that_can_be_made(here: Project) -> None:
    here.data(lambda sheets: sheets["学生"][0].update({"民族": "汉族"}))
    here.paper('- text: "{{ student.ethnicity }}"')
    assert built("--dry-run").stdout.splitlines()[0].split("\t")[1] == "1 份 × 1"


def test_a_dry_run_foretells_a_format_that_this_machine_cannot_make(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    here.paper("- text: 正文", formats=["docx", "pdf"])
    told = built("--dry-run", "--format", "pdf")
    assert (told.exit_code, told.stdout) == (Exit.PARTIAL, "")
    assert told.stderr == "PDF 不可用：没有 WeasyPrint\n共 0 个文件，没有写任何东西。\n"
    assert built("--dry-run").exit_code == Exit.DONE


# The day


@pytest.mark.parametrize("day", ["2026-9-1", "2026/9/1", "2026年9月1日", "20260901", "2026-09-01", "２０２６．９．１"])
def test_the_day_is_written_as_in_the_dataset(here: Project, day: str) -> None:
    here.paper('- text: "{{ today }}"')
    assert built("--today", day).exit_code == Exit.DONE
    assert json.loads((here.out / MANIFEST).read_text())["today"] == "2026-09-01"
    (here.folder / "baoxue.yaml").write_text(f"today: {day}\nout: other\n", encoding="utf-8")
    assert built().exit_code == Exit.DONE
    assert json.loads((here.folder / "other" / MANIFEST).read_text())["today"] == "2026-09-01"


def test_a_day_in_the_project_file_that_is_none_exits_2(here: Project) -> None:
    (here.folder / "baoxue.yaml").write_text("today: 九月一日\n", encoding="utf-8")
    told = built()
    assert told.exit_code == Exit.USAGE
    assert "“九月一日”不是日期：改成 2026-09-01 这样的日期。" in told.stderr


# Flag before environment before project file


def outs(project: Project) -> list[str]:
    return sorted(path.name for path in project.folder.iterdir() if (path / MANIFEST).exists())


def test_a_flag_goes_before_the_environment_and_that_before_the_project_file(here: Project) -> None:
    built()
    assert outs(here) == ["output"]
    (here.folder / "baoxue.yaml").write_text("out: file\n")
    built()
    assert outs(here) == ["file", "output"]
    built(BAOXUE_BUILD_OUT="environment")
    assert outs(here) == ["environment", "file", "output"]
    built("--out", "flag", BAOXUE_BUILD_OUT="other")
    assert outs(here) == ["environment", "file", "flag", "output"]


def test_the_project_file_speaks_as_the_command_line_does(here: Project) -> None:
    (here.folder / "baoxue.yaml").write_text(
        "data: 数据.xlsx\nformat: docx\nstudent: [石小满]\ntoday: 2026-10-01\njobs: 1\nsingle: true\n"
    )
    here.paper('- text: "{{ today }}"', formats=["docx", "xlsx"])
    assert run("build").exit_code == Exit.DONE
    assert sorted(path.name for path in here.out.rglob("*.*x")) == ["1-石小满.docx", "目录.xlsx"]
    assert json.loads((here.out / MANIFEST).read_text())["today"] == "2026-10-01"
    assert run("check").exit_code == Exit.DONE  # for which only data is meant


@pytest.mark.parametrize(
    ("variable", "value"),
    [("BAOXUE_DATA", "数据.xlsx"), ("BAOXUE_BUILD_FORMAT", "docx"), ("BAOXUE_BUILD_CLASS", "三年级(1)班"),
     ("BAOXUE_BUILD_TODAY", "2026-10-01"), ("BAOXUE_BUILD_SINGLE", "1")],
)  # fmt: skip
def test_the_environment_gives_options_under_their_names(here: Project, variable: str, value: str) -> None:
    words = ["build", "--jobs", "1"] if variable == "BAOXUE_DATA" else ["build", "数据.xlsx", "--jobs", "1"]
    here.paper('- text: "{{ today }}"', formats=["docx"])
    assert run(*words, **{variable: value}).exit_code == Exit.DONE
    assert run(*words, **{variable: f"没有{value}"}).exit_code in (Exit.USAGE, Exit.DATA)


def test_data_on_the_command_line_or_the_sample_go_before_the_project_file(here: Project) -> None:
    (here.folder / "baoxue.yaml").write_text("data: 没有.xlsx\n")
    assert run("check").exit_code == Exit.DATA
    assert run("check", "数据.xlsx").exit_code == Exit.DONE
    assert run("check", "--sample").exit_code == Exit.DONE


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("out: x\notu: x\n", 2, "不认识“otu”，是不是“out”。可写 "),
        ("data: 数据.xlsx\nout: [\n", 2, "YAML 没有写对：缺少值，或括号没有合上"),
        ("just words\n", 1, "要写成“选项: 值”"),
        ("- out\n", 1, "要写成“选项: 值”"),
        ("out: x\ntoday: 九月一日\n", 2, "“九月一日”不是日期：改成 2026-09-01 这样的日期。"),
        ("format: [docx, doc]\n", 1, "没有“doc”这种格式，可用 docx,pdf,xlsx。"),
        ("jobs: 两个\n", 1, "“jobs”不能是“两个”"),
        ("jobs: 0\n", 1, "“jobs”不能是“0”"),
        ("single: 也许\n", 1, "“single”不能是“也许”"),
        ("out: {a: b}\n", 1, "“out”不能是"),
        ("out: [a, b]\n", 1, "“out”不能是"),
    ],
)
def test_a_project_file_that_is_wrong_exits_2_with_one_chinese_line(
    here: Project, text: str, line: int, what: str
) -> None:
    (here.folder / "baoxue.yaml").write_text(text, encoding="utf-8")
    told = built()
    assert told.exit_code == Exit.USAGE
    assert told.stderr.startswith(f"错误 baoxue.yaml 第{line}行：")
    assert what in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["templates", "policies"])
def test_a_folder_of_papers_or_of_policies_makes_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert asking.project() is None
    (tmp_path / name).mkdir()
    assert asking.project() == tmp_path


def test_an_empty_project_file_says_nothing(here: Project) -> None:
    (here.folder / "baoxue.yaml").write_text("# nothing yet\n")
    assert built().exit_code == Exit.DONE
    (here.folder / "baoxue.yaml").write_text("out:\nformat:\n")
    assert built().exit_code == Exit.DONE


# Check


def bad(sheets: Any) -> None:
    sheets["学生"][0] |= {"身份证号": "530000201703042360", "出生日期": "不详"}


def test_check_tells_every_problem_on_stdout_and_counts_them_on_stderr(here: Project) -> None:
    here.data(bad)
    told = run("check", "数据.xlsx")
    assert told.exit_code == Exit.DATA
    assert [line.startswith("错误 数据.xlsx 学生!") for line in told.stdout.splitlines()] == [True, True]
    assert told.stderr == "1 所学校、1 个班、2 名学生：2 个错误，0 个提醒。\n"
    assert "530000201703042360" not in told.output


def test_check_gives_json_with_file_sheet_cell_line_what_and_todo(here: Project) -> None:
    here.data(bad)
    told = run("check", "数据.xlsx", "--format", "json")
    problems = json.loads(told.stdout)
    assert told.exit_code == Exit.DATA
    assert len(problems) == 2
    assert all(
        set(problem) == {"level", "unit", "file", "sheet", "cell", "line", "what", "todo", "also"}
        for problem in problems
    )
    assert {(problem["file"], problem["sheet"]) for problem in problems} == {("数据.xlsx", "学生")}
    assert all(re.fullmatch(r"[A-Z]+2", problem["cell"]) for problem in problems)


def test_check_of_right_data_is_an_empty_list_and_exits_0(here: Project) -> None:
    told = run("check", "数据.xlsx", "--format", "json")
    assert (told.exit_code, json.loads(told.stdout)) == (Exit.DONE, [])


def test_check_gives_json_also_of_data_that_cannot_be_used(here: Project) -> None:
    told = run("check", "没有.xlsx", "--format", "json")
    assert told.exit_code == Exit.DATA
    assert [problem["what"] for problem in json.loads(told.stdout)] == ["没有这个文件"]


def test_check_gives_the_workbook_back_with_its_problems_marked(here: Project) -> None:
    here.data(bad)
    told = run("check", "数据.xlsx", "--annotate", "标.xlsx", "--format", "json")
    assert (told.exit_code, len(json.loads(told.stdout))) == (Exit.DATA, 2)
    assert told.stderr == "标了问题的副本：标.xlsx\n"
    again = run("check", "标.xlsx", "--format", "json")
    assert again.stdout == told.stdout.replace("数据.xlsx", "标.xlsx")


def test_check_that_cannot_write_the_copy_tells_the_problems_and_why_and_fails(here: Project) -> None:
    here.data(bad)
    told = run("check", "数据.xlsx", "--annotate", "数据.xlsx")
    assert told.exit_code == Exit.FAILURE
    assert len(told.stdout.splitlines()) == 2
    assert told.stderr.splitlines()[-1] == "数据.xlsx 就是数据文件，不能写在它上面；--annotate 换一个文件名"


def test_check_of_right_data_writes_no_copy(here: Project) -> None:
    told = run("check", "数据.xlsx", "--annotate", "标.xlsx")
    assert (told.exit_code, told.stderr.splitlines()[-1]) == (Exit.DONE, "没有问题，没有写 标.xlsx。")
    assert run("check", "没有.xlsx", "--annotate", "标.xlsx").exit_code == Exit.DATA
    assert not Path("标.xlsx").exists()


def two_units(here: Project) -> Path:
    county = files()
    county[NEAR]["学生"][0]["全国学籍号"] = county[HERE]["学生"][0]["全国学籍号"]
    county[NEAR]["学生"][1]["出生日期"] = "不详"
    county[FAR]["班级"][0]["班主任"] = ""
    return write_folder(here.folder / "全县", county)


def test_check_of_a_folder_tells_each_unit_what_it_must_mend(here: Project) -> None:
    two_units(here)
    told = run("check", "全县")
    assert told.exit_code == Exit.DATA
    lines = told.stdout.splitlines()
    assert [line for line in lines if line.startswith("【")] == [
        "【县.xlsx】没有问题", "【清溪小学】1 个错误，0 个提醒", "【大坪小学】2 个错误，0 个提醒", "【清溪镇】没有问题",
        "【白石小学】0 个错误，1 个提醒", "【白石镇】没有问题",
    ]  # fmt: skip
    here_, near = lines.index("【清溪小学】1 个错误，0 个提醒"), lines.index("【大坪小学】2 个错误，0 个提醒")
    assert lines[here_ + 1].startswith(f"错误 {HERE} 学生!E2：大坪小学的 {NEAR} 学生!E2 与这里有关：全国学籍号")
    assert all(line.startswith(f"错误 {NEAR} 学生!") for line in lines[near + 1 : near + 3])
    assert "（也告诉了清溪小学）" in told.stdout
    assert told.stderr == "3 所学校、3 个班、6 名学生：2 个错误，1 个提醒。\n"


def test_check_writes_a_list_for_every_unit_and_says_where(here: Project) -> None:
    two_units(here)
    told = run("check", "全县", "--lists", "问题单")
    assert told.exit_code == Exit.DATA
    assert told.stderr.splitlines()[-1] == "6 份问题单在 问题单。"
    assert sorted(path.name for path in (here.folder / "问题单").iterdir()) == [
        "县.xlsx", "大坪小学.xlsx", "清溪小学.xlsx", "清溪镇.xlsx", "白石小学.xlsx", "白石镇.xlsx",
    ]  # fmt: skip


def test_check_gives_the_unit_of_each_problem_in_json(here: Project) -> None:
    two_units(here)
    problems = json.loads(run("check", "全县", "--format", "json", "--lists", "问题单").stdout)
    assert sorted(problem["unit"] for problem in problems) == ["大坪小学", "大坪小学", "白石小学"]


def test_lists_that_cannot_be_written_exit_1_with_one_sentence(here: Project) -> None:
    (here.folder / "问题单").write_text("x")
    told = run("check", "数据.xlsx", "--lists", "问题单")
    assert told.exit_code == Exit.FAILURE
    assert "问题单写不进" in told.stderr


def test_a_list_tells_of_a_file_that_cannot_be_read(here: Project) -> None:
    county = two_units(here)
    (county / "清溪镇" / "断.xlsx").write_bytes(b"x")
    told = run("check", "全县", "--lists", "问题单")
    assert told.exit_code == Exit.DATA
    assert told.stdout.startswith("错误 清溪镇/断.xlsx：不是 Excel 工作簿")
    assert [path.name for path in (here.folder / "问题单").iterdir()] == ["清溪镇-断.xlsx"]


# List


def test_list_tells_of_every_paper(here: Project) -> None:
    here.paper("- text: 正文", covers=["RC-10"], formats=["docx", "pdf"])
    told = run("list")
    assert told.exit_code == Exit.DONE
    assert told.stdout.split() == ["RC-10", "tiny", "每生", "docx,pdf", "小文书"]


def test_list_tells_of_wrong_papers_instead(here: Project) -> None:
    here.paper("- text: 正文", issuer="scool")
    told = run("list")
    assert (told.exit_code, told.stdout) == (Exit.TEMPLATE, "")
    assert "是不是“school”" in told.stderr


# --- policy ---------------------------------------------------------------------------------------------


def own(*rows: tuple[str, str]) -> Callable[[dict[str, list[dict[str, str]]]], None]:
    """Return what writes values of the place's own into a dataset."""
    return lambda sheets: sheets.update({"政策": [{"参数": name, "值": value} for name, value in rows]})


def test_policy_show_tells_each_value_with_its_name_and_line(here: Project) -> None:
    told = run("policy", "show", "--find", "返校期限")
    assert told.exit_code == Exit.DONE
    heading, first, *_ = told.stdout.splitlines()
    assert heading == "政策 national：全国通用"
    assert re.fullmatch(r"return_notice\.within_days\t返校期限\t7\tnational\.yaml 第\d+行　【例】.*", first)


def test_policy_show_tells_the_cell_of_a_value_of_the_datasets_own(here: Project) -> None:
    here.data(own(("返校期限", "10")))
    told = run("policy", "show", "数据.xlsx", "--find", "within_days\t返校期限")
    assert told.stdout.splitlines()[1] == "return_notice.within_days\t返校期限\t10\t数据.xlsx 政策!B2"


def test_policy_show_takes_the_dataset_of_the_project_file(here: Project) -> None:
    here.data(own(("返校期限", "10")))
    (here.folder / "baoxue.yaml").write_text("data: 数据.xlsx\n", encoding="utf-8")
    assert "数据.xlsx 政策!B2" in run("policy", "show", "--find", "返校期限").stdout


def test_policy_show_of_a_preset_for_comparison_says_so(here: Project) -> None:
    told = run("policy", "show", "--preset", "seed-s0.2", "--find", "小学入学率目标")
    heading, value = told.stdout.splitlines()
    assert heading.endswith("（仅供对照）")
    assert value.startswith("targets.primary.enrolment\t小学入学率目标\t99%\tseed-s0.2.yaml 第")
    assert value.endswith("S0.2 L22")


def test_policy_show_of_an_unknown_preset_names_near_ones(here: Project) -> None:
    told = run("policy", "show", "--preset", "nationl")
    assert told.exit_code == Exit.DATA
    assert "没有名为“nationl”的政策预设，是不是“national”" in told.stderr


def test_check_reminds_that_a_preset_is_for_comparison_only(here: Project) -> None:
    here.data(lambda sheets: sheets["设置"][0].update({"政策": "seed-s4"}))
    told = run("check", "数据.xlsx")
    assert told.exit_code == Exit.DONE
    assert "提醒 数据.xlsx 设置!" in told.stdout
    assert "“seed-s4”仅供对照" in told.stdout


def test_check_tells_of_a_value_of_the_datasets_own_that_is_wrong(here: Project) -> None:
    here.data(own(("反校期限", "10"), ("学生是否签字", "不")))
    told = run("check", "数据.xlsx")
    assert told.exit_code == Exit.DATA
    assert "数据.xlsx 政策!A2：没有“反校期限”这个参数，是不是“返校期限”" in told.stdout
    assert "数据.xlsx 政策!B3：“学生是否签字”不能是“不”，请填 是 或 否" in told.stdout


@pytest.mark.parametrize("row", [("返校期限", ""), ("", "7")])
def test_a_row_of_the_policy_sheet_that_is_half_empty_stops_the_build(here: Project, row: tuple[str, str]) -> None:
    here.data(own(row))
    checked, made = run("check", "数据.xlsx"), built()
    assert (checked.exit_code, made.exit_code) == (Exit.DATA, Exit.DATA)
    assert checked.stdout.count("政策!") == 1
    assert "政策!" in made.stderr


def test_papers_print_the_value_of_the_datasets_own(here: Project) -> None:
    here.paper('- text: "{{ policy.return_notice.within_days }}日"')
    here.data(own(("返校期限", "10")))
    assert built("--format", "docx").exit_code == Exit.DONE
    with zipfile.ZipFile(next(here.out.rglob("*.docx"))) as file:
        assert "10日" in re.sub("<[^>]+>", "", file.read("word/document.xml").decode())


def test_every_scope_has_a_name() -> None:
    from typing import get_args

    from generator.forms.definition import Scope

    assert set(project.SCOPE_NAMES) == set(get_args(Scope))


# As a program


def test_the_program_prints_no_traceback_and_no_progress_bar_where_there_is_no_terminal(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.data()
    project.paper('- text: "{{ student.name }}"')
    done = subprocess.run(
        [sys.executable, "-m", "generator", "build", "数据.xlsx", "--form", "tiny"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (Exit.DONE, "")
    assert done.stdout.startswith("做好 2 个文件")


def test_a_command_leaves_signals_as_they_were(here: Project, handlers: None) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    assert built().exit_code == Exit.DONE
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == [signal.SIG_DFL] * 2


def test_a_command_begun_by_nohup_goes_on_when_the_terminal_is_closed(
    here: Project, monkeypatch: pytest.MonkeyPatch, handlers: None
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    monkeypatch.setattr("generator.cli.build._show_report", lambda *_: send_signal(signal.SIGHUP))
    assert built().exit_code == Exit.DONE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_before_anything_is_made_exits_130_with_one_sentence(
    here: Project, monkeypatch: pytest.MonkeyPatch, handlers: None, number: int
) -> None:
    def interrupted(*_: object) -> None:
        send_signal(number)

    monkeypatch.setattr("generator.press.build.prepare", interrupted)
    told = built()
    assert told.exit_code == Exit.INTERRUPTED
    assert told.stderr == "已中断；已经写好的都在，再运行一次会接着做完其余的。\n"
    send_signal(number)  # a second one on the way out is not heard


def test_a_progress_bar_ends_quietly_where_the_terminal_is_gone() -> None:
    class Gone:
        def stop(self) -> None:
            raise OSError

    shown: Any = progress(1, quiet=True)
    shown.shown, shown.bar = True, Gone()
    shown.__exit__()


def test_reminders_alone_are_no_error(here: Project) -> None:
    here.data(lambda sheets: sheets["学生"][0].update({"籍贯": "云南"}))
    done = run("check", "数据.xlsx")
    assert "提醒" in done.stdout
    assert done.exit_code == 0


def roster(folder: Path, **changes: str) -> None:
    """Write a roster of the tiny county on which the first child has ``changes`` and the second is not."""
    first = SHEETS["学生"][0] | changes
    write_workbook({"Sheet1": [first]}, folder / "名册.xlsx")


def test_import_tells_what_changed_and_who_is_gone_and_asks_about_them(here: Project) -> None:
    roster(here.folder, 现住址="溪中村")
    result = run("import", "名册.xlsx", "--data", "数据.xlsx")
    assert result.exit_code == Exit.PARTIAL
    assert "石小满 现住址：溪头村 → 溪中村" in result.stderr
    assert "木小春 清溪小学三年级（1）班" in result.stderr
    assert "新增 0 人，变动 1 人 1 处，不在名册上 1 人，要核对 0 人。" in result.stdout
    assert (here.folder / "导入核对.xlsx").exists()
    again = run("import", "名册.xlsx", "--data", "数据.xlsx")
    assert "数据没有要改的，没有动它。" in again.stdout


def test_import_of_a_dry_run_writes_nothing_and_undo_takes_an_import_back(here: Project) -> None:
    roster(here.folder, 现住址="溪中村")
    before = (here.folder / "数据.xlsx").read_bytes()
    assert run("import", "名册.xlsx", "--data", "数据.xlsx", "--dry-run").exit_code == Exit.DONE
    assert (here.folder / "数据.xlsx").read_bytes() == before
    assert not (here.folder / "备份").exists()
    run("import", "名册.xlsx", "--data", "数据.xlsx")
    assert (here.folder / "数据.xlsx").read_bytes() != before
    result = run("undo", "--data", "数据.xlsx")
    assert result.exit_code == Exit.DONE
    assert re.fullmatch(r"数据\.xlsx 已恢复成 数据 \d{8}-\d{6}\.xlsx 那一份。\n", result.stdout)
    assert (here.folder / "数据.xlsx").read_bytes() == before
    other = here.folder / "别的.xlsx"
    other.write_bytes(before)
    run("import", "名册.xlsx", "--data", "数据.xlsx")
    assert run("undo", "--data", "别的.xlsx").exit_code == Exit.FAILURE


def test_import_tells_of_every_change_however_many(here: Project) -> None:
    roster(here.folder)
    added = [SHEETS["学生"][0] | {"姓名": f"新{n}", "全国学籍号": f"G1{n:02}"} for n in range(30)]
    write_workbook({"Sheet1": [*SHEETS["学生"], *added]}, here.folder / "名册.xlsx")
    told = run("import", "名册.xlsx", "--data", "数据.xlsx")
    assert (told.exit_code, "新增（30）" in told.stderr, "其余" in told.stderr) == (Exit.DONE, True, False)


def test_import_takes_the_dataset_of_the_project_file(here: Project) -> None:
    (here.folder / "baoxue.yaml").write_text("data: 数据.xlsx\n", "utf-8")
    roster(here.folder)
    assert "不在名册上 1 人" in run("import", "名册.xlsx").stdout


def test_import_into_a_workbook_held_open_says_so_in_one_sentence(here: Project) -> None:
    roster(here.folder, 现住址="溪中村")
    (here.folder / "~$数据.xlsx").touch()
    result = run("import", "名册.xlsx", "--data", "数据.xlsx")
    assert result.exit_code == Exit.FAILURE
    assert "数据.xlsx 正在 WPS、Excel 里开着，没有动它" in result.stderr


def test_term_tells_what_would_change_and_does_it_when_told_to(here: Project) -> None:
    before = (here.folder / "数据.xlsx").read_bytes()
    spring = ("--start", "2027-03-01", "--end", "2027-07-10", "--data", "数据.xlsx")
    foretold = run("term", *spring)
    assert "换到2026—2027学年第二学期" in foretold.stdout
    assert "这是预演，没有写任何东西" in foretold.stdout
    assert (here.folder / "数据.xlsx").read_bytes() == before
    assert run("term", *spring, "--yes").exit_code == Exit.DONE
    assert (here.folder / "历年/2026—2027学年第一学期/数据.xlsx").read_bytes() == before
    assert run("undo", "--data", "数据.xlsx").exit_code == Exit.DONE
    assert (here.folder / "数据.xlsx").read_bytes() == before


@pytest.mark.parametrize("words", [(), ("--start", "2027-03-01"), ("--top", "清溪小学")])
def test_term_wants_its_dates_and_a_top_grade_a_school(here: Project, words: tuple[str, ...]) -> None:
    assert run("term", "--data", "数据.xlsx", *words).exit_code == Exit.USAGE


def test_term_freezes_baselines_at_the_rolls(here: Project) -> None:
    here.data(lambda sheets: sheets["班级"][0].update({"学年初人数": "5"}))
    result = run("term", "--freeze", "--data", "数据.xlsx", "--today", "2026-09-20")
    assert "清溪小学三年级（1）班 5 → 2" in result.stderr
    assert run("term", "--freeze", "--data", "数据.xlsx", "--today", "2026-12-20").exit_code == Exit.DATA


def test_papers_of_a_past_term_do_not_take_the_place_of_todays(here: Project) -> None:
    old = here.folder / "历年" / "2025—2026学年第二学期" / "数据.xlsx"
    old.parent.mkdir(parents=True)
    old.write_bytes((here.folder / "数据.xlsx").read_bytes())
    assert run("build", str(old), "--jobs", "1").exit_code == Exit.DONE
    assert (here.folder / "output/历年/2025—2026学年第二学期" / MANIFEST).exists()
    assert not (here.folder / "output" / MANIFEST).exists()
    assert run("build", str(old), "--jobs", "1", "--out", "别处").exit_code == Exit.DONE
    assert (here.folder / "别处" / MANIFEST).exists()
