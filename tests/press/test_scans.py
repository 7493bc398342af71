from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.press.dossier.scans import Attachment, Form_, Known, Owners, Sorted, found, of_unit, sort, words_of

BOXES = ["组织机构", "方案制度", "责任书"]
FORMS = [
    Form_(
        "guardian-contract", 3, frozenset({"guardian-contract", "RC-10", "控辍保学目标责任书"}), "控辍保学目标责任书"
    ),
    Form_("teacher-contract", 3, frozenset({"teacher-contract", "RC-09", "控辍保学目标责任书"}), "控辍保学目标责任书"),
    Form_("leaders", 1, frozenset({"leaders", "WP-10", "领导小组名单"}), "领导小组名单"),
    Form_("daily", 2, frozenset({"daily", "日报表"}), "日报表"),
    Form_("roll", 2, frozenset({"roll", "在校名册"}), "在校名册"),
    Form_("talk", 6, frozenset({"talk", "谈心谈话记录"}), "谈心谈话记录", kept_back=True),
]
CLASS = {1: "三年级（1）班", 2: "三年级（2）班"}


def contract(job: int, at: int, name: str, number: str) -> Known:
    words = words_of(f"{at + 1}-{name}-家长责任书") | words_of(CLASS[job]) | words_of(number)
    return Known((job, at), "guardian-contract", words)


PAPERS = [
    Known((0, 0), "leaders", words_of("清溪小学-领导小组名单")),
    contract(1, 0, "石小满", "G1"),
    contract(1, 1, "阿依古丽·买买提", "G2"),
    contract(2, 0, "石小满", "G3"),
    contract(2, 1, "木小春", "G4"),
    Known((4, 0), "daily", words_of("三年级（1）班-2026-09-02-日报表")),
    Known((4, 1), "daily", words_of("三年级（1）班-2026-09-03-日报表")),
    Known((3, 0), "teacher-contract", words_of("T1-田校长-责任书")),
]
BUNDLES = {at: words_of(name) for at, name in CLASS.items()} | {0: frozenset({"清溪小学"}), 3: frozenset({"清溪小学"})}


def placed(tmp_path: Path, *names: str) -> Sorted:
    """Sort empty files of these names."""
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return sort(tmp_path, found(tmp_path), FORMS, PAPERS, BOXES, BUNDLES)


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("RC-10/三年级（1）班/石小满.jpg", (1, 0)),
        ("RC-10 控辍保学目标责任书/三年级(1)班/1-石小满.JPG", (1, 0)),
        ("石小满 G3/控辍保学目标责任书.png", (2, 0)),
        ("03 责任书/guardian-contract/木小春.pdf", (2, 1)),
        ("控辍保学目标责任书-田校长.pdf", (3, 0)),
        ("RC-10/阿依古丽·买买提.jpeg", (1, 1)),
        ("日报表/三年级（1）班 2026年9月3日.pdf", (4, 1)),
        ("WP-10.pdf", (0, 0)),
        ("1 组织机构/领导小组名单.pdf", (0, 0)),
    ],
)
def test_a_scan_is_of_the_one_paper_that_its_names_tell(tmp_path: Path, name: str, paper: tuple[int, int]) -> None:
    done = placed(tmp_path, name)
    assert (list(done.papers), done.unknown, done.attachments) == ([paper], [], [])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("RC-10/石小满.jpg", "看不出是哪一份"),  # two children of that name
        ("控辍保学目标责任书.pdf", "看不出是哪一份"),  # two forms of that title
        ("RC-10/张三.jpg", "看不出是哪一份"),
        ("RC-10/1.jpg", "看不出是哪一份"),
        ("石小满.jpg", "看不出是哪一盒、哪一份文书"),
        ("IMG_2031.jpg", "看不出是哪一盒、哪一份文书"),
        ("3.jpg", "看不出是哪一盒、哪一份文书"),  # a scanner's number is no box
        ("谈心谈话记录/木小春.jpg", "不提供给看这份档案的人"),
        ("02/RC-10/木小春.jpg", "盒号和文书对不上"),
        ("RC-10/木小春.docx", "格式"),
    ],
)
def test_what_fits_several_papers_or_none_is_told_and_not_guessed(tmp_path: Path, name: str, why: str) -> None:
    done = placed(tmp_path, name)
    ((told, reason),) = done.unknown
    assert (told, done.papers, done.whole, done.attachments) == (name, {}, {}, [])
    assert why in reason


def test_pages_that_were_scanned_one_by_one_are_one_paper_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    done = placed(tmp_path, *(f"RC-10/木小春-{page}.jpg" for page in (10, 1, 2)))
    assert [path.name for path in done.papers[2, 1]] == ["木小春-1.jpg", "木小春-2.jpg", "木小春-10.jpg"]


def test_a_scan_named_like_a_class_is_of_all_its_papers(tmp_path: Path) -> None:
    done = placed(tmp_path, "RC-10/三年级（1）班.pdf", "RC-10/三年级（2）班-2.pdf", "RC-10/三年级（2）班-1.pdf")
    assert {job: [path.name for path in paths] for job, paths in done.whole.items()} == {
        1: ["三年级（1）班.pdf"],
        2: ["三年级（2）班-1.pdf", "三年级（2）班-2.pdf"],
    }


def test_what_belongs_to_a_box_and_is_no_paper_is_added_to_it_page_by_page(tmp_path: Path) -> None:
    done = placed(tmp_path, "02方案制度/县里的通知.pdf", "第1盒/成立文件.jpg")
    assert {(one.box, one.title) for one in done.attachments} == {(2, "县里的通知"), (1, "成立文件")}


def test_a_paper_that_the_data_cannot_make_is_filed_under_its_form(tmp_path: Path) -> None:
    done = placed(tmp_path, "在校名册/三年级（1）班.pdf")
    assert done.attachments == [Attachment(2, "三年级(1)班", (tmp_path / "在校名册/三年级（1）班.pdf",), "roll")]


def test_what_programs_leave_in_folders_is_passed_over(tmp_path: Path) -> None:
    placed(tmp_path, "Thumbs.db", ".DS_Store", "RC-10/~$木小春.pdf", ".隐藏/木小春.jpg")
    assert found(tmp_path) == []


def test_a_folder_that_is_not_there_has_no_scans(tmp_path: Path) -> None:
    assert found(tmp_path / "没有") == []


# Whose they are

OWNERS = Owners(
    "清溪小学",
    (
        {"清溪小学": [words_of("清溪小学"), words_of("云山县清溪镇中心小学")], "溪口小学": [words_of("溪口小学")]},
        {"清溪镇": [words_of("清溪镇")]},
        {"云山县": [words_of("云山县")]},
    ),
    alone=False,
)


def whose(tmp_path: Path, owners: Owners, *names: str) -> tuple[list[str], dict[str, str]]:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    own, nobodys = of_unit(tmp_path, found(tmp_path), owners)
    return [path.relative_to(tmp_path).as_posix() for path in own], dict(nobodys)


def test_a_scan_is_of_the_unit_that_its_path_names_the_narrowest(tmp_path: Path) -> None:
    mine = ["RC-10/清溪小学/石小满.jpg", "云山县清溪镇中心小学/01 组织机构/通知.jpg", "清溪镇/清溪小学/县局通知.jpg"]
    others = ["溪口小学/RC-10/石小满.jpg", "清溪镇/RC-10/石小满.jpg", "云山县/通知.jpg"]
    own, nobodys = whose(tmp_path, OWNERS, *mine, *others)
    assert sorted(own) == sorted(mine)
    assert nobodys == {}


def test_a_scan_that_names_no_unit_is_put_with_none_where_there_are_several(tmp_path: Path) -> None:
    own, nobodys = whose(tmp_path, OWNERS, "RC-10/石小满.jpg", "清溪小学/溪口小学.jpg")
    assert own == []
    assert "请放进名叫“清溪小学”的文件夹" in nobodys["RC-10/石小满.jpg"]
    assert "看不出是清溪小学、溪口小学哪一个的" in nobodys["清溪小学/溪口小学.jpg"]


def test_a_folder_of_one_unit_needs_no_names(tmp_path: Path) -> None:
    own, nobodys = whose(tmp_path, replace(OWNERS, alone=True), "RC-10/石小满.jpg", "溪口小学/RC-10/石小满.jpg")
    assert (own, nobodys) == (["RC-10/石小满.jpg"], {})


def test_the_name_of_the_unit_tells_nothing_of_the_paper(tmp_path: Path) -> None:
    path = tmp_path / "清溪镇" / "RC-10" / "木小春.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    done = sort(tmp_path, found(tmp_path), FORMS, PAPERS, BOXES, BUNDLES, words_of("清溪镇"))
    assert list(done.papers) == [(2, 1)]


def test_what_schools_keep_is_not_filed_with_an_office(tmp_path: Path) -> None:
    (tmp_path / "RC-10").mkdir()
    (tmp_path / "RC-10" / "石小满.jpg").write_bytes(b"")
    done = sort(tmp_path, found(tmp_path), [replace(FORMS[0], foreign=True)], [], BOXES, {})
    assert (done.papers, done.attachments) == ({}, [])
    assert "是学校的文书" in done.unknown[0][1]
