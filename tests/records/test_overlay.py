from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest

from generator.dataset import draw, load, nothing
from generator.dataset.missing import Missing
from generator.dataset.models import Dataset
from generator.errors import Problem
from generator.records.book import Book, Entry, Key
from generator.records.number import Number
from generator.records.overlay import earlier, lay_over
from generator.records.service import Service
from tests.notices import away
from tests.small import TODAY, Sheets, Spoil, written

DAY = date(2026, 9, 9)
ORDER = "责令限期改正通知书"
SERVED = Service(datetime.fromisoformat("2026-09-10 08:05"), "直接送达", ("甲", "乙"), "溪头村", "石大山", "本人")


def entry(seq: int = 18, case: str = "A1", notice: str = "1", **facts: object) -> Entry:
    known = {"deadline": date(2026, 9, 16), **facts}
    return Entry(Number("清政", 2026, seq), Key("3153000001", case, notice), "石小满", "清溪镇人民政府", DAY, **known)  # type: ignore[arg-type]


def said(row: dict[str, str]) -> Spoil:
    """Let the workbook say more of the first notice."""

    def spoil(sheets: Sheets) -> None:
        away(sheets)
        sheets["通知书"][0] |= row

    return spoil


def laid(folder: Path, book: Book | None, spoil: Spoil = away) -> tuple[Dataset, list[Problem]]:
    overlay = partial(lay_over, book=book) if book else nothing
    dataset, problems = load(written(folder, spoil), None, lambda _: TODAY, overlay)
    return dataset, [problem for problem in problems if problem.place.sheet == "通知书" or "台账" in str(problem)]


def drawn(folder: Path, spoil: Spoil) -> Dataset:
    return draw(written(folder, spoil))[0]


def test_a_notice_gets_what_the_ledger_says_of_it(tmp_path: Path) -> None:
    dataset, problems = laid(tmp_path, Book((entry(service=SERVED, co_issuer="云山县教育体育局"),)))
    first, second = dataset.notices
    assert problems == []
    assert (first.number, first.seam, first.issued_on, first.deadline) == (
        "清政〔2026〕18号", "清政〔2026〕18号", DAY, date(2026, 9, 16),
    )  # fmt: skip
    assert (first.served_at, first.served_time, first.servers) == (date(2026, 9, 10), "8时05分", "甲、乙")
    assert (first.received_by, first.receiver_relation, first.co_issuer) == ("石大山", "本人", "云山县教育体育局")
    assert (second.number, second.issued_on) == (None, None)


def test_cells_that_say_the_same_in_other_words_contradict_nothing(tmp_path: Path) -> None:
    row = {"文号": "清政[2026]第18号", "发出日期": "2026年9月9日", "送达人": "乙、甲", "收件人": "石大山"}
    dataset, problems = laid(tmp_path, Book((entry(service=SERVED),)), said(row))
    assert problems == []
    assert dataset.notices[0].number == "清政〔2026〕18号"


@pytest.mark.parametrize(
    ("row", "attribute"),
    [
        ({"文号": "清政〔2026〕19号"}, "number"),
        ({"发出日期": "2026-09-08"}, "issued_on"),
        ({"返校期限": "2026-09-17"}, "deadline"),
        ({"送达日期": "2026-09-11"}, "served_at"),
        ({"送达人": "甲、丙"}, "servers"),
        ({"收件人": "石二山"}, "received_by"),
        ({"送达地点": "溪尾村"}, "served_place"),
    ],
)
def test_where_workbook_and_ledger_differ_both_are_named_and_neither_prints(
    tmp_path: Path, row: dict[str, str], attribute: str
) -> None:
    dataset, problems = laid(tmp_path, Book((entry(service=SERVED),)), said(row))
    (problem,) = problems
    assert problem.level == "error"
    assert problem.place.sheet == "通知书"
    assert str(problem.also[0]).startswith("台账.sqlite 清政〔2026〕!第18行")
    assert isinstance(getattr(dataset.notices[0], attribute), Missing)


def test_a_case_number_that_is_used_again_does_not_bring_another_childs_number(tmp_path: Path) -> None:
    dataset, problems = laid(tmp_path, Book((entry(case="A2", notice="2"),)))
    (problem,) = problems
    assert "是给“石小满”的 清政〔2026〕18号，这里是“木小春”的" in problem.what
    assert isinstance(dataset.notices[1].case, Missing)


def test_a_number_that_the_ledger_does_not_hold_is_an_error(tmp_path: Path) -> None:
    row = {"文号": "清政〔2026〕3号", "发出日期": "2026-09-09"}
    dataset, (problem,) = laid(tmp_path, Book((entry(case="A9", notice="9"),)), said(row))
    assert "不在台账里" in problem.what
    assert "notice import" in problem.todo
    assert isinstance(dataset.notices[0].number, Missing)


def test_what_the_ledger_says_is_checked_like_the_workbook(tmp_path: Path) -> None:
    def back(sheets: Sheets) -> None:
        away(sheets)
        sheets["辍学个案"][0]["复学日期"] = "2026-09-09"

    _, problems = laid(tmp_path, Book((entry(service=SERVED),)), back)
    told = [problem for problem in problems if "还直接送达" in problem.what]
    assert [str(problem.place) for problem in told] == ["台账.sqlite 清政〔2026〕!第18行“送达日期”"]


def test_service_that_the_ledger_does_not_know_is_an_error_but_for_earlier_numbers(tmp_path: Path) -> None:
    row = {"送达日期": "2026-09-10", "送达方式": "直接送达", "收件人": "石大山", "送达人": "甲、乙"}
    dataset, problems = laid(tmp_path / "1", Book((entry(),)), said(row))
    assert ["没有登记在台账里" in problem.what for problem in problems] == [True]
    assert isinstance(dataset.notices[0].served_at, Missing)
    dataset, problems = laid(tmp_path / "2", Book((entry(imported=True),)), said(row))
    assert problems == []
    assert (dataset.notices[0].served_at, dataset.notices[0].seam) == (date(2026, 9, 10), None)


def test_a_void_number_is_held_back_with_the_reason_and_no_error(tmp_path: Path) -> None:
    voided = entry(voided_on=date(2026, 9, 10), void_why="学生已返校")
    dataset, problems = laid(tmp_path, Book((voided,)))
    assert problems == []
    withheld = dataset.notices[0].withheld
    assert isinstance(withheld, Missing)
    assert withheld.why == "清政〔2026〕18号 已于 2026-09-10 作废（学生已返校）"


def test_the_days_of_a_void_number_contradict_nothing(tmp_path: Path) -> None:
    def back(sheets: Sheets) -> None:
        away(sheets)
        sheets["辍学个案"][0]["复学日期"] = "2026-09-08"
        sheets["学生"][0]["学籍状态"] = "在籍"

    voided = entry(voided_on=date(2026, 9, 10), void_why="学生已返校")
    dataset, _ = laid(tmp_path / "1", Book((entry(),)), back)
    assert isinstance(dataset.cases[0].returned_on, Missing)
    dataset, problems = laid(tmp_path / "2", Book((voided,)), back)
    assert problems == []
    assert dataset.cases[0].returned_on == date(2026, 9, 8)  # what rests on it can be worked out


def test_deadline_and_service_of_a_void_number_are_not_those_of_the_notice(tmp_path: Path) -> None:
    voided = entry(voided_on=date(2026, 9, 11), void_why="写错", service=SERVED, co_issuer="云山县教育体育局")
    dataset, problems = laid(tmp_path, Book((voided,)), said({"文种": ORDER, "返校期限": "2026-09-20"}))
    assert problems == []
    notice = dataset.notices[0]
    assert (notice.deadline, notice.served_at, notice.co_issuer) == (date(2026, 9, 20), None, None)


def test_a_notice_issued_once_more_prints_its_new_number(tmp_path: Path) -> None:
    voided = entry(voided_on=date(2026, 9, 10), void_why="写错")
    dataset, problems = laid(tmp_path, Book((voided, entry(19))))
    assert problems == []
    assert (dataset.notices[0].number, dataset.notices[0].withheld) == ("清政〔2026〕19号", None)


def test_a_notice_that_is_gone_from_its_case_is_told(tmp_path: Path) -> None:
    book = Book((entry(notice="9"), entry(19, case="gone")))
    _, problems = laid(tmp_path, book)
    assert [(problem.level, "没有这一份" in problem.what) for problem in problems] == [("warning", True)]


def test_earlier_numbers_are_found_with_every_conflict(tmp_path: Path) -> None:
    def numbered(first: dict[str, str], second: dict[str, str]) -> Spoil:
        def spoil(sheets: Sheets) -> None:
            away(sheets)
            sheets["通知书"][0] |= first
            sheets["通知书"][1] |= second

        return spoil

    issued = {"发出日期": "2026-09-09"}
    cases = [
        ({"文号": "清政〔2026〕3号"} | issued, {"文号": "清政[2026]3号"} | issued, "已经是另一份通知书的"),
        ({"文号": "清政3号"} | issued, {}, "登记不了"),
        ({"文号": "清政〔2026〕3号"}, {}, "没有发出日期"),
        ({"文号": "清政〔2026〕18号"} | issued, {}, "已经是另一份通知书的"),
    ]
    book = Book((entry(case="A9", notice="9"),))
    for number, (first, second, what) in enumerate(cases):
        found = earlier(drawn(tmp_path / f"{number}", numbered(first, second)), book)
        assert [what in problem.what for problem in found.problems] == [True]
    good = numbered({"文号": "清政〔2026〕3号"} | issued, {"文号": "清政〔2026〕4号"} | issued)
    dataset = drawn(tmp_path / "good", good)
    found = earlier(dataset, book)
    assert [(str(one.number), one.student, one.imported) for one in found.entries] == [
        ("清政〔2026〕3号", "石小满", True), ("清政〔2026〕4号", "木小春", True),
    ]  # fmt: skip
    assert earlier(dataset, Book(found.entries)).entries == ()


@pytest.mark.parametrize(
    ("kind", "row"), [("返校通知书", {"文种": ORDER}), (ORDER, {}), (ORDER, {"文种": "返校通知书"})]
)
def test_a_notice_does_not_become_another_after_its_issue(tmp_path: Path, kind: str, row: dict[str, str]) -> None:
    dataset, (problem,) = laid(tmp_path, Book((entry(kind=kind),)), said(row))
    assert problem.level == "error"
    assert f"清政〔2026〕18号 发出的是《{kind}》" in problem.what
    assert [str(place) for place in problem.also][1] == "台账.sqlite 清政〔2026〕!第18行“文种”"
    assert isinstance(dataset.notices[0].kind, Missing)


def test_a_notice_that_stays_what_it_was_is_no_problem(tmp_path: Path) -> None:
    assert laid(tmp_path / "1", Book((entry(kind=ORDER),)), said({"文种": ORDER}))[1] == []
    assert laid(tmp_path / "2", Book((entry(),)), said({"文种": "返校通知书"}))[1] == []


def test_an_earlier_notice_is_of_the_kind_that_the_workbook_says(tmp_path: Path) -> None:
    row = {"文号": "清政〔2026〕3号", "发出日期": "2026-09-09", "文种": ORDER}
    (taken,) = earlier(drawn(tmp_path, said(row)), None).entries
    assert (taken.kind, taken.imported) == (ORDER, True)


def test_a_notice_counted_from_service_gets_no_date_in_the_workbook_later(tmp_path: Path) -> None:
    book = Book((entry(deadline=None, service=SERVED),))
    dataset, problems = laid(tmp_path / "1", book)
    assert problems == []
    assert (dataset.notices[0].deadline, dataset.notices[0].served_at) == (None, date(2026, 9, 10))
    dataset, (problem,) = laid(tmp_path / "2", book, said({"返校期限": "2026-09-17"}))
    assert "发出时期限从送达起算，没有日期，这里是 2026-09-17" in problem.what
    assert isinstance(dataset.notices[0].deadline, Missing)
