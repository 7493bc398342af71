"""What is read off the records and their links."""

from __future__ import annotations

from datetime import date

from generator.dataset.models import (
    Aid,
    Case,
    Class,
    Disability,
    Donation,
    Guardian,
    Hamlet,
    Hardship,
    Household,
    Inspection,
    Meeting,
    Pairing,
    Resident,
    School,
    Session,
    Staff,
    Student,
    Township,
    Tutoring,
    Village,
    Visit,
    Volume,
)  # fmt: skip


def test_the_visits_of_a_case_are_those_from_its_discovery_to_the_return() -> None:
    days = [date(2026, 9, day) for day in (30, 1, 8, 15, 20)]
    student = Student(visits=[Visit(visited_on=day, purpose="劝返") for day in days])
    case = Case(student=student, found_on=date(2026, 9, 8), returned_on=date(2026, 9, 20))
    assert [visit.visited_on and visit.visited_on.day for visit in case.visits] == [8, 15, 20]
    case.returned_on = None
    assert case.attempts == 4


def test_a_child_dropped_out_of_the_class_that_the_case_names() -> None:
    now, then = Class(grade="七年级", number=3), Class(grade="八年级", number=3)
    student = Student(class_=now)
    assert Case(student=student).last_class is now
    assert Case(student=student, dropped_from=then).last_class is then


def test_the_watch_list_holds_no_child_that_has_left() -> None:
    class_ = Class(students=[Student(watched=True), Student(watched=True, status="转出"), Student()])
    assert class_.watched == 1


def test_a_child_is_left_behind_when_one_or_both_parents_work_away() -> None:
    told = ("非留守儿童", "单亲留守儿童", "双亲留守儿童", None)
    children = [Student(left_behind=kind) for kind in told]
    assert [child.is_left_behind for child in children] == [False, True, True, False]
    gone = Student(left_behind="双亲留守儿童", status="转出")
    assert School(classes=[Class(students=[*children, gone])]).left_behind == children[1:3]


def test_father_and_mother_are_found_wherever_in_the_row_they_stand() -> None:
    father, aunt = Guardian(relation="父亲"), Guardian(relation="姑母")
    child = Student(member1=aunt, member2=father)
    assert (child.father, child.mother) == (father, None)


def test_a_child_is_taught_at_home_while_it_is_on_the_roll() -> None:
    home, here = (Student(disabilities=[Disability(placement=way)]) for way in ("送教上门", "随班就读"))
    gone = Student(status="毕业", disabilities=[Disability(placement="送教上门")])
    assert School(classes=[Class(students=[home, here, gone, Student()])]).taught_at_home == [home]


def test_a_child_that_came_back_is_known_by_its_latest_return_until_it_drops_out_again() -> None:
    first, second = Case(returned_on=date(2026, 9, 8)), Case(returned_on=date(2026, 10, 8))
    child = Student(cases=[second, first])
    assert child.returned_case is second
    child.cases.append(Case())
    assert child.returned_case is None


def test_the_last_visit_is_the_latest_and_not_the_lowest_in_the_sheet() -> None:
    visits = [Visit(visited_on=date(2026, 10, 8)), Visit(visited_on=date(2026, 9, 8)), Visit()]
    assert Student(visits=visits).last_visit is visits[0]
    assert Student().last_visit is None


def test_a_child_with_a_disability_is_of_the_township_it_lives_in_or_else_of_its_schools() -> None:
    here, there = Village(), Village()
    own, guest, lives_away = Disability(no="2", village=here), Disability(no="1"), Disability(no="3", village=there)
    here.disabilities, there.disabilities = [own], [lives_away]
    school = School(classes=[Class(students=[Student(disabilities=[guest]), Student(disabilities=[lives_away])])])
    assert Township(villages=[here], schools=[school]).disabilities == [guest, own]
    assert Township(villages=[there]).disabilities == [lives_away]


def test_a_child_with_a_disability_lives_where_it_is_told_to_or_where_the_student_does() -> None:
    here, there = Village(), Village()
    assert Disability(village=here, student=Student(village=there)).home is here
    assert Disability(student=Student(village=there)).home is there
    assert Disability().home is None


def test_a_committee_is_of_residents_in_a_neighbourhood_and_of_villagers_in_a_village() -> None:
    assert [Village(name=name).committee for name in ("溪头村", "云溪社区", None)] == [
        "溪头村村民委员会", "云溪社区居民委员会", None,
    ]  # fmt: skip


def test_the_roll_says_of_a_student_what_the_village_wrote_before() -> None:
    school, guardian = School(name="清溪小学"), Guardian(name="石大山", relation="父亲", phone="1")
    pupil = Student(school=school, class_=Class(grade="三年级", number=1), member1=guardian)
    one = Resident(pupil=pupil, state="未入学", school_name="旧校", household=Household(address="溪头村一组"))
    assert (one.schooling, one.attends, one.attends_class) == ("在校", "清溪小学", "三年级（1）班")
    assert one.roll_guardian is guardian
    one.guardian = "石小山"  # another one, of whom the roll knows nothing
    assert one.roll_guardian is None
    pupil.cases = [Case()]
    assert one.schooling == "辍学"
    pupil.cases, pupil.status = [], "转出"
    assert (one.schooling, one.attends) == ("未入学", "旧校")


def test_a_pupil_taught_at_home_stays_that_while_it_is_enrolled() -> None:
    assert Resident(pupil=Student(), state="送教上门").schooling == "送教上门"


def test_who_moved_away_does_not_live_and_who_moved_in_is_not_registered_at_the_households_address() -> None:
    household = Household(address="溪头村一组")
    told = {direction: Resident(household=household, direction=direction) for direction in (None, "流出", "流入")}
    assert [one.lives_in for one in told.values()] == [household, None, household]
    assert [one.registered_in for one in told.values()] == [household, household, None]


def test_the_cases_of_a_village_and_of_its_groups_are_those_of_the_children_who_live_there() -> None:
    village = Village(name="溪头村")
    child = Student(village=village)
    household = Household(village=village, group="一组")
    resident = Resident(household=household, pupil=child)
    village.students, village.households, household.residents = [child], [household], [resident]
    child.counted = [resident]
    later, first = (Case(student=child, dropped_on=date(2026, month, 1)) for month in (10, 9))
    child.cases, first.returned_on = [later, first], date(2026, 9, 9)
    assert (village.cases, village.open_cases) == ([first, later], [later])
    groups = [Hamlet(village=village, name=name) for name in ("一组", "二组")]
    assert [(one.residents, one.cases) for one in groups] == [([resident], [first, later]), ([], [])]


def test_a_helper_has_the_sessions_it_is_named_in_and_those_of_that_kind_alone() -> None:
    later, sooner = (Session(kind="结对帮扶", on=date(2026, 10, day), people="徐静、李梅") for day in (20, 10))
    tutored = Session(kind="学困辅导", on=date(2026, 10, 15), people="徐静")
    student = Student(sessions=[later, tutored, sooner, Session(kind="结对帮扶", people="乔艳")])
    assert Pairing(student=student, helper="徐静").sessions == [sooner, later]
    assert Tutoring(student=student, teacher=Staff(name="徐静")).sessions == [tutored]
    assert Tutoring(student=student).sessions == [tutored]


def test_what_is_granted_is_what_was_approved_or_paid() -> None:
    approved, paid = Aid(approved_on=date(2026, 10, 16)), Aid(paid_on=date(2026, 11, 6))
    assert Student(aids=[Aid(asked=750), approved, paid]).granted == [approved, paid]


def test_the_latest_finding_of_hardship_is_the_one_that_counts() -> None:
    first, second = Hardship(kind="脱贫户"), Hardship(kind="低保")
    assert Student(hardships=[first, second]).need is second
    assert Student().need is None


def test_only_children_on_the_roll_are_listed_in_need_tutored_or_paired() -> None:
    here, gone = (
        Student(status=status, hardships=[Hardship()], tutorings=[Tutoring()], pairings=[Pairing()])
        for status in (None, "转出")
    )
    class_ = Class(students=[gone, here])
    assert class_.needy == [here]
    assert class_.tutorings == here.tutorings
    assert School(classes=[class_]).pairings == here.pairings


def test_what_is_left_of_donations_is_counted_by_date() -> None:
    school = School()
    spent = Donation(school=school, on=date(2026, 9, 20), flow="支出", amount=0.2)
    first = Donation(school=school, on=date(2026, 9, 1), flow="收入", amount=0.3)
    unknown = Donation(school=school, on=date(2026, 10, 1), flow="收入")
    after = Donation(school=school, on=date(2026, 10, 2), flow="收入", amount=5)
    school.donations = [after, unknown, spent, first]
    assert [entry.balance for entry in school.account] == [0.3, 0.1, None, None]


def test_an_archive_stands_box_by_box_and_in_a_box_by_number() -> None:
    volumes = [Volume(no=no, box=box) for no, box in (("11-2026-10", 11), ("11-2026-2", 11), ("2-2026-1", 2))]
    assert [volume.no for volume in School(volumes=volumes).shelved] == ["2-2026-1", "11-2026-2", "11-2026-10"]


def test_a_meeting_has_a_line_to_sign_on_for_everybody_expected_and_some_to_spare() -> None:
    assert len(Meeting(expected=9).lines) == 12
    assert len(Meeting().lines) == 20


def test_the_leader_of_a_team_is_not_named_among_its_members() -> None:
    assert Inspection(team="石青、陈芳、林泉", lead="陈芳").members == "石青、林泉"
    assert Inspection(team="石青、陈芳").members == "石青、陈芳"
    assert Inspection().members == ""
