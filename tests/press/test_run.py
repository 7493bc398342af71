from __future__ import annotations

import errno
import multiprocessing
import os
import pickle
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.dataset.models import Class, Dataset, Staff, Student, Visit
from generator.forms.lower import house_styles
from generator.forms.lowered import Cast, Paper
from generator.forms.plan import Job, Plan
from generator.press.folder import known_files
from generator.press.run import Gist, Result, Station, run
from generator.render import Printed, pdf, sheet, word
from generator.resources import styles_file
from tests.small import DyingStation, Project, send_signal


def station(project: Project, kind: type[Station] = Station) -> tuple[Plan, Station]:
    project.paper('- text: "{{ student.name }}"')
    prepared = project.prepared()
    project.out.mkdir()
    return prepared.plan, kind(prepared.context, prepared.catalogue, project.out, overwrite=False)


def ran(plan: Plan, at: Station, workers: int = 1) -> list[Result]:
    results: list[Result] = []
    run(plan, at, workers, results.append)
    return sorted(results, key=lambda result: plan.jobs.index(result.job))


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_is_made_and_told(project: Project, workers: int) -> None:
    plan, at = station(project)
    results = ran(plan, at, workers)
    assert [result.job for result in results] == list(plan.jobs)
    assert project.files() == ["1-石小满.docx", "2-木小春.docx"]


def broken(monkeypatch: pytest.MonkeyPatch, error: Exception, name: str = "石小满", *, alone: bool = True) -> None:
    """Make the Word printer fail for papers that print ``name``, ``alone`` or only with others."""
    real = word.render

    def render(papers: Any, **options: Any) -> Printed:
        if any(name in paper.values() for paper in papers) and (alone or len(papers) > 1):
            raise error
        return real(papers, **options)

    monkeypatch.setattr(word, "render", render)


def test_a_paper_that_cannot_be_printed_never_stops_the_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, at = station(project)
    broken(monkeypatch, RuntimeError("坏了"))
    bad, good = ran(plan, at)
    assert [left.why for left in bad.failed] == ["docx：程序出错（RuntimeError）"]
    assert bad.made == ()
    assert good.failed == ()
    assert project.files() == ["2-木小春.docx"]


def test_a_paper_that_cannot_be_printed_is_left_out_of_its_print_file(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.paper('- text: "{{ student.name }}"', bundle="class")
    prepared = project.prepared(single=False)
    project.out.mkdir()
    broken(monkeypatch, RuntimeError("坏了"))
    (result,) = ran(prepared.plan, Station(prepared.context, prepared.catalogue, project.out, overwrite=False))
    assert [left.label for left in result.failed] == ["1-石小满"]
    assert [[printout.label for printout in made.printouts] for made in result.made] == [["2-木小春"]]


def test_papers_that_fail_only_together_are_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.paper('- text: "{{ student.name }}"', bundle="class")
    project.paper('- text: "{{ student.name }}"', "other", filename="{{ student.name }}")
    prepared = project.prepared(single=False)
    project.out.mkdir()
    broken(monkeypatch, RuntimeError("坏了"), alone=False)
    results = ran(prepared.plan, Station(prepared.context, prepared.catalogue, project.out, overwrite=False))
    assert ["程序出错（RuntimeError）" in left.why for result in results for left in result.failed] == [True]
    assert project.files() == ["木小春.docx", "石小满.docx"]


def test_a_paper_that_cannot_be_laid_out_never_stops_the_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, at = station(project)
    real = Station.cast

    def cast(self: Station, form: str, entry: Any) -> tuple[Paper | Cast, Gist]:
        if entry.index == 0:
            raise ValueError("表格太宽")
        return real(self, form, entry)

    monkeypatch.setattr(Station, "cast", cast)
    bad, good = ran(plan, at)
    assert [left.why for left in bad.failed] == ["表格太宽"]
    assert good.made


def test_a_folder_at_the_target_never_stops_the_others(project: Project) -> None:
    plan, at = station(project)
    (project.out / plan.jobs[0].targets[0][1]).mkdir(parents=True)
    bad, good = ran(plan, at)
    assert bad.failed[0].why.startswith("写不进去")
    assert good.made


def test_a_document_that_is_open_in_wps_is_told_and_never_stops_the_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, at = station(project)
    target = project.out / plan.jobs[0].targets[0][1]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_name(f"~${target.name}").touch()
    real = Path.replace

    def replace(part: Path, path: Path) -> Path:
        if path == target:
            raise PermissionError(errno.EACCES, "拒绝访问。", str(path))
        return real(part, path)

    monkeypatch.setattr(Path, "replace", replace)
    bad, good = ran(plan, at)
    assert [left.why for left in bad.failed] == ["写不进去：它正在 WPS、Word 或 Excel 里开着，关掉再试"]
    assert good.made
    assert list(target.parent.glob("*.baoxue~")) == []


def test_a_full_disk_is_told_of_the_job_it_hits(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, at = station(project)
    house_styles(styles_file())  # read once, and remembered in a file of its own
    real, calls = os.fsync, []

    def full(file: int) -> None:
        calls.append(file)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    bad, good = ran(plan, at)
    assert [left.why for left in bad.failed] == ["写不进去：磁盘满了"]
    assert good.made
    assert [path.name for path in project.out.rglob("*石小满*")] == []


def test_a_killed_worker_is_told_and_hangs_nothing(project: Project) -> None:
    plan, at = station(project, DyingStation)
    results = ran(plan, at, workers=2)
    assert len(results) == 2
    assert "做到一半被系统停掉了" in results[1].failed[0].why


def test_jobs_left_by_a_killed_worker_are_made_after_all(project: Project) -> None:
    names = ["石一", "木小春", *(f"石{n:02}" for n in range(8))]
    project.out.mkdir()
    students = [{"班级": "三年级（1）班", "姓名": name, "性别": "女"} for name in names]
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    project.paper('- text: "{{ student.name }}"', filename="{{ student.name }}")
    prepared = project.prepared()
    results = ran(prepared.plan, DyingStation(prepared.context, prepared.catalogue, project.out, False), workers=2)
    assert [left.label for result in results for left in result.failed] == ["木小春"]
    assert sum(len(result.made) for result in results) == 9


def test_every_job_is_told_of_after_a_worker_was_killed(project: Project) -> None:
    students = [{"班级": "三年级（1）班", "姓名": f"木小春{n:02}", "性别": "女"} for n in range(30)]
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    project.paper('- text: "{{ student.name }}"', filename="{{ student.name }}")
    prepared = project.prepared()
    results = ran(prepared.plan, DyingStation(prepared.context, prepared.catalogue, project.out, False), workers=2)
    assert [left.label for result in results for left in result.failed] == [row["姓名"] for row in students]


def test_ctrl_c_begins_nothing_more_and_is_raised_again(project: Project) -> None:
    plan, at = station(project)
    told: list[Result] = []

    def interrupted(result: Result) -> None:
        told.append(result)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan, at, 1, interrupted)
    assert len(told) == 1
    assert project.files() == ["1-石小满.docx"]


def test_ctrl_c_with_several_workers_tells_all_that_was_made_and_begins_nothing_more(project: Project) -> None:
    students = [{"班级": "三年级（1）班", "姓名": f"石{n:02}", "性别": "女"} for n in range(30)]
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    plan, at = station_of(project)
    told: dict[Job, Result] = {}

    def interrupted(result: Result) -> None:
        told[result.job] = result
        if len(told) == 1:
            send_signal()

    with pytest.raises(KeyboardInterrupt):
        run(plan, at, 2, interrupted)
    made = {made.path for result in told.values() for made in result.made}
    known = {target for target in known_files(project.out) if (project.out / target).exists()}
    assert made <= known
    assert sorted(known) == project.files()  # a worker may be ended between a file and the word of it
    assert 1 <= len(made) < 30
    assert multiprocessing.active_children() == []


def test_ctrl_c_in_the_middle_of_a_job_tells_the_files_it_has_made(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.paper('- grid: {columns: [1], rows: [["{{ student.name }}"]]}', formats=["docx", "xlsx"])
    prepared = project.prepared()
    project.out.mkdir()

    def interrupted(*_: object, **__: object) -> Printed:
        raise KeyboardInterrupt

    monkeypatch.setattr(sheet, "render", interrupted)
    told: list[Result] = []
    with pytest.raises(KeyboardInterrupt):
        run(prepared.plan, Station(prepared.context, prepared.catalogue, project.out, False), 1, told.append)
    assert [made.path.rpartition("/")[2] for result in told for made in result.made] == ["1-石小满.docx"]


def station_of(project: Project) -> tuple[Plan, Station]:
    project.paper('- text: "{{ student.name }}"', filename="{{ student.name }}")
    prepared = project.prepared()
    project.out.mkdir()
    return prepared.plan, Station(prepared.context, prepared.catalogue, project.out, overwrite=False)


def test_a_file_a_person_edited_is_kept_and_made_anew_when_that_is_asked(project: Project) -> None:
    plan, at = station(project)
    ran(plan, at)
    path = project.out / plan.jobs[0].targets[0][1]
    path.write_bytes(b"edited by hand")
    known = {target: ["of another run"] for job in plan.jobs for _, target in job.targets}
    kept, _ = ran(plan, replace(at, known=known))
    assert [(made.path, made.kept) for made in kept.made] == [(plan.jobs[0].targets[0][1], True)]
    assert path.read_bytes() == b"edited by hand"
    made, _ = ran(plan, replace(at, known=known, overwrite=True))
    assert not made.made[0].kept
    assert path.read_bytes() != b"edited by hand"


def test_a_dataset_whose_records_hang_together_endlessly_reaches_the_workers() -> None:
    chance = random.Random(1)
    staff = [Staff(name=f"T{n}") for n in range(60)]
    classes = [Class(grade="三年级", number=n, teacher=chance.choice(staff)) for n in range(25)]
    students = [Student(name=f"S{n}", class_=classes[n % 25]) for n in range(1000)]
    visits = [Visit(student=student, visitors=chance.sample(staff, 2)) for student in students for _ in range(2)]
    for visit in visits:
        assert visit.student
        visit.student.visits.append(visit)
        for visitor in visit.visitors:
            visitor.visits.append(visit)
    copy = pickle.loads(pickle.dumps(Dataset(staff=staff, classes=classes, students=students, visits=visits)))
    assert [visitor.name for visitor in copy.visits[7].visitors] == [visitor.name for visitor in visits[7].visitors]
    assert copy.students[5].visits[0] is copy.visits[10]
    assert copy.students[5].class_ is copy.classes[5]
    assert copy.visits[10] in copy.visits[10].visitors[0].visits
    assert Path(copy.file) == Path()


def test_what_a_row_does_not_say_is_not_sent_and_lists_without_elements_are_one_that_nobody_can_change() -> None:
    visit = Visit(student=Student(name="石小满"))
    one = Student(name="木小春", watched=False, visits=[visit])
    copy = pickle.loads(pickle.dumps(Dataset(students=[one, Student()], visits=[visit], file="数据.xlsx")))
    first, second = copy.students
    assert (first.name, first.watched, second.name, second.watched, copy.file) == (
        "木小春", False, None, None, "数据.xlsx",
    )  # fmt: skip
    assert first.visits == copy.visits
    assert second.visits is first.cases is copy.staff
    assert [*second.visits, 1] == [1]
    with pytest.raises(TypeError):
        second.visits.append(visit)


def test_papers_laid_out_one_by_one_are_counted_with_the_reason(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"', bundle="class", formats=["docx", "pdf"])
    prepared = project.prepared(single=False)
    project.out.mkdir()

    def counted(*, full: bool) -> list[tuple[tuple[str, int], ...]]:
        pdf.forget()  # lest papers like these were made before
        at = Station(prepared.context, prepared.catalogue, project.out, overwrite=True, full=full)
        (result,) = ran(prepared.plan, at)
        return [made.in_full for made in result.made]

    assert counted(full=False) == [(), (("同样版面的不满三份", 2),)]
    assert counted(full=True) == [(), (("按要求逐份排版", 2),)]
