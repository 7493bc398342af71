"""Numbers of identity: whether they can be, of which document they are, and what they tell of the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from operator import mul

from generator.dataset.masking import called, is_masked, mask
from generator.dataset.models import Dataset, Guardian, Student, header_of
from generator.errors import Level, Problem

RESIDENT, RESIDENCE, PERMANENT = "居民身份证", "港澳台居民居住证", "外国人永久居留身份证"
# What people call the documents that carry the 18-digit number of GB 11643; others have numbers of their own.
DOCUMENTS = {
    None: RESIDENT, "居民身份证": RESIDENT, "身份证": RESIDENT, "居民户口簿": RESIDENT, "户口簿": RESIDENT,
    "户口本": RESIDENT, "港澳台居民居住证": RESIDENCE, "外国人永久居留身份证": PERMANENT,
    "外国人永久居留证": PERMANENT, "境外永久居住证": PERMANENT,
}  # fmt: skip
# The first two digits of GB/T 2260. Counties and prefectures are not looked at: they are abolished, their numbers stay.
_RANGES = (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), range(71, 72))
PROVINCES = frozenset(str(number) for numbers in _RANGES for number in numbers)
RESIDENCES = frozenset(("81", "82", "83"))  # Hong Kong, Macao, Taiwan

OF_AGE = 18
PARENTS = ("父亲", "母亲", "爸爸", "妈妈", "父", "母")
YOUNGEST_PARENT = 12  # years older than the child
_MEN = "父亲 爸爸 父 祖父 爷爷 外祖父 外公 姥爷 伯父 叔叔 叔父 舅舅 哥哥"
_WOMEN = "母亲 妈妈 母 祖母 奶奶 外祖母 外婆 姥姥 伯母 婶婶 姑姑 姑妈 舅妈 姐姐"
SEXES = dict.fromkeys(_MEN.split(), "男") | dict.fromkeys(_WOMEN.split(), "女")
"""Of which sex somebody is by the relation to the child."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_NOUGHTS = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS = "10X98765432"
_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
_Fault = tuple[str, str, Level]  # what is wrong, what to do, and how grave it is


def student_numbers(dataset: Dataset) -> Iterator[Problem]:
    """Yield students whose identity number is impossible, of another document than they say, or contradicts the date
    of birth or the sex."""
    for student in dataset.students:
        number = student.id_no
        if not number or student.id_type not in DOCUMENTS:
            continue
        if DOCUMENTS[student.id_type] is PERMANENT and len(number) != 18:
            continue  # of the kind given out before 2023, fifteen letters and digits
        if fault := _fault(number):
            yield _problem(student, *fault)
        else:
            yield from _of_another_document(student, number)
            yield from _contradictions(student, number)


def guardian_numbers(dataset: Dataset) -> Iterator[Problem]:
    """Yield family members whose identity number is impossible or is that of somebody else in the family, as age, sex
    and the other numbers tell.

    The roster does not say what document it is, so what does not look like a resident's number is only unverifiable.
    """
    day = dataset.settings.today or dataset.settings.term_start
    for student, member in dataset.families():
        number = member.id_no
        if not number:
            continue
        if fault := _fault(number):
            if len(number) != 18 and fault[2] == "error":
                fault = ("不是 18 位，无法核对", "如果是身份证号，核对原件", "warning")
            yield _problem(member, *fault)
            continue
        if not _document(number):
            yield _problem(member, *_UNKNOWN_REGION)
        owner = student if number == student.id_no else student.member1
        if not owner or owner is member or owner.id_no != number:
            yield from _kinship(student, member, number, day)
        else:
            what = f"{called(student)}家有两个人是同一个身份证件号 {mask(number)}"
            yield Problem(member.where("id_no"), what, "照各人的原件核对", also=(owner.where("id_no"),))


def student_numbers_of_others(dataset: Dataset) -> Iterator[Problem]:
    """Yield national student numbers made of another number than the child's own, as most are made of it."""
    for student in dataset.students:
        made = (student.student_no or "")[1:]
        if len(made) == 18 and student.id_no and made != student.id_no and made.upper() != student.id_no.upper():
            what = f"{called(student)}的全国学籍号与身份证件号不是同一个号码"
            yield Problem(student.where("student_no"), what, "核对是不是填了别人的；号码改过的不用管", "warning")


# The number alone


_UNKNOWN_REGION: _Fault = ("开头的两位不是哪个省的代码", "照原件核对", "warning")


def _fault(number: str) -> _Fault | None:
    """Return what is wrong with an 18-digit identity number."""
    if not _NUMBER.fullmatch(number):
        if is_masked(number):
            return "打了星号，无法核对", "需要核对时填完整号码", "warning"
        found = f"有 {len(number)} 个字符" if len(number) != 18 else "里有别的字符"
        return f"{found}，应为 18 位数字，末位可以是 X", "照原件核对", "error"
    total = sum(map(mul, number.encode(), _WEIGHTS)) - _NOUGHTS
    if _CHECK_CHARACTERS[total % 11] != number[17].upper():
        return "校验位不对，有一位抄错", "照原件核对", "error"
    if _day(number[6:14]) is None:
        return "其中的出生日期不存在", "照原件核对", "error"
    return None


@cache
def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _document(number: str) -> str | None:
    """Return which document a number is of, by how it begins."""
    region = number[:2]
    if region in PROVINCES:
        return RESIDENT
    if region in RESIDENCES:
        return RESIDENCE
    return PERMANENT if region[0] == "9" else None


def _problem(record: Student | Guardian, what: str, todo: str, level: Level) -> Problem:
    return Problem(record.where("id_no"), f"身份证件号 {mask(record.id_no or '')} {what}", todo, level)


# The number and the person


def _of_another_document(student: Student, number: str) -> Iterator[Problem]:
    meant = _document(number)
    if meant is None:
        yield _problem(student, *_UNKNOWN_REGION)
    elif meant != DOCUMENTS[student.id_type]:
        named = f"是“{student.id_type}”" if student.id_type else f"空着，算{RESIDENT}"
        what = f"身份证件号 {mask(number)} 是{meant}的号码，而“{header_of(Student, 'id_type')}”{named}"
        yield Problem(student.where("id_type"), what, "照原件核对类型和号码", "warning")


def _contradictions(student: Student, number: str) -> Iterator[Problem]:
    born = _day(number[6:14])
    if student.birth_date and student.birth_date != born:
        what = f"出生日期 {student.birth_date} 与身份证件号中的 {born} 不一致"
        yield Problem(student.where("birth_date"), what, "照户口簿核对", also=(student.where("id_no"),))
    sex = _sex(number)
    if student.sex and student.sex != sex:
        what = f"性别“{student.sex}”与身份证件号（{sex}）不一致"
        yield Problem(student.where("sex"), what, "照户口簿核对", also=(student.where("id_no"),))


def _kinship(student: Student, member: Guardian, number: str, day: date | None) -> Iterator[Problem]:
    """Yield why a family member whose number is right cannot be who it is told to be."""
    born, relation = _day(number[6:14]), member.relation
    if born is None:
        return
    place = member.where
    if day and day.year - born.year <= OF_AGE and _age(born, day) < OF_AGE and member.is_guardian in (None, True):
        what = f"{called(student)}的监护人 {day} 时 {max(_age(born, day), 0)} 岁（按身份证件号），不满 {OF_AGE} 岁"
        yield Problem(place("id_no"), what, "照原件核对；不是监护人的，“是否监护人”填否")
    elif relation in PARENTS and (child := _birthday(student)) and _age(born, child) < YOUNGEST_PARENT:
        what = f"{called(student)}的{relation}按身份证件号只比孩子大 {max(_age(born, child), 0)} 岁"
        yield Problem(place("id_no"), what, "核对是不是填了别人的号码", "warning")
    if relation in SEXES and SEXES[relation] != _sex(number):
        what = f"{called(student)}的家庭成员关系是“{relation}”，而身份证件号是{_sex(number)}性的"
        yield Problem(place("id_no"), what, "核对是不是填了别人的号码", also=(place("relation"),))


def _birthday(student: Student) -> date | None:
    if student.birth_date or not student.id_no or not _NUMBER.fullmatch(student.id_no):
        return student.birth_date
    return _day(student.id_no[6:14])


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _sex(number: str) -> str:
    return "男" if int(number[16]) % 2 else "女"
