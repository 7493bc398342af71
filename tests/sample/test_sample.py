"""The sample dataset is what its script makes, is without fault, and holds what its page promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import ric

from generator.dataset import columns, load, sources
from generator.dataset.coverage import drawable
from generator.dataset.models import GRADES, NOTICES, Dataset, Guardian, Record, Student, lists
from generator.dataset.models import columns as columns_of
from tests.sample.school_days import has_lessons

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
FILES = ("sample.xlsx", "sample.yaml")
# What papers have to hold although it is worth a reminder.
ON_PURPOSE = ("七年级（1）班有两名周思彤", "七年级（1）班有 70 名学生，是超大班额（66 人以上）")


def make(out: Path, *options: str) -> Path:
    command = [sys.executable, str(DATA / "make_sample.py"), "--out", str(out), *options]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, cwd=ROOT, env=env, capture_output=True, text=True)
    return out


def rows(path: Path) -> dict[str, list[dict[str, str]]]:
    """Every sheet's rows without their empty cells."""
    tables, problems = sources.read(path, columns.is_header)
    assert not problems
    return {
        table.sheet: [
            {header: text for header, text in zip(table.header, cells, strict=True) if text}
            for cells in zip(*table.columns, strict=True)
        ]
        for table in tables
    }


def records(dataset: Dataset) -> list[Record]:
    return [
        dataset.settings,
        *dataset.counties,
        *dataset.townships,
        *dataset.villages,
        *dataset.schools,
        *dataset.classes,
        *dataset.staff,
        *dataset.students,
        *dataset.members,
        *dataset.absences,
        *dataset.cases,
        *dataset.visits,
        *dataset.notices,
        *dataset.inspections,
    ]


def families(dataset: Dataset) -> Iterator[tuple[Student, Guardian]]:
    for student in dataset.students:
        yield from ((student, member) for member in (student.member1, student.member2) if member)


def texts(dataset: Dataset) -> list[str]:
    everything = [*records(dataset), *(member for _, member in families(dataset))]
    values = [getattr(record, name) for record in everything for name in columns_of(type(record))]
    return [value for value in values if isinstance(value, str)]


def said(dataset: Dataset) -> list[list[Any]]:
    """Everything the records say, a link by the position of the record that it leads to."""
    everything = [record for model in lists() for record in dataset.of(model)]
    position = {id(record): index for index, record in enumerate(everything)}

    def value(thing: Any) -> Any:
        if isinstance(thing, Guardian):
            return fields(thing)
        if isinstance(thing, list):
            return [position[id(record)] for record in thing]
        return position[id(thing)] if isinstance(thing, Record) else thing

    def fields(record: Record) -> list[Any]:
        return [value(getattr(record, name)) for name in columns_of(type(record))]

    return [fields(record) for record in everything]


@pytest.mark.parametrize("name", FILES)
def test_committed_file_is_what_the_script_makes(name: str, tmp_path: Path) -> None:
    assert rows(make(tmp_path / name)) == rows(DATA / name)


def test_both_files_say_the_same() -> None:
    assert said(load(DATA / "sample.xlsx")[0]) == said(load(DATA / "sample.yaml")[0])


@pytest.mark.parametrize("name", FILES)
def test_check_only_reminds_of_what_is_there_on_purpose_and_every_character_can_be_drawn(name: str) -> None:
    _, problems = load(DATA / name, drawable(ROOT / "templates" / "_house" / "fonts"))
    assert [(problem.what, problem.level) for problem in problems] == [(what, "warning") for what in ON_PURPOSE]


def test_counts_are_as_promised(sample: Dataset) -> None:
    counted = {name: len(getattr(sample, name)) for name in ("students", "classes", "staff", "villages", "schools")}
    assert counted == {"students": 675, "classes": 45, "staff": 85, "villages": 16, "schools": 6}
    assert len(sample.townships[0].group) >= 12
    assert all(len(school.group) >= 5 for school in sample.schools if school.kind != "教学点")
    assert (len(sample.absences), len(sample.visits), len(sample.inspections)) == (71, 153, 6)
    sizes = [class_.size for class_ in sample.classes]
    assert (min(sizes), max(sizes)) == (1, 70)


def test_every_kind_of_visit_occurs(sample: Dataset) -> None:
    visit = columns_of(type(sample.visits[0]))
    for name in ("mode", "purpose"):
        assert {getattr(one, name) for one in sample.visits} == set(visit[name].choices)
    assert {len(one.visitors) for one in sample.visits} == {1, 2, 3}
    assert not [text for text, times in Counter(one.content for one in sample.visits).items() if times > 1]


def filled(record: Record, *names: str) -> bool:
    return all(getattr(record, name) for name in names)


def test_no_value_is_missing_that_a_paper_needs(sample: Dataset) -> None:
    for student in sample.students:
        assert student.guardian, student.where()
        assert filled(student.guardian, "name", "relation"), student.where()
        assert filled(student, "sex", "birth_date", "id_no", "student_no", "ethnicity", "village"), student.where()
        assert filled(student, "household_address", "address"), student.where()
    for case in sample.cases:
        assert filled(case, "reason", "reason_detail", "whereabouts", "progress", "responsible"), case.where()
        assert case.student
        assert case.student.guardian
        assert case.student.guardian.phone
        if case.returned:
            assert filled(case, "return_mode", "return_class", "placement", "keeper", "register_status"), case.where()
    for visit in sample.visits:
        may_be_empty = ("economy", "photo")
        assert filled(visit, *(name for name in columns_of(type(visit)) if name not in may_be_empty)), visit.where()


def test_three_families_gave_no_telephone_number(sample: Dataset) -> None:
    assert sum(not (student.guardian and student.guardian.phone) for student in sample.students) == 3


def test_cases_run_from_absence_through_visits_to_return(sample: Dataset) -> None:
    assert len(sample.cases) == 15
    assert sum(case.returned for case in sample.cases) == 7
    stages = [case.student.class_.stage for case in sample.cases if case.student and case.student.class_]
    assert Counter(stages) == {"初中": 12, "小学": 3}
    for case in sample.cases:
        assert case.student
        assert case.found_on
        urging = [visit.visited_on for visit in case.student.visits]
        assert all(visit.purpose == "劝返" for visit in case.student.visits)
        assert 2 <= case.attempts <= 5  # as many as a report of one page holds
        assert case.attempts == len(urging)
        assert (case.student.status == "辍学") is not case.returned


def test_notices_follow_a_week_of_persuasion_that_failed(sample: Dataset) -> None:
    issued = [notice for notice in sample.notices if notice.number]
    assert [notice.number for notice in issued] == [f"云政返通〔2026〕{number}号" for number in (1, 2, 3)]
    assert Counter(notice.sort for notice in sample.notices) == dict(zip(NOTICES, (6, 2, 1), strict=True))
    for notice in sample.notices:
        assert notice.case
        first = min(visit.visited_on for visit in notice.case.visits if visit.visited_on)
        day = notice.issued_on or sample.settings.today
        assert day
        assert sample.settings.term_start
        assert sample.settings.term_start <= first <= day - timedelta(days=7)
        assert has_lessons(day)
        assert not notice.case.returned_on or notice.case.returned_on > day
        assert bool(notice.issued_on) is bool(notice.number)


def test_service_is_told_through_relatives_and_by_leaving(sample: Dataset) -> None:
    first, second, third = (notice for notice in sample.notices if notice.number)
    for notice, relation in ((first, "母亲"), (second, "父亲")):  # of the guardian, who is served: the grandparents
        assert notice.case
        assert notice.case.student
        assert notice.case.student.member2
        assert (notice.received_by, notice.receiver_relation) == (notice.case.student.member2.name, relation)
        assert notice.proxy_reason
    assert third.served_mode == "留置送达"
    assert all((third.refusal, third.witness, third.witness_unit))
    assert all(notice.served_at and notice.servers and notice.served_place for notice in (first, second, third))


def test_no_child_is_sent_two_notices_of_a_kind(sample: Dataset) -> None:
    assert len({(notice.case, notice.sort) for notice in sample.notices}) == len(sample.notices)


def test_an_order_to_mend_is_drafted_where_the_return_notice_has_lapsed(sample: Dataset) -> None:
    order, ahead = (notice for notice in sample.notices if notice.sort == NOTICES[1])
    assert ahead.case
    assert NOTICES[2] in {notice.sort for notice in ahead.case.notices}  # which could not stand without it
    assert order.case
    assert sample.settings.today
    (lapsed,) = (notice for notice in order.case.notices if notice.deadline)
    assert lapsed.deadline
    assert lapsed.deadline < sample.settings.today
    assert order.case.is_open


def test_a_child_put_into_another_grade_dropped_out_of_the_class_that_was_urging_it(sample: Dataset) -> None:
    (case,) = (case for case in sample.cases if case.placement == "调整年级就读")
    assert case.last_class
    assert (case.last_class.name, case.return_class and case.return_class.name) == ("八年级（2）班", "七年级（3）班")
    assert case.responsible is case.last_class.teacher
    assert all(case.last_class.teacher in visit.visitors for visit in case.visits)


def test_what_is_told_of_the_law_fits_the_child(sample: Dataset) -> None:
    for visit in sample.visits:
        assert visit.student
        reasons = {case.reason for case in visit.student.cases}
        if "外出务工的父母" in str(visit.law):
            assert visit.student.left_behind != "非留守儿童", visit.where()
        for words, reason in (("男孩女孩", "家长认识不到位"), ("休学", "因病"), ("随班就读", "因残")):
            assert words not in str(visit.law) or reasons == {reason}, visit.where()


def test_a_call_is_no_meeting(sample: Dataset) -> None:
    calls = [f"{visit.content}{visit.result}" for visit in sample.visits if visit.mode in ("电话", "视频")]
    assert not [said for said in calls if re.search("拉钩|签字|签名|临走|写在纸上|当面|带去|送去|翻看|倒了", said)]


def test_a_grade_has_one_leader(sample: Dataset) -> None:
    leaders = {(class_.school, class_.grade, class_.leader) for class_ in sample.classes}
    assert len(leaders) == len({(school, grade) for school, grade, _ in leaders})


def test_days_without_lessons_see_no_absence_and_no_return(sample: Dataset) -> None:
    days = [absence.start for absence in sample.absences] + [absence.end for absence in sample.absences]
    days += [day for case in sample.cases for day in (case.dropped_on, case.found_on, case.returned_on)]
    assert all(has_lessons(day) for day in days if day)


def test_children_have_the_age_of_their_grade_and_family_members_are_adults(sample: Dataset) -> None:
    moved = {case.student for case in sample.cases if case.placement == "调整年级就读"}
    for student in sample.students:
        assert student.class_
        assert student.birth_date
        sixth = 2020 - GRADES.index(str(student.class_.grade)) - 1
        if student not in moved:
            assert date(sixth, 9, 1) <= student.birth_date <= date(sixth + 1, 8, 31)
        assert student.student_no == f"G{student.id_no}"
    for _, member in families(sample):
        if member.id_no:
            assert int(member.id_no[6:10]) <= 2008
            assert (int(member.id_no[16]) % 2 == 1) is ("父" in str(member.relation))


def test_baseline_is_the_roll_at_the_start_of_the_year(sample: Dataset) -> None:
    moved = {case.student for case in sample.cases if case.placement == "调整年级就读"}
    for class_ in sample.classes:
        arrived = sum(student.entered == "202610" or student in moved for student in class_.students)
        left = sum(
            1 for case in sample.cases if case.student in moved and (class_.grade, class_.number) == ("八年级", 2)
        )
        assert class_.baseline == len(class_.students) - arrived + left, class_.where()
    assert any(not student.enrolled for student in sample.students)


def test_hostile_values_stand_in_addresses_and_talks(sample: Dataset) -> None:
    talks = [text for visit in sample.visits for text in (visit.content, visit.follow_up, visit.opinion) if text]
    addresses = [student.address for student in sample.students if student.address]
    for hostile in ("&", "<", ">", "=1+1", "{{ 7*7 }}"):
        assert any(hostile in text for text in talks), hostile
        assert any(hostile in text for text in addresses), hostile
    assert any('"' in text for text in addresses)
    assert [len(text) for text in addresses if len(text) > 60] == [300]


def test_names_are_short_long_rare_and_repeated(sample: Dataset) -> None:
    names = [str(student.name) for student in sample.students]
    assert {2, 3, 4, 25} <= {len(name) for name in names}
    assert sum("·" in name for name in names) == 2
    assert set("璟堃昇玥喆𬭎翀祎䶮") <= set("".join(names))
    within = Counter((student.class_, student.name) for student in sample.students)
    assert [name for (_, name), times in within.items() if times > 1] == ["周思彤"]
    twins = [student for student in sample.students if student.name == "周思彤"]
    assert any(student.visits for student in twins)


def test_nobody_can_be_called_or_has_the_number(sample: Dataset) -> None:
    long_numbers = {number for text in texts(sample) for number in re.findall(r"\d{11,17}[\dX]?", text)}
    assert all(ric.is_valid(number) for number in long_numbers if len(number) == 18)
    for number in long_numbers:
        assert number.startswith("1990000" if len(number) == 11 else "510000")
    assert len(long_numbers) > 2000


def test_larger_dataset_has_that_many_students_the_same_columns_and_no_fault(tmp_path: Path) -> None:
    path = make(tmp_path / "larger.xlsx", "--students", "1250")
    dataset, problems = load(path)
    assert [problem.what for problem in problems] == [
        what for what in (ON_PURPOSE[0], ON_PURPOSE[1].replace("70", "73")) for _ in dataset.townships
    ]
    assert (len(dataset.students), len(dataset.townships), len(dataset.schools)) == (1250, 2, 6)
    headers = {
        file: {table.sheet: table.header for table in sources.read(file, columns.is_header)[0]}
        for file in (path, DATA / "sample.xlsx")
    }
    assert headers[path] == headers[DATA / "sample.xlsx"]


def test_size_that_leaves_cases_without_children_is_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        make(tmp_path / "tiny.yaml", "--students", "5")
    assert refusal.value.returncode == 2
    assert "--students must be 400 to 150000" in refusal.value.stderr
