from __future__ import annotations

import hashlib
import json
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image, ImageDraw

from generator.files import PART
from generator.press.build import Order, gather
from generator.press.dossier import DossierError, Ready, Wish, make
from generator.press.dossier.contents import Contents, contents
from generator.press.dossier.manifest import (
    AS_HANDED_OVER,
    BOOK,
    CONSISTENT,
    HANDOVER,
    INDEX,
    NAME,
    NoDossierError,
    read,
    verify,
)
from generator.press.dossier.units import Asked, units
from generator.render.bound import MM
from generator.resources import templates_dirs
from generator.yamlfile import read_yaml
from tests.small import TODAY, Project, Sheets, compose_once

CONTRACT = """
  - title: 就读责任书
  - text: "{{ student.name }}，甲方和乙方约定如下。"
  - signatures: [[甲方（盖章）], [乙方签字]]
"""
ROLL = """
  - title: 在校名册
  - roster: {each: student in class.students, columns: [{label: 姓名, value: "{{ student.name }}"}]}
"""
NEEDY = """
  - text: "{{ student.name }}的联系电话：{{ student.guardian.phone }}"
"""
SECRET = """
  - text: 某名学生的健康情况
"""


def complete(sheets: Sheets) -> None:
    """Keep a sheet of cases, of which there are none."""
    sheets["辍学个案"] = []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Return a project whose school has contracts to sign, a roll, a paper that lacks data, and a secret one."""
    project = Project(tmp_path_factory.mktemp("dossier"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.forms.catalogue.templates_dirs", lambda project: [project / "templates"])
        patch.setattr("generator.policy.choice.compose", compose_once)
        project.data(complete)
        keys: dict[str, Any] = {"formats": ["pdf"], "style": "form"}
        project.paper(CONTRACT, "contract", title="就读责任书", covers=["RC-10"], box=3, bundle="class", **keys)
        project.paper(ROLL, "roll", title="在校名册", per="class", box=5, filename="{{ class.name }}", **keys)
        project.paper(NEEDY, "needy", title="联系卡", box=10, **keys)
        project.paper(
            ROLL, "slip", title="空白请假条", per="class", box=6, filed=False, filename="{{ class.name }}空白", **keys
        )
        project.paper(SECRET, "secret", title="健康卡", box=11, audience="school", restricted=True, **keys)
        for part in ("_dossier", "_fragments"):
            shutil.copytree(templates_dirs()[0] / part, project.folder / "templates" / part)
        yield project


def scan(path: Path, text: str = "signed", size: tuple[int, int] = (620, 877)) -> Path:
    """Write a picture of a signed paper."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((50, 50), text, fill="black")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


def made(project: Project, scans: Path | None = None, out: Path | None = None, **options: Any) -> Ready:
    """Make the dossier of the school."""
    wish = Wish(scans or project.folder / "none", options.pop("password", ""), options.pop("overwrite", False))
    order = Order(project.folder / "数据.xlsx", out or project.out, project.folder, today=TODAY, audience="bureau")
    known = gather(replace(order, **options), lambda: TODAY)
    (unit,) = units(known.context.dataset, Asked(schools=("清溪小学",)))
    return make(known, replace(order, **options), unit, wish)


@pytest.fixture(scope="module")
def ready(folder: Project) -> Ready:
    """Return the school's dossier, with a scan of one contract and a paper of somebody else's."""
    scans = folder.folder / "扫描件"
    scan(scans / "RC-10 就读责任书" / "三年级（1）班" / "石小满.png")
    scan(scans / "01 组织机构" / "县局通知.jpg")
    scan(scans / "RC-10" / "张三.png")
    (scans / "notes.txt").write_text("x", encoding="utf-8")
    return made(folder, scans)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[Contents]:
    """Return what is found out about the contents of each dossier that is made."""
    found: list[Contents] = []

    def kept(*args: Any, **options: Any) -> Contents:
        found.append(contents(*args, **options))
        return found[-1]

    monkeypatch.setattr("generator.press.dossier.contents", kept)
    return found


def texts(data: bytes | Path, password: str | None = None) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(data, password=password) as pdf:
        return ["".join(page.get_textpage().get_text_range().split()) for page in pdf]


def page_with(pages: list[str], *words: str) -> int:
    """Return the number of the only page that has all these words in it."""
    (found,) = [at for at, text in enumerate(pages, start=1) if all(word in text for word in words)]
    return found


# What is in it


def test_every_page_bears_the_number_of_the_dossier_its_own_and_that_of_all(ready: Ready) -> None:
    pages = texts(ready.folder / BOOK)
    assert len(pages) == ready.dossier.pages
    for at, text in enumerate(pages, start=1):
        assert f"{ready.dossier.no}第{at}页共{len(pages)}页" in text


def test_each_box_has_its_divider_and_papers_follow_in_the_order_of_boxes(ready: Ready) -> None:
    pages = texts(ready.folder / BOOK)
    dividers = [box.page for box in ready.dossier.boxes]
    assert dividers == sorted(dividers)
    assert len(dividers) == 14
    assert "第三盒责任书" in pages[dividers[2] - 1]
    assert dividers[2] < page_with(pages, "木小春", "约定如下") < dividers[3]
    assert dividers[4] < page_with(pages, "在校名册", "石小满") < dividers[5]


def test_a_scan_takes_the_place_of_the_paper_that_was_signed(ready: Ready) -> None:
    pages = texts(ready.folder / BOOK)
    contract = next(paper for paper in ready.dossier.papers if paper.title == "就读责任书")
    assert not any("石小满，甲方" in text for text in pages)
    assert (contract.state, contract.remark, contract.pieces) == ("部分有签字件", "有签字件1份，未附1份", 2)
    with pikepdf.open(ready.folder / BOOK) as pdf:
        assert "/XObject" in pdf.pages[contract.page - 1].obj.Resources  # the scan, at the first child's place


def test_each_paper_of_a_file_is_evidence_by_itself(folder: Project, tmp_path: Path, whole: list[Contents]) -> None:
    scan(tmp_path / "扫描件" / "就读责任书" / "木小春.png")
    made(folder, tmp_path / "扫描件", tmp_path)
    contract = next(paper for paper in whole[-1].dossier.papers if paper.title == "就读责任书")
    places = whole[-1].evidence()["contract"]
    assert [(one.page - contract.page, one.signed, one.pieces) for one in places] == [(0, False, 1), (1, True, 1)]


def test_a_scan_of_fewer_pages_than_there_are_papers_is_no_evidence_of_all(
    folder: Project, tmp_path: Path, whole: list[Contents]
) -> None:
    scan(tmp_path / "扫描件" / "就读责任书" / "三年级（1）班.png")
    made(folder, tmp_path / "扫描件", tmp_path)
    contract = next(paper for paper in whole[-1].dossier.papers if paper.title == "就读责任书")
    assert (contract.state, contract.remark) == ("未附签字件", "扫描件只有1页，应有2份")


def test_front_pages_have_no_number_but_that_of_the_dossier(ready: Ready) -> None:
    with pypdfium2.PdfDocument(ready.folder / BOOK) as pdf:
        feet = [page.get_textpage().get_text_bounded(0, 0, page.get_width(), 20 * MM).strip() for page in pdf]
    fronts = ready.dossier.boxes[0].page
    assert feet[:fronts] == [""] * fronts
    assert "1" in feet[fronts:]


def test_what_was_scanned_and_is_no_paper_of_ours_is_added_to_its_box(ready: Ready) -> None:
    (added,) = ready.dossier.boxes[0].papers
    assert (added.title, added.state, added.remark) == ("县局通知", "不需签字", "扫描件")


def test_a_scan_that_fits_nothing_is_told_and_not_put_anywhere(ready: Ready) -> None:
    unknown = {one.title: one.why for one in ready.dossier.unknown}
    assert set(unknown) == {"RC-10/张三.png", "notes.txt"}
    assert "看不出是哪一份" in unknown["RC-10/张三.png"]
    assert "格式" in unknown["notes.txt"]


def test_missing_papers_and_missing_signatures_are_on_the_completeness_sheet(ready: Ready) -> None:
    (page,) = [text for text in texts(ready.folder / BOOK) if "应当签字、盖章而未附签字件的文书" in text]
    assert {one.title for one in ready.dossier.lacking} == {"联系卡"}
    assert "监护人" in ready.dossier.lacking[0].why
    assert all(word in page for word in ("联系卡", "有签字件1份，未附1份", "RC-10/张三.png"))


def test_what_the_receiver_may_not_see_is_left_out_and_told(ready: Ready) -> None:
    assert not any("健康情况" in text for text in texts(ready.folder / BOOK))
    assert [(one.title, one.box) for one in ready.dossier.kept_back] == [("健康卡", 11)]


def test_blank_slips_prove_nothing_and_are_not_filed(ready: Ready) -> None:
    assert ready.dossier.boxes[5].papers == ()


def test_contents_link_to_the_pages_that_they_name(ready: Ready) -> None:
    with pikepdf.open(ready.folder / BOOK) as pdf:
        numbers = {page.obj.objgen: at for at, page in enumerate(pdf.pages, start=1)}
        contents = next(at for at, text in enumerate(texts(ready.folder / BOOK)) if "档案总目录" in text)
        led = [numbers[note.Dest[0].objgen] for note in pdf.pages[contents].obj.Annots]
        assert sorted({*led}) == sorted(paper.page for paper in ready.dossier.papers)
        assert not any("/A" in note for page in pdf.pages for note in page.obj.get("/Annots", ()))


def test_bookmarks_name_every_box_every_file_and_every_paper_within(ready: Ready) -> None:
    with pikepdf.open(ready.folder / BOOK) as pdf, pdf.open_outline() as outline:
        said = [item.title for item in outline.root]
        assert said[:5] == ["封面", "总目录", "完整性核对表", "督导检查自评表", "工作指标图"]
        assert said[5:] == [f"第{box.number}盒 {box.name}" for box in ready.dossier.boxes]
        (contracts,) = outline.root[7].children
        assert contracts.title == "就读责任书 三年级（1）班"
        assert [item.title for item in contracts.children] == ["1-石小满", "2-木小春"]


def test_the_whole_tells_its_language_and_title_and_has_each_face_once(ready: Ready) -> None:
    with pikepdf.open(ready.folder / BOOK) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        meta = pdf.open_metadata()
        assert "清溪镇中心小学控辍保学迎检档案" in meta["dc:title"]
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "B")
        fonts = [font for page in pdf.pages for font in dict(page.obj.Resources.get("/Font", {})).values()]
        faces = {font.objgen: str(font.BaseFont) for font in fonts}
        assert len(faces) == len({*faces.values()})


def test_the_same_papers_lie_one_by_one_in_folders_of_boxes_and_in_the_index(ready: Ready) -> None:
    rows = list(load_workbook(ready.folder / INDEX)["目录"].iter_rows(min_row=2, values_only=True))
    paths = [str(row[9]) for row in rows]
    assert paths == sorted(path.relative_to(ready.folder).as_posix() for path in ready.folder.rglob("*/*/*.pdf"))
    assert paths[1] == "分盒文件/03 责任书/0002 就读责任书 三年级（1）班.pdf"
    with pikepdf.open(ready.folder / paths[1]) as pdf:
        assert len(pdf.pages) == 2


def test_only_their_owner_can_read_the_files(ready: Ready) -> None:
    for path in (ready.folder, *ready.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_same_inputs_give_the_same_bytes_with_any_number_of_workers(
    folder: Project, ready: Ready, tmp_path: Path
) -> None:
    again = made(folder, folder.folder / "扫描件", tmp_path, workers=2)
    for path in sorted(ready.folder.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (again.folder / path.relative_to(ready.folder)).read_bytes(), path
    assert again.digest == ready.digest


def test_another_scan_changes_the_number_of_the_dossier(folder: Project, ready: Ready, tmp_path: Path) -> None:
    scan(tmp_path / "扫描件" / "RC-10" / "木小春.png")
    other = made(folder, tmp_path / "扫描件", tmp_path / "out")
    assert other.dossier.no != ready.dossier.no


def test_a_password_locks_the_whole_and_leaves_nothing_loose(folder: Project, tmp_path: Path) -> None:
    locked = made(folder, out=tmp_path, password="青山-7")
    names = {path.name for path in locked.folder.rglob("*") if path.is_file()}
    assert names == {BOOK, NAME, f"{HANDOVER}.pdf", f"{HANDOVER}.docx"}
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(locked.folder / BOOK)
    with pikepdf.open(locked.folder / BOOK, password="青山-7") as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
    assert verify(locked.folder).says == CONSISTENT
    assert {paper["whose"] for paper in read(locked.folder)["papers"]} == {""}  # the manifest is not locked
    rewritten(locked.folder / BOOK, "青山-7")
    assert verify(locked.folder).found == (f"{BOOK}：有改动；要知道是哪一页，请加 --password-file",)
    assert "《封面》第 1 页有改动" in verify(locked.folder, password="青山-7").found[0]


# The check


def copied(ready: Ready, tmp_path: Path) -> Path:
    """Return a copy of a dossier, to be tampered with."""
    return Path(shutil.copytree(ready.folder, tmp_path / "copy"))


def rewritten(book: Path, password: str = "", page: int = 0) -> None:
    """Add a stroke to a page of a PDF."""
    with pikepdf.open(book, password=password, allow_overwriting_input=True) as pdf:
        pdf.pages[page].contents_add(pdf.make_stream(b"q 1 w 100 100 m 200 200 l S Q"))
        pdf.save(book, encryption=bool(password))


def test_a_dossier_as_it_was_made_is_consistent_and_its_source_unproved(ready: Ready) -> None:
    assert verify(ready.folder).good
    assert verify(ready.folder).says == CONSISTENT
    assert verify(ready.folder / BOOK).says == CONSISTENT


def test_the_digest_of_the_hand_over_sheet_is_that_of_the_manifest(ready: Ready) -> None:
    (page,) = texts(ready.folder / f"{HANDOVER}.pdf")
    assert hashlib.sha256((ready.folder / NAME).read_bytes()).hexdigest() == ready.digest
    assert ready.digest in page
    assert verify(ready.folder, f" {ready.digest[:4].upper()} {ready.digest[4:16]}").says == AS_HANDED_OVER


def change_page(folder: Path) -> None:
    rewritten(folder / BOOK, page=3)


def drop_page(folder: Path) -> None:
    with pikepdf.open(folder / BOOK, allow_overwriting_input=True) as pdf:
        del pdf.pages[-1]
        pdf.save(folder / BOOK)


def add_page(folder: Path) -> None:
    with pikepdf.open(folder / BOOK, allow_overwriting_input=True) as pdf:
        pdf.add_blank_page()
        pdf.save(folder / BOOK)


def change_attachment(folder: Path) -> None:
    rewritten(next(folder.rglob("*县局通知.pdf")))


def change_index(folder: Path) -> None:
    book = load_workbook(folder / INDEX)
    book["目录"]["H2"] = "有签字件"
    book.save(folder / INDEX)


def add_file(folder: Path) -> None:
    shutil.copy(folder / BOOK, folder / "补充.pdf")


def remove_file(folder: Path) -> None:
    next(folder.rglob("*就读责任书*.pdf")).unlink()


def replace_whole(folder: Path) -> None:
    (folder / BOOK).write_bytes(b"%PDF-1.7 nothing")


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (change_page, "第 4 页有改动"),
        (drop_page, "缺少"),
        (add_page, "多出 1 页"),
        (change_attachment, "《县局通知》）：有改动"),
        (change_index, "目录.xlsx：有改动"),
        (add_file, "补充.pdf：清单里没有"),
        (remove_file, "《就读责任书 三年级（1）班》）：缺少"),
        (replace_whole, "已经打不开"),
    ],
)
def test_whatever_is_changed_added_or_removed_is_named(
    ready: Ready, tmp_path: Path, tamper: Callable[[Path], None], told: str
) -> None:
    folder = copied(ready, tmp_path)
    tamper(folder)
    (found,) = verify(folder).found
    assert told in found


def test_what_windows_and_macos_leave_behind_is_no_addition(ready: Ready, tmp_path: Path) -> None:
    folder = copied(ready, tmp_path)
    for name in ("Thumbs.db", ".DS_Store", "分盒文件/desktop.ini", "._档案.pdf"):
        (folder / name).write_bytes(b"x")
    assert verify(folder).good


def test_signed_sheets_may_lie_beside_the_sheet_and_nowhere_else(ready: Ready, tmp_path: Path) -> None:
    folder = copied(ready, tmp_path)
    scan(folder / "移交单 双方已签.png")
    assert verify(folder).good
    scan(folder / "分盒文件" / "移交单.png")
    scan(folder / "移交单补充" / "加页.png")
    added = "分盒文件/移交单.png", "移交单补充/加页.png"
    assert verify(folder).found == tuple(f"{name}：清单里没有，是后来放进来的" for name in added)


def test_the_sheet_of_another_dossier_is_found(folder: Project, ready: Ready, tmp_path: Path) -> None:
    scan(tmp_path / "扫描件" / "RC-10" / "木小春.png")
    other = made(folder, tmp_path / "扫描件", tmp_path)
    mixed = copied(ready, tmp_path)
    shutil.copy(other.folder / f"{HANDOVER}.pdf", mixed / f"{HANDOVER}.pdf")
    assert verify(mixed).says == "与移交单不一致"
    assert "是另一份档案的" in verify(mixed).found[0]


@pytest.mark.parametrize(
    ("name", "told"), [("没有", "没有“"), ("档案.zip", "先解压"), ("档案.pdf", "里没有 清单.json")]
)
def test_what_is_no_dossier_is_told_by_what_it_is(tmp_path: Path, name: str, told: str) -> None:
    if name != "没有":
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(NoDossierError, match=told):
        verify(tmp_path / name)


def test_a_manifest_that_was_changed_is_found_by_the_digest(ready: Ready, tmp_path: Path) -> None:
    folder = copied(ready, tmp_path)
    told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    told["papers"][0]["state"] = "有签字件"
    (folder / NAME).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    assert "是另一份档案的" in verify(folder).found[0]
    (folder / f"{HANDOVER}.pdf").unlink()  # whoever changes all of it can do that
    assert verify(folder).good
    (found,) = verify(folder, ready.digest).found
    assert "与移交单的校验码不一致" in found


def test_a_dossier_that_was_rewritten_as_a_whole_is_found_by_the_digest_alone(
    folder: Project, ready: Ready, tmp_path: Path
) -> None:
    scan(tmp_path / "扫描件" / "RC-10" / "木小春.png", "forged")
    forged = made(folder, tmp_path / "扫描件", tmp_path)
    assert verify(forged.folder).good
    assert not verify(forged.folder, ready.digest).good


@pytest.mark.parametrize("digest", ["abc", "z" * 20, "0123"])
def test_a_digest_that_is_none_is_refused(ready: Ready, digest: str) -> None:
    with pytest.raises(NoDossierError, match="不是移交单上的校验码"):
        verify(ready.folder, digest)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"form": 99}', '{"form": 1, "files": {"../x": ""}}'])
def test_a_manifest_that_cannot_be_read_is_told(ready: Ready, tmp_path: Path, text: str) -> None:
    folder = copied(ready, tmp_path)
    (folder / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(NoDossierError):
        verify(folder)


# What was there before


def lying(out: Path) -> list[str]:
    """Return what lies where dossiers are put."""
    return sorted(path.name for path in (out / "迎检").iterdir() if not path.name.startswith("."))


def test_the_same_dossier_takes_its_own_place(folder: Project, tmp_path: Path) -> None:
    first, again = made(folder, out=tmp_path), made(folder, out=tmp_path)
    assert (again.digest, again.former) == (first.digest, None)
    assert lying(tmp_path) == ["清溪小学"]


def test_a_dossier_that_may_have_been_handed_over_is_kept_under_its_number_where_another_is_made(
    folder: Project, tmp_path: Path
) -> None:
    first = made(folder, out=tmp_path)
    scan(tmp_path / "扫描件" / "RC-10" / "木小春.png")
    again = made(folder, tmp_path / "扫描件", tmp_path)
    assert again.former == tmp_path / "迎检" / f"清溪小学 {first.dossier.no}"
    assert verify(again.former, first.digest).says == AS_HANDED_OVER
    assert verify(again.folder, again.digest).says == AS_HANDED_OVER
    assert made(folder, out=tmp_path).former == tmp_path / "迎检" / f"清溪小学 {again.dossier.no}"
    assert made(folder, tmp_path / "扫描件", tmp_path).former == tmp_path / "迎检" / f"清溪小学 {first.dossier.no} 2"


def test_a_dossier_is_never_made_over_what_somebody_put_there_and_throws_none_of_it_away(
    folder: Project, tmp_path: Path
) -> None:
    first = made(folder, out=tmp_path)
    scan(first.folder / f"{HANDOVER}.png")
    with pytest.raises(DossierError, match="移交单"):
        made(folder, out=tmp_path)
    again = made(folder, out=tmp_path, overwrite=True)
    assert not (again.folder / f"{HANDOVER}.png").exists()
    assert again.former
    assert (again.former / f"{HANDOVER}.png").is_file()


def test_the_dossier_of_another_unit_is_not_put_aside_unasked(folder: Project, tmp_path: Path) -> None:
    first = made(folder, out=tmp_path)
    told = json.loads((first.folder / NAME).read_text(encoding="utf-8"))
    told["unit"] = "云山县溪口小学"
    (first.folder / NAME).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(DossierError, match="是云山县溪口小学的档案"):
        made(folder, out=tmp_path)


def test_what_a_killed_run_has_left_is_cleared_away(folder: Project, tmp_path: Path) -> None:
    left = tmp_path / "迎检" / f"溪口小学{PART}" / "papers"
    left.mkdir(parents=True)
    (left / "x.pdf").write_bytes(b"x")
    made(folder, out=tmp_path)
    assert lying(tmp_path) == ["清溪小学"]


def test_what_is_no_dossier_is_put_aside_and_not_away(folder: Project, tmp_path: Path) -> None:
    scan(tmp_path / "迎检" / "清溪小学" / "照片.png")
    with pytest.raises(DossierError, match="不是保学做的"):
        made(folder, out=tmp_path)
    assert made(folder, out=tmp_path, overwrite=True).former == tmp_path / "迎检" / "清溪小学 旧"
    assert (tmp_path / "迎检" / "清溪小学 旧" / "照片.png").is_file()


def test_nothing_half_made_is_left_where_a_run_fails(
    folder: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("generator.press.dossier.delivery.page_digests", fails)
    with pytest.raises(DossierError, match="磁盘满了"):
        made(folder, out=tmp_path)
    assert [path.name for path in (tmp_path / "迎检").iterdir() if not path.name.startswith(".")] == []


def test_front_pages_are_definitions_that_are_no_papers_by_themselves() -> None:
    files = sorted((templates_dirs()[0] / "_dossier").glob("*.yaml"))
    assert len(files) == 7
    assert all(read_yaml(path).data["per"] == "dossier" for path in files)
