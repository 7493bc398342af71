from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from openpyxl import load_workbook

from generator.cli.build import STOPPED_MAKING
from generator.errors import DataError, Exit, TemplateError
from generator.forms.plan import Selection
from generator.press.build import Order, build, prepare
from generator.press.folder import INDEX, JOURNAL, MANIFEST, FolderError, known_files, locked
from generator.press.report import Report, write_records
from generator.press.run import HeldBackInStrictError
from tests.small import Project, Sheets, send_signal

ROOT = Path(__file__).resolve().parents[2]
ID_NO = "530000201703042368"


def student(number: int = 0, **cells: str) -> Callable[[Sheets], None]:
    def spoil(sheets: Sheets) -> None:
        sheets["学生"][number] |= cells

    return spoil


def written(project: Project) -> list[str]:
    return sorted(path.name for path in project.out.rglob("*")) if project.out.exists() else []


def skipped(report: Report) -> list[tuple[str, str]]:
    return [(left.label, left.why) for left in report.all_skipped]


def index(project: Project) -> dict[str, list[list[Any]]]:
    book = load_workbook(project.out / INDEX)
    return {sheet.title: [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book}


def manifest(project: Project) -> dict[str, Any]:
    return json.loads((project.out / MANIFEST).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


# Never print a wrong paper, never hold up the others


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    "body",
    [
        '- text: "{{ student.nmae }}"',
        '- {text: "{{ student.nmae }}", when: student.watched}',
        "- {text: 正文, when: student.nmae}",
        "- {text: 正文, each: s in class.rol}",
        "- include: shared",
    ],
)
def test_a_misspelt_name_stops_everything_before_anything_is_written(project: Project, body: str, strict: bool) -> None:
    project.fragment('  - text: "{{ student.nmae }}"', "shared")
    project.paper(body)
    project.paper("- text: 正文", "right")
    with pytest.raises(TemplateError) as caught:
        project.make(strict=strict)
    (problem,) = caught.value.problems
    assert re.fullmatch(r"错误 (tiny|shared)\.yaml 第\d+行：.*没有“\w+”，是不是“.*", str(problem))
    assert caught.value.exit_code == Exit.TEMPLATE
    assert written(project) == []


CONTRADICTION = student(身份证号=ID_NO, 出生日期="2017-03-05")


def two_papers(project: Project) -> None:
    project.paper('- text: "{{ student.birth_date }}"', "needs", filename="{{ student.name }}-甲")
    project.paper("- text: 正文", "needs-not", filename="{{ student.name }}-乙")


def test_a_contradictory_value_blocks_just_the_papers_that_print_it(project: Project) -> None:
    project.data(lambda sheets: [student(number, 出生日期="2017-03-04")(sheets) for number in (0, 1)])
    two_papers(project)
    assert project.make().partial is False
    project.data(lambda sheets: [student(1, 出生日期="2017-03-04")(sheets), CONTRADICTION(sheets)])
    for path in project.out.rglob("*.docx"):
        path.unlink()
    report = project.make()
    ((label, why),) = skipped(report)
    assert label == "石小满-甲"
    assert re.fullmatch(r"数据\.xlsx 学生![A-Z]2：出生日期 2017-03-05 与身份证件号中的 2017-03-04 不一致", why)
    assert report.partial
    assert project.files() == ["木小春-乙.docx", "木小春-甲.docx", "石小满-乙.docx"]
    assert index(project)["未生成"] == [["小文书", "石小满-甲", why, "缺数据"]]


def test_a_missing_value_blocks_just_the_papers_that_print_it(project: Project) -> None:
    project.data(student(1, 出生日期="2017-03-04"))
    two_papers(project)
    report = project.make()
    ((label, why),) = skipped(report)
    assert label == "石小满-甲"
    assert re.fullmatch(r"数据\.xlsx 学生![A-Z]2：“出生日期”没有填", why)
    assert project.files() == ["木小春-乙.docx", "木小春-甲.docx", "石小满-乙.docx"]


def test_a_child_without_a_known_class_holds_back_every_count_it_may_belong_to(project: Project) -> None:
    project.data(student(0, 班级="三年级（7）班"))
    project.paper('- text: "{{ class.size }}"', "roll", per="class", filename="{{ class.name }}-甲")
    project.paper('- text: "{{ school.enrolled }}"', "school", per="school", filename="{{ school.name }}-乙")
    project.paper('- text: "{{ student.name }}"', "child", filename="{{ student.name }}-{{ class.name }}-丙")
    report = project.make()
    assert len(report.all_skipped) == 3
    assert {why for _, why in skipped(report)} == {
        "数据.xlsx 学生!A2：“班级”表里没有“三年级（7）班”（清溪小学），是不是“三年级（1）班”"
    }
    assert project.files() == ["木小春-三年级（1）班-丙.docx"]


def test_papers_of_a_child_without_a_known_class_are_told_of_in_any_selection_it_may_belong_to(
    project: Project,
) -> None:
    project.data(student(0, 班级="三年级（7）班"))
    project.paper('- text: "{{ student.name }}{{ class.name }}"')
    report = project.make(selection=Selection(classes=("三年级（1）班",)))
    assert [left.label for left in report.all_skipped] == ["学生“石小满”"]


@pytest.mark.parametrize("header", ["制表日期", "政策"])
def test_a_setting_on_which_every_paper_rests_stops_everything_when_it_is_wrong(project: Project, header: str) -> None:
    project.data(lambda sheets: sheets["设置"][0].update({header: "十一\u200b月"}))
    project.paper("- text: 正文")
    with pytest.raises(DataError, match="控制字符"):
        project.make(today=None)
    assert written(project) == []


@pytest.mark.parametrize(
    ("told", "given", "held"),
    [("", date(2026, 9, 9), True), ("", date(2026, 9, 10), False), ("2026-09-09", None, True),
     ("2026-09-10", None, False), ("2026-09-09", date(2026, 9, 10), False), ("", None, False)],
)  # fmt: skip
def test_what_happens_after_the_day_the_papers_are_of_holds_them_back(
    project: Project, told: str, given: date | None, held: bool
) -> None:
    project.data(lambda sheets: sheets["设置"][0].update({"制表日期": told}))
    project.paper('- text: "{{ visit.visited_on }}"', per="visit", filename="{{ visit.mode }}")
    assert bool(project.make(today=given).all_skipped) is held


def test_a_wrong_date_in_the_settings_does_not_matter_where_another_is_given(project: Project) -> None:
    project.data(lambda sheets: sheets["设置"][0].update({"制表日期": "十一月"}))
    project.paper('- text: "{{ today }}"')
    assert project.make().made == 2


def test_strict_stops_at_an_error_in_the_data_before_anything_is_written(project: Project) -> None:
    project.data(CONTRADICTION)
    two_papers(project)
    with pytest.raises(DataError, match="不一致"):
        project.make(strict=True)
    assert written(project) == []


def test_strict_stops_at_a_missing_value_and_tells_all_before_anything_is_written(project: Project) -> None:
    project.paper('- text: "{{ student.birth_date }}"')
    with pytest.raises(HeldBackInStrictError) as caught:
        project.make(strict=True)
    assert [line.partition("：")[0] for line in str(caught.value).splitlines()[1:]] == [
        "小文书 1-石小满", "小文书 2-木小春",
    ]  # fmt: skip
    assert caught.value.exit_code == Exit.PARTIAL
    assert written(project) == []


def test_strict_stops_at_a_paper_that_fails_otherwise(project: Project) -> None:
    project.paper('- text: "{{ student.visits[1].mode }}"')
    with pytest.raises(HeldBackInStrictError, match=r"小文书 2-木小春：.*算不出来"):
        project.make(strict=True)
    assert written(project) == []


@pytest.mark.parametrize("strict", [False, True])
def test_a_blank_filled_in_by_hand_is_listed_and_nothing_is_missing(project: Project, strict: bool) -> None:
    project.paper('- fields: [{label: 民族, value: "{{ student.ethnicity }}", by_hand: true}]')
    report = project.make(strict=strict)
    assert report.by_hand == [("小文书", "1-石小满", "民族"), ("小文书", "2-木小春", "民族")]
    assert report.partial is False
    assert index(project)["手填"] == [list(line) for line in report.by_hand]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    "spoil",
    [
        student(不知道什么="x"),
        lambda sheets: sheets.update({"不知道什么": [{"甲": "乙"}]}),
        lambda sheets: sheets.pop("学生"),
    ],
)
def test_an_unknown_header_or_sheet_stops_everything(project: Project, spoil: Any, strict: bool) -> None:
    project.data(spoil)
    project.paper("- text: 正文")
    with pytest.raises(DataError) as caught:
        project.make(strict=strict)
    assert caught.value.exit_code == Exit.DATA
    assert written(project) == []


def test_an_unreadable_file_stops_everything(project: Project) -> None:
    project.paper("- text: 正文")
    (project.folder / "数据.xlsx").write_bytes(b"PK not a workbook")
    with pytest.raises(DataError):
        project.make()
    assert written(project) == []


def test_a_character_that_no_font_draws_names_the_student_and_holds_back_the_papers_that_print_it(
    project: Project,
) -> None:
    project.data(student(现住址="溪头村\U000e0101"))
    project.paper('- text: "{{ student.address }}"', "prints", filename="{{ student.name }}-甲")
    project.paper('- text: "{{ student.address or school.name }}"', "or", filename="{{ student.name }}-乙")
    project.paper('- text: "{{ student.name }}"', "prints-not", filename="{{ student.name }}-丙")
    report = project.make()
    assert [label for label, _ in skipped(report)] == ["石小满-乙", "石小满-甲"]
    assert all("学生“石小满”的“现住址”里有字体画不出的字" in why for _, why in skipped(report))
    assert "石小满-丙.docx" in project.files()


def test_a_character_in_a_teachers_name_holds_back_the_papers_that_join_names(project: Project) -> None:
    project.data(
        lambda sheets: [
            sheets["教职工"][1].update({"姓名": "林\U000e0101"}),
            sheets["班级"][0].update({"班主任": "T2"}),
            *(visit.update({"家访教师": "T2"}) for visit in sheets["家访"]),
        ]
    )
    project.paper('- text: "{{ visit.visitors | names }}"', per="visit", filename="{{ visit.visited_on }}")
    report = project.make()
    assert len(skipped(report)) == 2
    assert project.files() == []


def test_when_nothing_can_be_made_the_index_says_why(project: Project) -> None:
    project.paper('- text: "{{ student.birth_date }}"', filename="{{ student.birth_date }}")
    report = project.make()
    assert (report.made, len(report.all_skipped)) == (0, 2)
    assert len(index(project)["未生成"]) == 2


# The same input, the same bytes


def contents(project: Project) -> dict[str, bytes]:
    return {str(path.relative_to(project.out)): path.read_bytes() for path in project.out.rglob("*") if path.is_file()}


def test_the_same_input_gives_the_same_bytes_with_one_worker_or_two_in_every_file(project: Project) -> None:
    project.paper('- title: 标题\n- text: "{{ student.name }}"', formats=["docx", "pdf"], bundle="class")
    project.paper(
        '- grid: {columns: [1], rows: [["{{ student.name }}"]]}',
        "other",
        formats=["xlsx"],
        filename="{{ student.name }}",
    )
    project.make(workers=1)
    first = contents(project)
    for path in project.out.rglob("*"):
        if path.is_file():
            path.unlink()
    time.sleep(1.1)  # zip times count seconds
    project.make(workers=2)
    assert contents(project) == first
    assert {Path(name).suffix for name in first} == {".docx", ".pdf", ".xlsx", ".json", ".lock"}


def test_the_manifest_tells_of_each_record_its_skeleton_and_values_and_of_nobody_the_id_number(
    project: Project,
) -> None:
    project.data(student(身份证号=ID_NO))
    project.paper('- text: "{{ student.name }}{{ student.id_no or today }}"', bundle="class", copies="2")
    project.make(single=False)
    found = manifest(project)
    entry = found["files"]["清溪小学/小文书/三年级（1）班.docx"]
    assert [record["label"] for record in entry["records"]] == ["1-石小满", "2-木小春"]
    one, two = entry["records"]
    assert one["skeleton"] == two["skeleton"]
    assert all(re.fullmatch(r"[0-9a-f]{8}", value) for record in entry["records"] for value in record["values"])
    assert one["values"] != two["values"]
    assert (entry["copies"], found["today"], found["dataset"]) == (2, "2026-09-11", "数据.xlsx")
    assert ID_NO not in json.dumps(found)
    assert not any(ID_NO in str(path) for path in project.out.rglob("*"))


def test_a_value_that_changes_changes_its_digest_alone(project: Project) -> None:
    project.paper('- text: "{{ student.name }}{{ student.address }}"')
    project.make()
    before = manifest(project)["files"]
    project.data(student(现住址="溪东村"))
    project.make()
    after = manifest(project)["files"]
    assert [path for path in after if after[path] != before[path]] == ["清溪小学/三年级（1）班/1-石小满.docx"]
    one, other = (found["清溪小学/三年级（1）班/1-石小满.docx"]["records"][0] for found in (before, after))
    assert one["skeleton"] == other["skeleton"]
    assert [a == b for a, b in zip(one["values"], other["values"], strict=True)] == [True, False]


def test_the_index_lists_the_files_with_their_copies_and_no_formula(project: Project) -> None:
    project.data(student(姓名="=1+1"))
    project.paper('- text: "{{ student.name }}"', copies="2")
    project.make()
    first, second = index(project)["文书"]
    assert first == ["清溪小学", "小文书", "清溪小学/三年级（1）班/1-=1+1.docx", 1, 2, None, "双面", None]
    assert second[2] == "清溪小学/三年级（1）班/2-木小春.docx"


def test_a_wrong_number_of_pages_is_told(project: Project) -> None:
    project.paper(
        '- text: 正文\n- {page_break: true, when: student.sex == "男"}\n- text: 正文', formats=["pdf"], pages=1
    )
    report = project.make()
    assert report.wrong_pages == ["清溪小学/三年级（1）班/2-木小春.pdf：2-木小春 有 2 页，应为 1 页"]
    assert index(project)["页数"] == [[line] for line in report.wrong_pages]


# What a person did is kept


def test_an_edited_file_is_kept_and_told_and_made_anew_with_overwrite(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.make()
    path = project.out / "清溪小学/三年级（1）班/1-石小满.docx"
    before = path.read_bytes()
    path.write_bytes(b"edited by hand")
    for _ in range(2):  # also by the run after the one that found it
        report = project.make()
        assert report.kept == ["清溪小学/三年级（1）班/1-石小满.docx"]
        assert path.read_bytes() == b"edited by hand"
    assert (report.made, report.papers, report.partial) == (1, 1, False)
    assert [row[-1] for row in index(project)["文书"]] == ["已人工修改，未覆盖", None]
    assert project.make(overwrite=True).kept == []
    assert path.read_bytes() == before


def test_a_file_of_somebody_else_at_the_target_is_kept(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    path = project.out / "清溪小学/三年级（1）班/1-石小满.docx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not ours")
    assert project.make().kept == ["清溪小学/三年级（1）班/1-石小满.docx"]
    assert path.read_bytes() == b"not ours"


def test_a_file_nobody_edited_is_made_anew_when_the_data_changes(project: Project) -> None:
    project.paper('- text: "{{ student.address }}"')
    project.make()
    path = project.out / "清溪小学/三年级（1）班/1-石小满.docx"
    before = path.read_bytes()
    project.data(student(现住址="溪东村"))
    assert project.make().kept == []
    assert path.read_bytes() != before


def test_files_of_earlier_runs_stay_in_the_manifest_while_they_are_there(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.paper('- text: "{{ student.name }}"', "other", filename="{{ student.name }}")
    project.make()
    (project.folder / "templates" / "other.yaml").unlink()
    (project.out / "石小满.docx").unlink()
    project.make()
    assert sorted(manifest(project)["files"]) == [
        "木小春.docx",
        "清溪小学/三年级（1）班/1-石小满.docx",
        "清溪小学/三年级（1）班/2-木小春.docx",
    ]


# Runs that end badly


def test_a_second_build_into_the_folder_gets_one_sentence_and_writes_nothing(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    with locked(project.out), pytest.raises(FolderError) as caught:
        project.make()
    assert str(caught.value) == f"另一个保学正在写 {project.out}，请等它结束，或换一个文件夹"
    assert project.files() == []


def test_a_disk_that_takes_not_even_the_manifest_is_told_in_a_sentence(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)); "
        "from generator.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "build", "数据.xlsx", "--form", "tiny", "--single", "--jobs", "1"],
        cwd=project.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == Exit.FAILURE
    assert re.fullmatch(
        r"目录写不进 output（文件太大，这个磁盘放不下）：请腾出空间、关掉打开的 目录.xlsx，再运行\n", done.stderr
    )
    assert {path.name for path in project.out.rglob("*") if path.is_file()} == {".baoxue.lock", JOURNAL}


SLOW = """
import sys, time
from generator.cli import main
from generator.render import word
real = word.render
def slow(*args, **options):
    time.sleep(0.1)
    return real(*args, **options)
word.render = slow
main(sys.argv[1:])
"""


def begun(project: Project, jobs: int = 1, count: int = 40) -> subprocess.Popen[str]:
    """Begin a run, slow where it has one worker, in a process of its own and return when it has made two files."""
    students = [{"班级": "三年级（1）班", "姓名": f"石{n:02}", "性别": "女"} for n in range(count)]
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    project.paper('- text: "{{ student.name }}"', filename="{{ student.name }}")
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "build", "数据.xlsx", "--form", "tiny", "--single", "--jobs", str(jobs)],
        cwd=project.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while len(project.files()) < 2 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    return process


def test_a_killed_build_leaves_whole_files_and_the_next_run_completes_it(project: Project) -> None:
    process = begun(project)
    process.kill()
    process.communicate()
    left = {path.name: path.read_bytes() for path in project.out.rglob("*.docx")}
    assert 2 <= len(left) < 40
    assert not (project.out / MANIFEST).exists()
    (project.out / "石99.docx.baoxue~").write_bytes(b"half")
    report = project.make()
    assert report.kept == []
    assert len(project.files()) == 40
    assert {name: (project.out / name).read_bytes() for name in left} == left
    assert len(manifest(project)["files"]) == 40
    assert not any(name.endswith("~") or name == JOURNAL for name in written(project))


def test_what_a_killed_build_made_is_not_taken_for_a_persons_work_when_the_data_changes(project: Project) -> None:
    process = begun(project)
    process.kill()
    process.communicate()
    project.paper('- text: "{{ student.name }}同学"', filename="{{ student.name }}")
    assert project.make().kept == []


def test_what_a_killed_build_made_stays_known_when_the_next_run_makes_something_else(project: Project) -> None:
    process = begun(project)
    process.kill()
    process.communicate()
    left = len(project.files())
    project.paper("- text: 正文", "other", per="school", filename="学校")
    assert project.make(selection=Selection(("other",))).made == 1
    project.paper('- text: "{{ student.name }}同学"', filename="{{ student.name }}")
    report = project.make()
    assert (report.kept, report.made, left >= 2) == ([], 41, True)
    assert not (project.out / JOURNAL).exists()


STOPS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


def stopped(project: Project, process: subprocess.Popen[str], count: int) -> None:
    """Wait for a process that was told to stop, and see that it ended as it should."""
    _, said = process.communicate(timeout=60)  # workers hold the pipe too: it ends with the last of them
    assert process.returncode == Exit.INTERRUPTED
    assert said == f"{STOPPED_MAKING}\n"
    assert not any(name.endswith("~") for name in written(project))
    assert 2 <= len(project.files()) < count
    told = set(manifest(project)["files"])
    assert told == {row[2] for row in index(project)["文书"]}
    untold = set(project.files()) - told
    assert untold <= set(known_files(project.out))  # a worker may be ended between a file and the word of it
    assert told <= set(project.files())
    assert len(untold) <= 2


@STOPS
def test_a_stopped_run_keeps_what_is_finished_and_exits_130(project: Project, number: int) -> None:
    process = begun(project)
    process.send_signal(number)
    stopped(project, process, 40)


@STOPS
def test_a_signal_that_reaches_the_workers_too_ends_in_the_same_way_and_the_next_run_completes(
    project: Project, number: int
) -> None:
    process = begun(project, jobs=2, count=400)
    os.killpg(process.pid, number)  # as a terminal does
    stopped(project, process, 400)
    project.paper('- text: "{{ student.name }}同学"', filename="{{ student.name }}")
    report = project.make()
    assert (report.kept, report.made) == ([], 400)


def test_a_second_ctrl_c_does_not_keep_the_first_from_telling_what_was_made(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.paper('- text: "{{ student.name }}"', filename="{{ student.name }}")
    prepared = project.prepared()

    def interrupted(*_: object) -> None:
        send_signal()

    def told(report: Report, *rest: Any) -> None:
        interrupted()
        write_records(report, *rest)

    monkeypatch.setattr("generator.press.build.write_records", told)
    with pytest.raises(KeyboardInterrupt):
        build(prepared, interrupted)
    assert sorted(manifest(project)["files"]) == project.files() == ["石小满.docx"]


def test_the_date_is_the_order_s_else_the_dataset_s_else_the_clock_s(project: Project) -> None:
    project.paper('- text: "{{ today }}"')
    clock = date(2026, 12, 31)

    def dated(day: date | None) -> date:
        order = Order(project.folder / "数据.xlsx", project.out, project.folder, today=day)
        return prepare(order, lambda: clock).context.today

    project.data()
    assert dated(None) == clock
    project.data(lambda sheets: sheets["设置"][0].update({"制表日期": "2026-11-16"}))
    assert dated(None) == date(2026, 11, 16)
    assert dated(date(2026, 9, 1)) == date(2026, 9, 1)


def test_strict_makes_everything_with_several_workers_where_nothing_is_wrong(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    report = project.make(strict=True, workers=2)
    assert (report.made, report.partial) == (2, False)


def test_a_policy_that_does_not_exist_is_an_error_in_the_data_with_its_cell(project: Project) -> None:
    project.data(lambda sheets: sheets["设置"][0].update({"政策": "nationall"}))
    project.paper('- text: "{{ student.name }}"')
    with pytest.raises(DataError, match="没有名为“nationall”的政策预设，是不是“national”") as caught:
        project.prepared()
    assert caught.value.problems[0].place.sheet == "设置"


def test_a_manifest_of_something_else_is_no_obstacle(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.out.mkdir()
    for strange in ("[]", '{"files": []}', '{"files": {"a": {}}}'):
        (project.out / MANIFEST).write_text(strange)
        assert project.make(overwrite=True).made == 2


def test_visits_are_not_counted_without_the_dates_of_the_term(project: Project) -> None:
    project.data(lambda sheets: sheets["设置"][0].update({"开学日期": ""}))
    project.paper('- text: "{{ tally(staff).done }}"', per="staff", filename="{{ staff.name }}")
    assert "“开学日期”没有填" in project.make().all_skipped[0].why


def test_the_index_counts_the_pages_that_the_printer_will_see(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"', bundle="class", copies="2", formats=["pdf"])
    project.make(single=False)
    (line,) = index(project)["文书"]
    with pikepdf.Pdf.open(next(project.out.rglob("*.pdf"))) as file:
        pages = len(file.pages)
    assert line[3:7] == [2, 2, pages, "双面"]


def test_without_a_bundle_each_record_goes_where_its_filename_says(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"', filename="甲/{{ student.name }}")
    project.make(single=False)
    assert sorted(path.name for path in (project.out / "甲").iterdir()) == ["木小春.docx", "石小满.docx"]
