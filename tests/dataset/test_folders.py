from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.folders import MARK_OF_PAPERS, find, levels
from generator.errors import DataError
from tests.county import files, write_folder

KINDS = (".xlsx", ".yaml")


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("学生: []\n", "utf-8")
    return folder


def named(folder: Path) -> list[str]:
    return [name for name, _ in find(folder, KINDS).files]


def told(folder: Path) -> list[tuple[str, str]]:
    return [(problem.level, str(problem.place)) for problem in find(folder, KINDS).problems]


def test_files_are_named_by_their_path_and_those_of_a_folder_come_before_its_folders(tmp_path: Path) -> None:
    made(tmp_path, "乙镇/中心小学.xlsx", "甲镇/村小/大坪.yaml", "甲镇/中心小学.xlsx", "县.XLSX")
    assert named(tmp_path) == ["县.XLSX", "乙镇/中心小学.xlsx", "甲镇/中心小学.xlsx", "甲镇/村小/大坪.yaml"]


def test_the_order_is_not_that_of_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{number:03}.xlsx" for number in range(200)]
    made(tmp_path, *names)
    backwards = sorted(tmp_path.iterdir(), reverse=True)
    monkeypatch.setattr(Path, "iterdir", lambda _folder: iter(backwards))
    assert named(tmp_path) == names


@pytest.mark.parametrize(
    "name",
    ["备份/旧.xlsx", "甲镇/历年/旧.xlsx", "output/a.xlsx", "templates/a.yaml", "policies/a.yaml", ".git/a.yaml",
     "_旧/a.xlsx", "~$县.xlsx", ".~lock.县.xlsx#", ".县.xlsx", "甲镇/baoxue.yaml", "Thumbs.db", "台账.sqlite",
     f"文书/目录.xlsx {MARK_OF_PAPERS}"],
)  # fmt: skip
def test_what_is_no_data_of_today_is_passed_over_without_a_word(tmp_path: Path, name: str) -> None:
    first, _, beside = name.partition(" ")
    made(tmp_path, "县.xlsx", "甲镇/a.xlsx", first, *([str(Path(first).with_name(beside))] if beside else []))
    assert named(tmp_path) == ["县.xlsx", "甲镇/a.xlsx"]
    assert told(tmp_path) == []


def test_a_township_that_has_sent_nothing_is_a_reminder_and_so_is_each_file_beside_data(tmp_path: Path) -> None:
    made(tmp_path, "县.xlsx", "乙镇/照片/1.jpg", "乙镇/照片/2.jpg", "甲镇/a.xlsx", "甲镇/b.et")
    (tmp_path / "丙镇").mkdir()
    assert told(tmp_path) == [("warning", "丙镇"), ("warning", "乙镇/照片"), ("warning", "甲镇/b.et")]


def test_links_that_lead_round_in_a_circle_come_to_an_end_and_nothing_is_read_twice(tmp_path: Path) -> None:
    made(tmp_path, "甲镇/a.xlsx")
    (tmp_path / "甲镇" / "回").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "甲镇也").symlink_to(tmp_path / "甲镇", target_is_directory=True)
    assert named(tmp_path) == ["甲镇/a.xlsx"]


def test_a_folder_that_cannot_be_opened_is_told_with_all_files_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path, files())
    (tmp_path / "清溪镇" / "断.xlsx").write_bytes(b"x")
    (tmp_path / "清溪镇" / "去了.xlsx").symlink_to(tmp_path / "没有")
    (tmp_path / "锁").mkdir()
    listed = Path.iterdir

    def locked(folder: Path) -> object:
        if folder.name == "锁":
            raise PermissionError
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", locked)
    with pytest.raises(DataError) as caught:
        load(tmp_path)
    assert [(problem.place.file, problem.what[:5]) for problem in caught.value.problems] == [
        ("锁", "文件夹打不"), ("清溪镇/去了.xlsx", "文件打不开"), ("清溪镇/断.xlsx", "不是 Ex"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["大\n坪.xlsx", "大\udcff坪.xlsx"])
def test_a_name_that_no_line_or_page_can_show_is_told_of_by_one_that_can(tmp_path: Path, name: str) -> None:
    made(tmp_path, name)
    assert named(tmp_path) == ["大?坪.xlsx"]


def test_a_folder_has_a_name_although_it_is_written_as_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "全县" / "甲").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "全县" / "甲")
    for path, name in ((Path(), "甲"), (Path(".."), "全县")):
        with pytest.raises(DataError, match=f"错误 {name}：文件夹里没有数据文件"):
            load(path)


def test_the_levels_of_a_file_are_itself_and_the_folders_around_it() -> None:
    assert list(levels("甲镇/村小/a.xlsx")) == ["甲镇/村小/a.xlsx", "甲镇/村小", "甲镇", ""]
