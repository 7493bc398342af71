"""What is owed, from the workbook to the list and the papers: ``baoxue due`` and ``baoxue build --due``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx.oxml.ns import qn

from generator.cli import main
from generator.errors import Exit
from generator.forms.catalogue import discover
from tests.small import Sheets, written

built_in = cache(discover)
CHILD = "石小满"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the tiny county, in which nobody is away; definitions are read once."""
    monkeypatch.setattr("generator.press.build.discover", lambda _: built_in())
    monkeypatch.chdir(tmp_path)
    written(tmp_path, quiet)
    (tmp_path / "baoxue.yaml").write_text("data: 数据.xlsx\n", "utf-8")
    return tmp_path


def quiet(sheets: Sheets) -> None:
    """Make the tiny county complete enough to issue a notice, and forget the visits it tells of."""
    sheets["家访"] = []
    sheets["县区"][0] |= {"教育局机关代字": "云教", "教育局联系人": "郑某", "教育局联系电话": "19900000010"}
    sheets["乡镇"][0] |= {"机关代字": "清政", "教育专干": "杨专干", "联系电话": "19900000009"}
    for row, guardian in zip(sheets["学生"], ("石大山", "木大林"), strict=True):
        row |= {"成员1姓名": guardian, "成员1关系": "父亲"}


def run(*words: str) -> Result:
    done = CliRunner().invoke(main, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def listed(today: str, *words: str) -> list[dict[str, Any]]:
    """Return the duties of a day that tell of the child."""
    done = run("due", "--today", today, "--format", "json", *words)
    assert done.exit_code == Exit.DONE, done.stderr
    return [line for line in json.loads(done.stdout) if line["about"].startswith(CHILD)]


def stands(today: str) -> dict[str, str]:
    """Return how each paper about the child stands on a day: the worst of those that there are several of."""
    worst = {"overdue": 0, "due": 1, "done": 2}
    lines = sorted(listed(today, "--done"), key=lambda line: worst[line["state"]], reverse=True)
    return {line["paper"]: line["state"] for line in lines}


class Story:
    """A workbook that grows as things happen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[Callable[[Sheets], object]] = [quiet]

    def tell(self, sheet: str, **row: str) -> None:
        """Add a row to a sheet."""
        self._keep(lambda sheets: sheets.setdefault(sheet, []).append(dict(row)))

    def amend(self, sheet: str, **values: str) -> None:
        """Fill in cells of the last row of a sheet."""
        self._keep(lambda sheets: sheets[sheet][-1].update(values))

    def _keep(self, change: Callable[[Sheets], object]) -> None:
        self.told.append(change)
        written(self.folder, lambda sheets: [each(sheets) for each in self.told])


def test_the_chain_from_an_absence_to_the_end_of_its_case(here: Path) -> None:
    story = Story(here)
    assert listed("2026-11-02") == []

    # Monday: the child does not come, and has no leave.
    story.tell("缺勤", 学生=CHILD, 类别="旷课", 起始日期="2026-11-02")
    assert stands("2026-11-02") == {"LA-05a": "done", "LA-06": "done", "HV-01": "due", "LA-08": "due"}
    story.tell("家访", 学生=CHILD, 日期="2026-11-02", 方式="上门", 家访教师="林老师", 事由="无故缺勤")
    assert stands("2026-11-02")["HV-01"] == "done"

    # Tuesday and Wednesday: leaders go; on the third day it is written up and reported.
    assert stands("2026-11-03")["HV-10"] == "due"
    for day in ("2026-11-03", "2026-11-04"):
        story.tell("家访", 学生=CHILD, 日期=day, 方式="上门", 家访教师="田校长、林老师", 事由="劝返")
    third = stands("2026-11-04")
    assert {third[paper] for paper in ("DR-04", "DR-16", "NT-13", "DR-06a", "DR-06b", "L-10")} == {"due"}
    assert third["HV-10"] == "done"
    for paper in ("LA-08", "DR-04", "DR-16", "NT-13"):
        story.tell("办理", 文书编号=paper, 办理日期="2026-11-04", 学生=CHILD, 经办人="林老师")
    case = {"个案编号": "A1", "学生": CHILD, "发现日期": "2026-11-02", "辍学日期": "2026-11-02", "辍学原因": "厌学"}
    story.tell("辍学个案", **case)
    fourth = stands("2026-11-05")
    assert {fourth[paper] for paper in ("LA-08", "DR-04", "DR-16", "NT-13", "DR-06a", "L-10")} == {"done"}
    assert (fourth["IP-01"], fourth["RC-15b"]) == ("due", "due")

    # A week after the first visit that urged a return: the school reports in writing, the township issues a notice.
    assert "NT-03" not in stands("2026-11-08")
    week = stands("2026-11-09")
    assert {week[paper] for paper in ("DR-01", "DR-02", "L-03", "NT-03")} == {"due"}
    story.tell("办理", 文书编号="L-03", 办理日期="2026-11-09", 个案编号="A1")
    story.tell("通知书", 序号="1", 个案编号="A1")
    assert run("notice", "issue", "--all", "--yes", "--today", "2026-11-09").exit_code == Exit.DONE
    assert {paper: stands("2026-11-10")[paper] for paper in ("NT-03", "NT-05", "L-03")} == {
        "NT-03": "done", "NT-05": "due", "L-03": "done",
    }  # fmt: skip

    # It is served, its deadline passes, and the child does not come: a report, and an order as the next step.
    words = ("--at", "2026-11-10 18:30", "--mode", "直接送达", "--by", "甲、乙", "--to", "石大山")
    assert run("notice", "serve", "清政返通〔2026〕1号", *words, "--today", "2026-11-10").exit_code == Exit.DONE
    assert stands("2026-11-16")["NT-05"] == "done"
    assert "NT-06" not in stands("2026-11-16")
    passed = stands("2026-11-17")
    assert (passed["NT-06"], passed["L-01"]) == ("due", "due")
    story.tell("办理", 文书编号="NT-06", 办理日期="2026-11-17", 个案编号="A1")
    assert stands("2026-11-18")["NT-06"] == "done"

    # The child comes back: its return is reported, and the case taken off the ledger.
    story.amend("辍学个案", 复学日期="2026-11-23", 复学方式="劝返复学", 编入班级="三年级（1）班", 安置方式="原班就读")
    assert stands("2026-11-23") == {"DR-03": "due", "DR-08a": "due", "DR-08b": "due"}
    assert stands("2026-11-27") == {"DR-03": "overdue", "DR-08a": "overdue", "DR-08b": "overdue"}
    story.tell("办理", 文书编号="DR-03", 办理日期="2026-11-25", 个案编号="A1")
    story.amend("辍学个案", 销号日期="2026-11-25", 销号类别="复学")
    assert stands("2026-11-27") == {"DR-03": "done", "DR-08a": "done", "DR-08b": "done"}
    assert listed("2026-11-27") == []


@pytest.fixture
def away(here: Path) -> Story:
    """A child that has been away for two days, whom nobody has visited."""
    story = Story(here)
    story.tell("缺勤", 学生=CHILD, 类别="旷课", 起始日期="2026-11-02")
    return story


@pytest.mark.usefixtures("away")
def test_the_list_is_told_person_by_person_the_latest_first() -> None:
    done = run("due", "--today", "2026-11-03", "--until", "2026-11-03")
    lines = done.stdout.splitlines()
    people = [line for line in lines if line.startswith("【")]
    assert len(set(people)) == len(people)
    mine = lines[lines.index("【林老师（清溪小学三年级（1）班班主任）】") + 1 :]
    assert mine[0].startswith("  逾期 2026-11-02前（逾期1天）　HV-01 ")
    assert f"　{CHILD}（清溪小学三年级（1）班）：缺课满1个上课日：" in mine[0]
    assert "件逾期" in done.stderr


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("name", ["田校长", "清溪小学校长", "校长"])
def test_one_person_s_duties_are_asked_for_by_name_unit_or_post(name: str) -> None:
    done = run("due", "--today", "2026-11-03", "--who", name)
    people = [line for line in done.stdout.splitlines() if line.startswith("【")]
    assert people == ["【田校长（清溪小学校长）】"]


def test_a_name_that_nobody_has_is_told_with_near_ones() -> None:
    done = run("due", "--today", "2026-11-03", "--who", "林老帅")
    assert (done.exit_code, "“林老帅”" in done.stderr, "林老师" in done.stderr) == (Exit.USAGE, True, True)


@pytest.mark.usefixtures("away")
def test_the_workbook_has_a_line_for_each_duty(here: Path) -> None:
    assert run("due", "--today", "2026-11-03", "--format", "xlsx").exit_code == Exit.DONE
    sheet = openpyxl.load_workbook(here / "待办_2026-11-03.xlsx")["待办"]
    rows = [dict(zip([cell.value for cell in sheet[1]], row, strict=True)) for row in sheet.values][1:]
    told = json.loads(run("due", "--today", "2026-11-03", "--format", "json").stdout)
    assert [(row["文书编号"], row["期限"]) for row in rows] == [(line["paper"], line["by"]) for line in told]
    first = next(row for row in rows if row["文书编号"] == "HV-01" and row["状态"] == "逾期")
    assert (first["逾期天数"], first["关于"]) == (1, f"{CHILD}（清溪小学三年级（1）班）")
    assert str(first["本地规定"]).startswith("班主任当日家访")


@pytest.mark.usefixtures("away")
def test_a_list_takes_no_other_file_s_place(here: Path) -> None:
    before = (here / "数据.xlsx").read_bytes()
    done = run("due", "--today", "2026-11-03", "--format", "xlsx", "--out", "数据.xlsx")
    assert (done.exit_code, "数据.xlsx 已经有了，没有动它" in done.stderr) == (Exit.FAILURE, True)
    assert (here / "数据.xlsx").read_bytes() == before
    for _ in range(2):
        run("due", "--today", "2026-11-03", "--format", "xlsx")
    assert sorted(path.name for path in here.glob("待办*")) == ["待办_2026-11-03.xlsx", "待办_2026-11-03（2）.xlsx"]


@pytest.mark.parametrize("out", ["清单.txt", "没有的文件夹/清单.xlsx"])
def test_a_list_that_cannot_be_written_is_told(here: Path, out: str) -> None:
    (here / "没有的文件夹").write_text("")
    assert run("due", "--format", "xlsx", "--out", out).exit_code == Exit.FAILURE
    assert run("due", "--out", "清单.xlsx").exit_code == Exit.USAGE


def test_a_notice_is_printed_as_a_draft_then_with_its_receipt_and_never_an_older_one(here: Path) -> None:
    story = Story(here)
    case = {"个案编号": "A1", "学生": CHILD, "发现日期": "2026-11-02", "辍学日期": "2026-11-02", "辍学原因": "厌学"}
    story.tell("辍学个案", **case)
    story.tell("家访", 学生=CHILD, 日期="2026-11-03", 方式="上门", 家访教师="林老师", 事由="劝返")
    whose = ("--today", "2026-11-10", "--who", "杨专干", "--until", "2026-11-20", "--dry-run", "--format", "docx")
    first = run("build", "--due", *whose)
    assert "还没有可印的通知书，照下面办了再印（添行要写序号、个案编号、文种）（1）" in first.stderr
    assert "返校通知书" not in first.stdout
    story.tell("通知书", 序号="1", 个案编号="A1")
    assert "NT-03" in run("build", "--due", *whose).stdout
    assert run("notice", "issue", "--all", "--yes", "--today", "2026-11-10").exit_code == Exit.DONE
    brought = run("build", "--due", *whose).stdout
    assert "NT-03" in brought
    assert "NT-05" in brought
    late = ("--today", "2026-11-20", *whose[2:])  # never served: it is to be void, and another issued
    again = run("build", "--due", *late)
    assert "NT-03" not in again.stdout
    assert "作废重发" in again.stderr


def test_an_earlier_day_is_told_as_it_was_known_then(away: Story) -> None:
    away.tell("家访", 学生=CHILD, 日期="2026-11-04", 方式="上门", 家访教师="田校长", 事由="无故缺勤")
    assert stands("2026-11-03")["HV-10"] == "due"
    assert stands("2026-11-04")["HV-10"] == "done"


def test_a_dataset_without_schools_owes_nothing_that_could_be_told(here: Path) -> None:

    def emptied(sheets: Sheets) -> None:
        for name in sheets:
            if name != "设置":
                sheets[name].clear()

    written(here, emptied)
    done = run("due", "--today", "2026-11-03")
    assert (done.exit_code, "没有可以算的待办" in done.stderr) == (Exit.DATA, True)


def test_what_fell_due_before_the_program_was_taken_up_is_not_told(here: Path) -> None:
    assert "2026-09-" in run("due", "--today", "2026-11-03").stdout
    written(here, lambda sheets: sheets["设置"][0].update(待办起算日="2026-11-01"))
    told = json.loads(run("due", "--today", "2026-11-03", "--format", "json").stdout)
    assert told
    assert min(line["by"] for line in told) >= "2026-11-01"


def test_a_value_in_doubt_leaves_out_what_rests_on_it_and_nothing_else(away: Story) -> None:
    away.tell("缺勤", 学生="木小春", 类别="逃学", 起始日期="2026-11-02")
    done = run("due", "--today", "2026-11-03")
    assert done.exit_code == Exit.PARTIAL
    assert "算不出（1）" in done.stderr
    assert "缺勤!" in done.stderr
    assert CHILD in done.stdout


@pytest.mark.usefixtures("away")
def test_the_papers_of_what_is_owed_are_made_and_no_others(here: Path) -> None:
    done = run("build", "--due", "--today", "2026-11-03", "--until", "2026-11-03", "--format", "docx", "--jobs", "1")
    assert done.exit_code in (Exit.DONE, Exit.PARTIAL), done.stderr
    made = {path.relative_to(here / "output").as_posix() for path in (here / "output").rglob("*.docx")}
    folder = "待办 2026-11-03/清溪小学"
    assert f"{folder}/HV-01 家访记录表（空白）/三年级（1）班.docx" in made
    assert all(name.startswith("待办 2026-11-03/") for name in made)
    assert not any("RC-10" in name for name in made)
    owed = {line["paper"] for line in json.loads(run("due", "--today", "2026-11-03", "--format", "json").stdout)}
    covers = {row for form in built_in().definitions.values() for row in form.covers if owed & {*form.covers}}
    assert {name.split("/")[2].split()[0] for name in made if " " in name.split("/")[2]} <= covers


def test_nothing_is_made_where_nothing_is_owed() -> None:
    done = run("build", "--due", "--today", "2026-11-03", "--who", "林老师", "--until", "2026-09-01", "--dry-run")
    assert (done.exit_code, "没有符合条件的文书" in done.stderr) == (Exit.DONE, True)


def test_whose_papers_is_asked_for_only_of_what_is_owed() -> None:
    assert run("build", "--who", "林老师").exit_code == Exit.USAGE


def test_the_day_of_the_dataset_is_told_where_it_is_not_today(here: Path) -> None:
    written(here, lambda sheets: sheets["设置"][0].update(制表日期="2026-11-03"))
    done = run("due")
    assert "按数据里的制表日期 2026-11-03 算，不是今天" in done.stderr


@pytest.mark.parametrize("command", ["check", "due"])
def test_a_paper_that_is_filed_by_its_title_is_told_with_its_number(here: Path, command: str) -> None:
    Story(here).tell("办理", 文书编号="辍学报告单", 办理日期="2026-11-04", 学生=CHILD)
    told = run(command).output
    assert "“辍学报告单”不是文书编号，是不是“DR-02”辍学" in told


@pytest.mark.parametrize(("paper", "told"), [("DR-99", 1), ("DR-02", 0)])
def test_a_paper_that_there_is_not_is_told_by_check_too(here: Path, paper: str, told: int) -> None:
    Story(here).tell("办理", 文书编号=paper, 办理日期="2026-11-04", 学生=CHILD)
    for command, code in (("check", Exit.DATA), ("due", Exit.PARTIAL)):
        done = run(command)
        assert done.output.count(f"没有编号是“{paper}”的文书") == told
        assert (done.exit_code == code) is bool(told)


def test_whom_a_filing_is_about_is_told_once_where_the_name_leads_nowhere(here: Path) -> None:
    Story(here).tell("办理", 文书编号="DR-02", 办理日期="2026-11-04", 学生="石晓满")
    told = run("check").stdout.splitlines()
    assert [line for line in told if "办理" in line and line.startswith("错误")] == [
        line for line in told if "石晓满" in line
    ]
    assert sum("办理" in line and line.startswith("错误") for line in told) == 1


def october(sheets: Sheets) -> None:
    """Let a child drop out in October, and another be watched."""
    quiet(sheets)
    case = {"个案编号": "A1", "学生": CHILD, "发现日期": "2026-10-12", "辍学日期": "2026-10-12", "辍学原因": "厌学"}
    sheets["辍学个案"] = [case]
    sheets["学生"][0] |= {"学籍状态": "辍学"}
    sheets["学生"][1]["重点对象"] = "是"


def test_each_period_that_is_overdue_has_a_paper_of_its_own(here: Path) -> None:
    written(here, october)
    chosen = [word for paper in ("DR-10e", "IN-04", "SG-13b", "WP-12b") for word in ("--form", paper)]
    whose = ("--today", "2026-10-20", "--until", "2026-11-05", "--format", "docx", "--dry-run")
    done = run("build", "--due", *whose, *chosen)
    assert sorted(line.partition("\t")[0] for line in done.stdout.splitlines()) == [
        "清溪小学/DR-10e 学校辍学情况月报表（2026年9月）.docx",
        "清溪小学/SG-13b 重点生帮扶记录检查表/三年级（1）班.docx",
        "清溪小学/SG-13b 重点生帮扶记录检查表/三年级（1）班（2026年9月）.docx",
        "清溪小学/自查/2026年10月控辍保学自查表.docx", "清溪小学/自查/2026年9月控辍保学自查表.docx",
        "清溪镇/会议纪要/2026年10月专题会议纪要.docx", "清溪镇/会议纪要/2026年9月专题会议纪要.docx",
    ]  # fmt: skip
    assert "DR-10e 清溪小学：报送学校辍学情况月报（10月）：这一期还没有过完，到期末再印" in done.stderr


def test_a_paper_of_a_period_that_is_over_tells_of_it_and_of_nothing_later(here: Path) -> None:
    written(here, october)
    papers = ("DR-10e", "IN-04")
    chosen = [word for paper in papers for word in ("--form", paper)]
    done = run("build", "--due", "--today", "2026-10-20", *chosen, "--format", "docx", "--single", "--jobs", "1")
    assert done.exit_code == Exit.DONE, done.stderr
    folder = here / "output" / "待办 2026-10-20" / "清溪小学"
    made = {path.stem: words(path) for path in folder.rglob("*.docx")}
    assert sorted(made) == ["2026年10月控辍保学自查表", "2026年9月控辍保学自查表", "2026年9月辍学情况月报表"]
    returned = made["2026年9月辍学情况月报表"]
    assert ("2026年9月" in returned, "2026年10月" in returned) == (True, False)
    assert [returned[returned.index(label) + 1] for label in ("月初在校人数", "月末在校人数", "当月新增辍学人数")] == [
        "2", "2", "0",
    ]  # fmt: skip
    now, then = made["2026年10月控辍保学自查表"], made["2026年9月控辍保学自查表"]
    assert now[now.index("重点对象数：") + 1] == "1"
    assert then[then.index("重点对象数：") + 1] == "未返校学生数："  # how many there were is written in by hand


def words(path: Path) -> list[str]:
    """Return the texts of a Word file, paragraph by paragraph, that are not empty."""
    body = docx.Document(str(path)).element.body
    texts = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))
    return [text.strip() for text in texts if text.strip()]


def test_what_cannot_be_told_of_a_period_that_is_over_is_not_printed_but_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(here, october)
    known = built_in()
    form = known.definitions["school-self-check"].model_copy(update={"late": False})
    monkeypatch.setattr(
        "generator.press.build.discover",
        lambda _: replace(known, definitions={**known.definitions, "school-self-check": form}),
    )
    done = run("build", "--due", "--today", "2026-10-20", "--form", "IN-04", "--format", "docx", "--dry-run")
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [
        "清溪小学/自查/2026年10月控辍保学自查表.docx"
    ]
    assert "IN-04 清溪小学：自查控辍保学工作（9月）：这一期已过，当时的情况现在算不出，没有印" in done.stderr
