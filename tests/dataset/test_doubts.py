from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from generator.dataset import load
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import MODELS, Class, Dataset, Record, School, Township, attribute_types, columns
from generator.resources import data_dir
from tests.dataset.conftest import Load, Sheets

VISIT = {"学生": "石小满", "家访日期": "2026-10-12", "家访方式": "上门", "家访事由": "厌学", "家访教师": "T2"}
CASE = {"个案编号": "1", "学生": "石小满", "发现日期": "2026-10-12", "辍学日期": "2026-10-10", "辍学原因": "厌学"}


@pytest.fixture
def two_schools(sheets: Sheets) -> Sheets:
    """Two schools of one class each, with the same names in both."""
    sheets["学校"].append(
        sheets["学校"][0] | {"学校标识码": "3153000002", "学校名称": "云山县大坪小学", "学校简称": "大坪小学"}
    )
    for sheet in ("教职工", "班级", "学生"):
        sheets[sheet] = [row | {"学校": school} for school in ("清溪小学", "大坪小学") for row in sheets[sheet]]
    for number, row in enumerate(sheets["学生"]):
        row["全国学籍号"] = f"G{number}"
    return sheets


def why(value: Any) -> str:
    """Return why a value must not be relied on."""
    with pytest.raises(MissingValueError) as caught:
        bool(value() if callable(value) else value)
    missing: Missing = caught.value.missing
    return f"{missing.place.sheet}!{missing.place.cell} {missing.why}"


def test_a_dataset_without_errors_has_no_doubts(read: Load, sheets: Sheets) -> None:
    sheets["家访"], sheets["辍学个案"] = [VISIT], [CASE]
    dataset, _ = read(sheets)
    assert not any(isinstance(value, Missing) for value in everything(dataset))


def test_how_many_there_are_of_a_sheet_that_is_not_there_is_not_known(read: Load, sheets: Sheets) -> None:
    dataset, problems = read(sheets)
    assert problems == []
    assert why(dataset.staff[0].visits).endswith("没有“家访”表；没有的，留一张只有表头的表")
    assert why(lambda: dataset.schools[0].cases).startswith("辍学个案! 没有“辍学个案”表")
    assert dataset.students[0].cases == []


def test_a_dropout_of_whom_there_is_no_case_is_wanting_in_the_roster_of_its_school(
    read: Load, two_schools: Sheets
) -> None:
    two_schools["学生"][0]["学籍状态"] = "辍学"
    two_schools["辍学个案"] = [CASE | {"学生": "G2"}]
    dataset, _ = read(two_schools)
    here, there = dataset.schools
    assert why(lambda: here.cases).endswith("石小满的学籍状态是“辍学”，而没有未返校的个案")
    assert (there.cases, dataset.classes[0].size) == (dataset.cases, 2)


def everything(dataset: Dataset) -> Iterator[Any]:
    for record in dataset.records():
        for name in attribute_types(type(record)):
            yield getattr(record, name)


def test_a_value_that_is_wrong_cannot_be_used(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["出生日期"] = "不详"
    dataset, _ = read(sheets)
    assert why(dataset.students[0].birth_date) == "学生!E2 “出生日期”写的是“不详”"
    assert dataset.students[1].birth_date is None


def test_a_wrong_value_of_a_family_member_cannot_be_used(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["成员1身份证件号"] = "530000201703042360"
    dataset, _ = read(sheets)
    assert dataset.students[0].member1 is not None
    assert "校验位" in why(dataset.students[0].member1.id_no)


@pytest.mark.parametrize("named", ["三年级（7）班", ""])
def test_no_roll_of_the_school_can_be_counted_while_a_child_has_no_class(
    read: Load, two_schools: Sheets, named: str
) -> None:
    two_schools["学生"][0]["班级"] = named
    dataset, problems = read(two_schools)
    there, elsewhere = dataset.classes
    assert len(problems) == 1
    cell = f"学生!A2 {problems[0].what}"
    assert why(dataset.students[0].class_) == cell
    assert why(there.students) == why(lambda: there.size) == why(lambda: dataset.schools[0].enrolled) == cell
    assert elsewhere.size == 2
    assert why(lambda: dataset.townships[0].students) == cell


def test_no_roll_can_be_counted_while_a_child_has_no_school(read: Load, two_schools: Sheets) -> None:
    two_schools["学生"][0]["学校"] = "清西小学"
    dataset, (problem,) = read(two_schools)
    for class_ in dataset.classes:
        assert why(class_.students).endswith(problem.what)
    assert why(dataset.students[0].class_).endswith(problem.what)


def test_a_visit_to_somebody_unknown_may_be_to_any_child_of_its_school(read: Load, two_schools: Sheets) -> None:
    two_schools["家访"] = [VISIT | {"学生": "石小蛮", "学校": "清溪小学"}]
    dataset, (problem,) = read(two_schools)
    assert all(why(student.visits).endswith(problem.what) for student in dataset.students[:2])
    assert all(student.visits == [] for student in dataset.students[2:])
    assert why(dataset.visits[0].visitors).endswith(problem.what)


def test_a_visit_to_somebody_unknown_may_be_to_any_child_at_all(read: Load, two_schools: Sheets) -> None:
    two_schools["家访"] = [VISIT | {"学生": "石小蛮"}]
    dataset, (problem,) = read(two_schools)
    assert all(why(student.visits).endswith(problem.what) for student in dataset.students)
    assert all(why(person.visits).endswith(problem.what) for person in dataset.staff)


def test_a_case_of_somebody_unknown_may_be_wanting_in_any_roster(read: Load, two_schools: Sheets) -> None:
    two_schools["辍学个案"] = [CASE | {"学生": "无名氏"}]
    dataset, (problem,) = read(two_schools)
    assert all(why(lambda school=school: school.cases).endswith(problem.what) for school in dataset.schools)


def test_one_unknown_visitor_leaves_open_who_has_made_the_visit(read: Load, sheets: Sheets) -> None:
    sheets["家访"] = [VISIT | {"家访教师": "T2、无名氏"}]
    dataset, (problem,) = read(sheets)
    assert why(dataset.visits[0].visitors).endswith(problem.what)
    assert all(why(person.visits).endswith(problem.what) for person in dataset.staff)


def test_a_mistyped_number_may_be_of_any_school_and_a_mistyped_name_only_of_its_own(
    read: Load, two_schools: Sheets
) -> None:
    two_schools["家访"] = [VISIT | {"学校": "清溪小学", "家访教师": "林老帅"}]
    dataset, _ = read(two_schools)
    assert [isinstance(person.visits, Missing) for person in dataset.staff] == [True, True, False, False]
    two_schools["家访"][0]["家访教师"] = "T33"
    dataset, _ = read(two_schools)
    assert all(isinstance(person.visits, Missing) for person in dataset.staff)


def test_a_case_whose_class_of_then_is_unknown_may_be_of_any_school(read: Load, two_schools: Sheets) -> None:
    two_schools["辍学个案"] = [CASE | {"学生": "G0", "辍学时班级": "大坪小学三年级（7）班"}]
    dataset, (problem, _) = read(two_schools)
    assert all(why(lambda school=school: school.cases).endswith(problem.what) for school in dataset.schools)


def test_many_rows_in_doubt_are_marked_in_one_go(read: Load, two_schools: Sheets) -> None:
    two_schools["家访"] = [VISIT | {"学生": f"无名{number}"} for number in range(300)]
    dataset, problems = read(two_schools)
    assert why(dataset.students[0].visits).endswith(problems[0].what)


def test_a_visit_whose_date_is_wrong_leaves_the_count_open(read: Load, sheets: Sheets) -> None:
    sheets["辍学个案"] = [CASE]
    sheets["家访"] = [VISIT, VISIT | {"家访日期": "十月"}]
    dataset, _ = read(sheets)
    assert why(lambda: dataset.cases[0].attempts) == "家访!B3 “家访日期”写的是“十月”"


def test_a_return_whose_date_is_wrong_is_no_return(read: Load, sheets: Sheets) -> None:
    sheets["辍学个案"] = [CASE | {"复学日期": "十月"}]
    dataset, _ = read(sheets)
    assert "复学日期" in why(lambda: dataset.cases[0].returned)
    assert "复学日期" in why(lambda: dataset.schools[0].open_cases)


def test_who_may_stand_there_twice_cannot_be_counted_and_neither_number_is_relied_on(
    read: Load, sheets: Sheets
) -> None:
    sheets["学生"][1]["全国学籍号"] = sheets["学生"][0]["全国学籍号"]
    dataset, (problem,) = read(sheets)
    for student in dataset.students:
        assert why(student.student_no) == why(student.class_) == f"学生!D3 {problem.what}"
    assert why(dataset.classes[0].students) == f"学生!D3 {problem.what}"


def test_a_member_of_no_group_may_belong_to_any(read: Load, sheets: Sheets) -> None:
    sheets["领导小组"] = [{"组内职务": "组长", "姓名": "甲", "职务": "乙"}]
    dataset, (problem,) = read(sheets)
    assert why(dataset.townships[0].group).endswith(problem.what)
    assert why(dataset.schools[0].group).endswith(problem.what)


def test_what_was_wrong_first_is_told(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["班级"] = "九班"
    sheets["学生"][1]["班级"] = "十班"
    dataset, _ = read(sheets)
    assert why(dataset.classes[0].students).startswith("学生!A2")


def test_doubts_are_the_same_from_yaml(sheets: Sheets, tmp_path: Any) -> None:
    from generator.dataset.workbook import write_yaml

    sheets["学生"][0] |= {"班级": "九班", "出生日期": "不详"}
    del sheets["学生"][1]["性别"]
    write_yaml(sheets, tmp_path / "数据.yaml")
    dataset, _ = load(tmp_path / "数据.yaml")
    assert "九班" in why(dataset.classes[0].students)
    assert "不详" in why(dataset.students[0].birth_date)
    assert "没有填" in why(dataset.students[1].sex)
    assert dataset.students[1].birth_date is None


def test_doubts_travel_to_worker_processes(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0] |= {"班级": "九班", "出生日期": "不详"}
    dataset = pickle.loads(pickle.dumps(read(sheets)[0]))
    assert "九班" in why(dataset.classes[0].students)
    assert "不详" in why(dataset.students[0].birth_date)


# Properties


SAMPLE, _ = load(data_dir() / "sample.xlsx")
PROPERTIES = [
    (model, name)
    for model in MODELS
    for name in attribute_types(model)
    if isinstance(getattr(model, name, None), property)
]


@pytest.mark.parametrize(("model", "name"), PROPERTIES, ids=lambda value: getattr(value, "__name__", value))
def test_no_property_gets_round_a_doubtful_value(
    model: type[Record], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each value that a property reads is put in doubt in turn, and the property must no longer answer."""
    record = max(SAMPLE.of(model), key=lambda one: len(reads(one, name, monkeypatch)))
    found = reads(record, name, monkeypatch)
    assert found
    for read, attribute in found:
        before = getattr(read, attribute)
        setattr(read, attribute, Missing(attribute, read.where(attribute), "不可靠"))
        try:
            assert not answers(record, name), f"{model.__name__}.{name} does not mind {type(read).__name__}.{attribute}"
        finally:
            setattr(read, attribute, before)


def answers(record: Record, name: str) -> bool:
    """Return whether a property gives a value that can be used."""
    try:
        bool(getattr(record, name))
    except MissingValueError:
        return False
    return True


def reads(record: Record, name: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Record, str]]:
    """Return what a property reads: the first few of each kind."""
    found: dict[tuple[type[Record], str], Record] = {}

    def watched(self: Record, attribute: str) -> Any:
        kinds = type(self).__dataclass_fields__
        if attribute in kinds and attribute not in ("origin", "member1", "member2"):  # a family member is there or not
            found.setdefault((type(self), attribute), self)
        return object.__getattribute__(self, attribute)

    with monkeypatch.context() as patch:
        patch.setattr(Record, "__getattribute__", watched, raising=False)
        getattr(record, name)
    return [(read, attribute) for (_, attribute), read in found.items()]


def test_the_properties_of_the_models_are_all_tried() -> None:
    assert {(Class, "roll"), (School, "cases"), (Township, "students")} <= set(PROPERTIES)
    assert all(name not in columns(model) for model, name in PROPERTIES)
