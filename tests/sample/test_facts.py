"""What the sample tells fits together: where and when a talk was, what was said in it, who went, what came of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from generator.dataset.models import NOTICES, Case, Dataset, Guardian, Student, Visit
from generator.policy.turns import out_of_turn
from tests.owing import preset
from tests.sample.school_days import has_lessons, school_day

LATE = {"因病", "务农经商"}  # the cases that an inspector is to find
HARDSHIP = {  # what a talk with the family calls it
    "低保": "低保",
    "脱贫户": "脱贫",
    "监测户": "监测",
    "支出型困难": "支出型困难|治病花费",
    "突发困难": "临时救助|重建补助",
    "孤儿": "孤儿",
}
HOURS = {  # what is told of a talk, how it was held (in any way when empty), the first and the last time for it
    ("送孩子时顺路", ""): ("07:30", "07:55"),
    ("来接孩子", ""): ("15:40", "16:30"),
    ("傍晚拨通", ""): ("17:00", "19:00"),
    ("晚饭后", ""): ("18:20", "21:00"),
    ("放学后(上门|到家里)", "上门"): ("16:30", "21:00"),
    ("第一节课不见人|早读不见人|报到", "电话"): ("07:30", "11:30"),
    ("(当天)?(中午|下午)(返校|到校|由家长送)", ""): ("07:30", "12:30"),
}
NEEDS = (  # words about what must be so
    ("上学路上|放学路上|结伴回家|放学直接回家|送孩子|来接孩子|班车|自行车|早上起不来|踩着铃声", "boarding", "走读"),
    ("同寝室|住校生", "boarding", "住校"),
    ("父母一年回来一次|外出的父亲", "left_behind", "双亲留守儿童"),
)
TOWNSFOLK = "村里|村务|秋粮|山路|喂猪|养猪|院子"  # what a home in the street of the town has not
KIN = {"奶奶": "祖母", "爷爷": "祖父"}


def ordinary(dataset: Dataset) -> list[Visit]:
    """The visits outside cases."""
    return [visit for visit in dataset.visits if visit.purpose != "劝返"]


def told(visit: Visit) -> str:
    """Everything a record says of a talk, the law apart."""
    parts = (visit.cause, visit.thoughts, visit.opinion, visit.content, visit.result, visit.follow_up)
    return "\n".join(part for part in parts if part)


def pupil(visit: Visit) -> Student:
    assert visit.student
    return visit.student


def day(visit: Visit) -> date:
    assert visit.visited_on
    return visit.visited_on


def family(student: Student) -> list[Guardian]:
    return [member for member in (student.member1, student.member2) if member]


def found(case: Case) -> date:
    assert case.found_on
    return case.found_on


def posts(visit: Visit) -> set[str | None]:
    return {person.post for person in visit.visitors}


# where


def test_a_visit_at_home_is_paid_where_the_address_of_the_child_says(sample: Dataset) -> None:
    for visit in sample.visits:
        if visit.mode == "上门":
            village = re.match(r"(松岭乡大湾村|.+?(村|社区))", str(visit.place))
            assert village, visit.where()
            assert village[1] in str(pupil(visit).address), visit.where()


def test_a_child_belongs_to_the_village_it_lives_in(sample: Dataset) -> None:
    elsewhere = {case.student for case in sample.cases if case.reason == "因灾"}  # the family is away from home
    for student in sample.students:
        assert student.village
        address = student.household_address if student in elsewhere else student.address
        assert str(student.village.name) in str(address), student.where()


def test_who_lives_in_the_street_of_the_town_has_no_village_life(sample: Dataset) -> None:
    for visit in ordinary(sample):
        if "云溪社区" in str(pupil(visit).address):
            assert not re.search(TOWNSFOLK, told(visit) + str(visit.place)), visit.where()


# how a family lives


def test_a_family_lives_the_same_way_in_every_talk(sample: Dataset) -> None:
    tales = defaultdict(set)
    for visit in sample.visits:
        tales[pupil(visit)].add(visit.economy)
    assert {len(one) for one in tales.values()} == {1}


def test_a_talk_names_the_hardship_that_the_roll_has_and_no_other(sample: Dataset) -> None:
    for visit in sample.visits:
        own = HARDSHIP.get(str(pupil(visit).hardship))
        assert not own or re.search(own, str(visit.economy)), visit.where()
        others = "|".join(words for words in HARDSHIP.values() if words != own)
        assert not re.search(others, str(visit.economy)), visit.where()
        assert own or not re.search("补助本学期|资助申请材料|补助发到", told(visit)), visit.where()
        assert not own or "不缺这份钱" not in told(visit), visit.where()


def test_what_needs_a_certain_home_is_told_of_such_a_child(sample: Dataset) -> None:
    for visit in ordinary(sample):
        for words, attribute, value in NEEDS:
            assert not re.search(words, told(visit)) or getattr(pupil(visit), attribute) == value, visit.where()


def test_a_family_of_which_work_is_told_does_that_work(sample: Dataset) -> None:
    for visit in ordinary(sample):
        if re.search("养猪|秋粮", told(visit)):
            assert "在家务农" in {member.workplace for member in family(pupil(visit))}, visit.where()
        if "父母吵架" in told(visit):
            assert {"父亲", "母亲"} == {member.relation for member in family(pupil(visit))}, visit.where()


def test_no_two_members_of_a_family_have_one_name(sample: Dataset) -> None:
    for student in sample.students:
        names = [member.name for member in family(student)]
        assert len(set(names)) == len(names), student.where()


def test_a_hurt_or_ball_playing_child_has_no_disability(sample: Dataset) -> None:
    for visit in ordinary(sample):
        assert not (re.search("扭伤|摔伤|足球", told(visit)) and pupil(visit).disability), visit.where()


def test_who_is_said_to_have_spoken_is_who_was_met(sample: Dataset) -> None:
    for visit in ordinary(sample):
        speaker = re.match("奶奶|爷爷|(外)?祖父|(外)?祖母|父亲|母亲", str(visit.opinion))
        assert not speaker or visit.relation == KIN.get(speaker[0], speaker[0]), visit.where()
        members = [(member.name, member.relation) for member in family(pupil(visit))]
        assert (visit.interviewee, visit.relation) in members, visit.where()


def test_who_works_away_is_met_at_home_only_when_back_for_the_festival(sample: Dataset) -> None:
    for visit in sample.visits:
        (member,) = (one for one in family(pupil(visit)) if one.name == visit.interviewee)
        if visit.mode in ("上门", "到校面谈") and str(member.workplace).startswith(("外省", "省城", "沿海")):
            assert "回来过节" in str(visit.content), visit.where()


# when


def test_hours_and_days_fit_the_way_of_meeting(sample: Dataset) -> None:
    for visit in sample.visits:
        lessons = has_lessons(day(visit))
        home = ("16:30", "20:00") if lessons else ("09:00", "20:00")
        hours = {"上门": home, "到校面谈": ("07:30", "17:00"), "电话": ("08:00", "21:00"), "视频": ("17:00", "21:00")}
        first, last = hours[str(visit.mode)]
        assert re.fullmatch(r"\d\d:\d\d", str(visit.time)), visit.where()
        assert first <= str(visit.time) <= last, visit.where()
        assert lessons or visit.mode != "到校面谈", visit.where()


def test_hours_fit_what_is_told(sample: Dataset) -> None:
    for visit in sample.visits:
        for (words, mode), (first, last) in HOURS.items():
            if re.search(words, f"{visit.content}\n{visit.result}") and mode in ("", visit.mode):
                assert first <= str(visit.time) <= last, (visit.where(), words)


def test_boarders_are_visited_at_home_on_days_off(sample: Dataset) -> None:
    for visit in ordinary(sample):
        if pupil(visit).boarding == "住校" and visit.mode != "到校面谈":
            assert not has_lessons(day(visit)), visit.where()


def test_nobody_pays_two_visits_within_an_hour(sample: Dataset) -> None:
    for person in sample.staff:
        times = defaultdict(list)
        for visit in person.visits:
            hour, minute = map(int, str(visit.time).split(":"))
            times[day(visit)].append(60 * hour + minute)
        for minutes in times.values():
            assert all(later - earlier >= 60 for earlier, later in pairwise(sorted(minutes))), person.where()


def test_a_child_without_a_number_is_not_called(sample: Dataset) -> None:
    for visit in sample.visits:
        (member,) = (one for one in family(pupil(visit)) if one.name == visit.interviewee)
        assert visit.mode not in ("电话", "视频") or member.phone, visit.where()


# what was said


def test_an_injury_is_looked_after_before_it_is_told_of(sample: Dataset) -> None:
    for visit in sample.visits:
        assert not ("骨折" in told(visit) and "同意送检" in told(visit)), visit.where()


def test_no_two_talks_with_a_family_are_at_odds(sample: Dataset) -> None:
    once = Counter(visit.student for visit in ordinary(sample) if "未到校" not in str(visit.result))
    assert set(once.values()) == {1}
    assert not {case.student for case in sample.cases} & set(once)


def test_no_child_is_absent_twice(sample: Dataset) -> None:
    assert max(Counter(absence.student for absence in sample.absences).values()) == 1


# truants


def truancies(dataset: Dataset) -> Iterator[tuple[Student, date, date | None]]:
    """Truancies that became no case."""
    for absence in dataset.absences:
        assert absence.student
        assert absence.start
        if absence.kind == "旷课" and not absence.student.cases:
            yield absence.student, absence.start, absence.end


def test_a_truant_is_visited_the_same_day_and_back_the_next(sample: Dataset) -> None:
    back = [(student, start) for student, start, end in truancies(sample) if end == start]
    assert len(back) == 13
    for student, start in back:
        (visit,) = student.visits
        assert (visit.purpose, visit.mode, day(visit)) == ("无故缺勤", "上门", start)
        assert "第二天" in str(visit.result)
        assert has_lessons(start + timedelta(days=1))


def test_of_a_truant_who_stays_away_no_return_is_told_and_the_leader_goes_the_second_day(sample: Dataset) -> None:
    (truant,) = ((student, start) for student, start, end in truancies(sample) if end != start)
    student, start = truant
    first, second = student.visits
    assert (day(first), day(second)) == (start, school_day(start, 2))
    assert posts(first) == {"班主任"}
    assert posts(second) & {"副校长", "教导主任"}
    assert all(str(visit.result).startswith("未到校") for visit in (first, second))


# cases


def test_cases_follow_the_ladder_of_the_policy(sample: Dataset) -> None:
    for case in sample.cases:
        if case.reason not in LATE:
            first, *others = case.visits
            assert case.dropped_on == found(case) == day(first), case.where()
            assert (first.mode, posts(first)) == ("电话", {"班主任"}), case.where()
            assert str(first.time) <= "12:00", case.where()
            steps = {day(visit): posts(visit) for visit in others if visit.mode == "上门"}
            assert steps.get(found(case)) == {"班主任"}, case.where()
            assert steps.get(school_day(found(case), 2), set()) & {"副校长", "教导主任"}, case.where()
            assert {"校长", "班主任"} <= steps.get(school_day(found(case), 3), set()), case.where()


def test_two_cases_are_late_for_an_inspector_to_find(sample: Dataset) -> None:
    late = [case for case in sample.cases if case.reason in LATE]
    assert len(late) == 2
    for case in late:
        assert case.dropped_on
        assert found(case) >= school_day(case.dropped_on, 3)
        assert day(case.visits[0]) > found(case)
        assert not any("校长" in posts(visit) for visit in case.visits)


def test_every_contact_in_a_case_is_made_by_the_teacher_of_the_class_left(sample: Dataset) -> None:
    for case in sample.cases:
        assert case.last_class
        assert all(case.last_class.teacher in visit.visitors for visit in case.visits), case.where()


def test_absence_becomes_a_case_on_the_third_day_or_when_it_is_found(sample: Dataset) -> None:
    for case in sample.cases:
        assert case.student
        assert case.dropped_on
        (absence,) = case.student.absences
        assert absence.kind == "旷课"
        assert (absence.start, absence.end) == (case.dropped_on, max(found(case), school_day(case.dropped_on, 3)))
        assert school_day(case.dropped_on, absence.days or 0) == absence.end


def test_nobody_is_back_before_the_last_talk_which_names_the_day(sample: Dataset) -> None:
    for case in sample.cases:
        *before, last = case.visits
        for visit in before if case.return_mode == "劝返复学" else case.visits:
            assert re.match("未返校|未到校|去向", str(visit.result)), visit.where()
        if case.return_mode == "劝返复学":
            monday = day(last) + timedelta(days=7 - day(last).weekday())
            promised = {"第二天": day(last) + timedelta(days=1), "下周一": monday}
            (word,) = (word for word in promised if word in str(last.result))
            assert case.returned_on == promised[word], case.where()


def test_progress_counts_the_talks(sample: Dataset) -> None:
    for case in sample.cases:
        number = re.match("(.)次", str(case.progress))
        assert number or case.reason == "因病", case.where()
        assert not number or "零一两三四五六七".index(number[1]) == case.attempts, case.where()


def test_a_week_is_over_when_a_talk_says_so(sample: Dataset) -> None:
    for case in sample.cases:
        for visit in case.visits:
            if "已满一周" in str(visit.content) or "满一周" in str(visit.result):
                assert day(visit) >= day(case.visits[0]) + timedelta(days=7), visit.where()


def test_a_notice_gives_seven_days_and_a_draft_has_been_asked_for(sample: Dataset) -> None:
    for notice in sample.notices:
        assert notice.case
        assert notice.attempts >= 1
        if notice.issued_on:
            assert notice.deadline == notice.issued_on + timedelta(days=7)
            assert notice.served_at == notice.issued_on
            assert has_lessons(notice.deadline)
        elif notice.sort == NOTICES[0]:
            assert "报镇政府发返校通知书" in str(notice.case.visits[-1].follow_up)
            assert "拟发返校通知书" in str(notice.case.progress)


def test_every_notice_comes_after_the_one_it_stands_on(sample: Dataset) -> None:
    assert not list(out_of_turn(sample, preset("national")))


@pytest.mark.parametrize("words", ["逐句解释通知书", "通知书上"])
def test_a_notice_is_spoken_of_when_it_has_been_served(sample: Dataset, words: str) -> None:
    for case in sample.cases:
        for visit in case.visits:
            if words in str(visit.content):
                assert any(notice.served_at and notice.served_at <= day(visit) for notice in case.notices)
