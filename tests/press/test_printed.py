"""Confirming what was printed: only what is known to stand on the paper."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.files import lock
from generator.forms.plan import SelectionError
from generator.press.folder import LOCK, MANIFEST, FolderError, note, sha256
from generator.press.printed import Confirmation, confirm, made_files, take_back
from generator.records import printings
from generator.records.ledger import NAME
from tests.small import TODAY, Project, Sheets

DAY = date(2026, 9, 12)
CLASS = "清溪小学/小文书/三年级（1）班"
OTHER = "清溪小学/别的/三年级（1）班"


def made(project: Project, **keys: Any) -> None:
    project.paper('- text: "{{ student.name }}"', **({"bundle": "class"} | keys))
    project.make(single=False)


def confirmed(project: Project, *asked: str, **options: Any) -> Confirmation:
    return confirm(project.out, asked, project.folder / NAME, DAY, **options)


def names(found: Confirmation) -> list[str]:
    return [printing.file for printing in found.printed]


def standing(project: Project) -> list[str]:
    return sorted(paper.label for pile in printings.standing(project.folder / NAME).values() for paper in pile.papers())


# what is confirmed


def test_what_was_in_the_file_when_it_was_made_is_confirmed(project: Project) -> None:
    made(project, copies="2", formats=["docx"])
    (printing,) = confirmed(project, CLASS).printed
    assert (printing.file, printing.form, printing.title, printing.place) == (CLASS, "tiny", "小文书", "清溪小学")
    assert (printing.made_for, printing.confirmed_on, printing.copies) == (TODAY, DAY, 2)
    assert printing.term == "2026—2027学年第一学期"
    assert printing.sha256 == sha256((project.out / f"{CLASS}.docx").read_bytes())
    assert standing(project) == ["1-石小满", "2-木小春"]


def test_a_paper_that_was_held_back_is_not_confirmed(project: Project) -> None:
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": ""}))
    project.paper('- text: "{{ student.address }}"', bundle="class")
    project.make(single=False)
    confirmed(project, CLASS)
    assert standing(project) == ["2-木小春"]


def test_no_whole_number_of_identity_is_in_the_ledger(project: Project) -> None:
    number = "110101201703011234"

    def numbered(sheets: Sheets) -> None:
        sheets["学生"][0] |= {"身份证件号": number, "全国学籍号": f"G{number}"}

    project.data(numbered)
    made(project)
    confirmed(project, CLASS)
    for path in (project.folder / NAME, project.out / MANIFEST):
        assert number.encode() not in path.read_bytes()


def test_confirming_again_says_so_and_enters_nothing(project: Project) -> None:
    made(project)
    confirmed(project, CLASS)
    assert confirmed(project, CLASS) == Confirmation(already=(CLASS,))
    assert len(printings.printings(project.folder / NAME)) == 1


def test_several_formats_of_one_print_file_are_confirmed_once(project: Project) -> None:
    made(project, formats=["docx", "xlsx"])
    assert names(confirmed(project, f"{CLASS}.docx", f"{CLASS}.xlsx")) == [CLASS]
    assert confirmed(project, everything=True).already == (CLASS,)


def test_everything_is_what_lies_in_the_folder_and_not_in_those_of_their_own(project: Project) -> None:
    made(project)
    project.make(single=False, ledger=project.folder / NAME, changed=True, selection=selection("tiny"))
    assert len(made_files(project.out)) == 2
    assert names(confirmed(project, everything=True)) == [CLASS]


def selection(form: str) -> Any:
    from generator.forms.plan import Selection

    return Selection(forms=(form,))


# what is not


def test_a_file_that_was_edited_is_told_and_confirmed_only_where_that_is_said(project: Project) -> None:
    made(project)
    (project.out / f"{CLASS}.docx").write_bytes(b"edited")
    refused = confirmed(project, CLASS)
    assert [name for name, _ in refused.refused] == [CLASS]
    assert "被人工改过" in refused.refused[0][1]
    assert not (project.folder / NAME).exists()
    done = confirmed(project, CLASS, edited=True)
    assert (names(done), done.edited) == ([CLASS], (CLASS,))
    assert standing(project) == ["1-石小满", "2-木小春"]


def test_of_two_formats_the_one_that_nobody_edited_is_taken(project: Project) -> None:
    made(project, formats=["docx", "xlsx"])
    (project.out / f"{CLASS}.docx").write_bytes(b"edited")
    assert confirmed(project, CLASS).edited == ()
    assert confirmed(project, f"{CLASS}.docx").refused


def test_a_file_that_is_gone_is_told_and_the_others_are_confirmed(project: Project) -> None:
    made(project)
    made(project, id_="other", title="别的")
    (project.out / f"{CLASS}.docx").unlink()
    done = confirmed(project, CLASS, OTHER)
    assert names(done) == [OTHER]
    assert done.refused == ((CLASS, "文件不在了；重新做一次（baoxue build）再印"),)


@pytest.mark.parametrize("missing", ["about", "wording", "filled", "label"])
def test_a_file_of_an_older_program_is_told(project: Project, missing: str) -> None:
    made(project)
    manifest = json.loads((project.out / MANIFEST).read_text(encoding="utf-8"))
    del manifest["files"][f"{CLASS}.docx"]["records"][0][missing]
    (project.out / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert "旧版本" in confirmed(project, CLASS).refused[0][1]
    (project.out / f"{CLASS}.docx").write_bytes(b"edited")
    assert "旧版本" in confirmed(project, CLASS, edited=True).refused[0][1]


def test_a_file_of_a_run_that_was_killed_is_not_called_edited(project: Project) -> None:
    made(project)
    (project.out / f"{CLASS}.docx").write_bytes(b"later")
    note(project.out, f"{CLASS}.docx", sha256(b"later"))
    assert "中断" in confirmed(project, CLASS).refused[0][1]


def test_two_formats_that_say_different_things_are_not_guessed_between(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(project, formats=["docx", "pdf"])
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    project.data(lambda sheets: sheets["学生"][1].update({"姓名": "木晓春"}))
    project.make(single=False)
    assert confirmed(project, CLASS).refused == ((CLASS, "docx、pdf 里的内容不同，请写明印的是哪一个（连后缀）"),)
    assert names(confirmed(project, f"{CLASS}.pdf")) == [CLASS]
    assert standing(project) == ["1-石小满", "2-木小春"]


def test_nothing_is_confirmed_while_a_run_writes(project: Project) -> None:
    made(project)
    with (project.out / LOCK).open("a+b") as held:
        lock(held)
        with pytest.raises(FolderError, match="另一个保学正在写"):
            confirmed(project, CLASS)
    assert not (project.folder / NAME).exists()


def test_a_folder_in_which_nothing_was_made_is_told_and_left_as_it_is(project: Project) -> None:
    with pytest.raises(FolderError, match="没有做好的打印文件"):
        confirmed(project, CLASS)
    assert not project.out.exists()


# names


@pytest.mark.parametrize(
    "asked",
    [
        f"{CLASS}.docx", CLASS, "小文书/三年级（1）班", "清溪小学/小文书", "清溪小学\\小文书\\三年级（1）班.docx",
        f"output/{CLASS}.docx", f"./output/{CLASS}",
    ],
)  # fmt: skip
def test_a_print_file_may_be_named_in_many_ways(project: Project, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    made(project)
    made(project, id_="other", title="别的")
    assert names(confirmed(project, asked)) == [CLASS]


def test_a_whole_folder_may_be_named_and_the_output_folder_itself(project: Project) -> None:
    made(project)
    made(project, id_="other", title="别的")
    assert names(confirmed(project, "清溪小学")) == [OTHER, CLASS]
    assert len(confirmed(project, str(project.out)).already) == 2


def test_a_name_that_several_have_is_not_guessed(project: Project) -> None:
    made(project)
    made(project, id_="other", title="别的")
    with pytest.raises(SelectionError, match=f"“三年级（1）班”有 2 个：{OTHER}、{CLASS}；请写上前面的文件夹"):
        confirmed(project, "三年级（1）班")


def test_a_misspelt_name_is_told_with_the_nearest(project: Project) -> None:
    made(project)
    with pytest.raises(SelectionError, match="没有打印文件“三年级（2）班”，是不是“三年级（1）班”"):
        confirmed(project, "三年级（2）班")


# undoing


def test_a_confirmation_is_taken_back_by_any_of_its_names(project: Project) -> None:
    made(project, formats=["docx", "xlsx"])
    confirmed(project, CLASS)
    for_all = Path(project.out / f"{CLASS}.xlsx")
    (undone,) = take_back(project.out, [str(for_all)], project.folder / NAME, DAY)
    assert (undone.file, undone.undone_on) == (CLASS, DAY)
    assert standing(project) == []


def test_a_confirmation_is_taken_back_although_the_folder_is_gone(project: Project) -> None:
    made(project)
    confirmed(project, CLASS)
    for path in sorted(project.out.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert take_back(project.out, ["三年级（1）班"], project.folder / NAME, DAY)


def test_where_nothing_was_confirmed_there_is_nothing_to_take_back(project: Project) -> None:
    made(project)
    with pytest.raises(SelectionError, match="还没有确认印过"):
        take_back(project.out, [CLASS], project.folder / NAME, DAY)
    confirmed(project, CLASS)
    with pytest.raises(SelectionError, match="没有打印文件“四年级"):
        take_back(project.out, ["四年级（1）班"], project.folder / NAME, DAY)
