"""Writes what changes hands: the book, the papers one by one, index, manifest and hand-over sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__
from generator.files import write
from generator.forms.dossier import Dossier, Sealed
from generator.press.dossier.book import Fronts
from generator.press.dossier.contents import Contents
from generator.press.dossier.manifest import BOOK, HANDOVER, INDEX, NAME, manifest_of, page_digests
from generator.press.dossier.signature import signed
from generator.press.folder import sha256
from generator.press.tables import Table, workbook
from generator.render import renderer
from generator.render.bound import lock

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner


def deliver(
    whole: Contents, fronts: Fronts, book: bytes, spans: Mapping[str, range], password: str,
    signer: SimpleSigner | None, folder: Path,
) -> str:  # fmt: skip
    """Write the files of a dossier into a folder, sign the hand-over sheet, and return the digest of its manifest.

    With a password there are no loose papers and no index: a workbook cannot be locked by it.
    """
    dossier = whole.dossier
    paths = {at: leaf.name(at, whole.boxes[leaf.box - 1]) for at, leaf in enumerate(whole.leaves, start=1)}
    files = {BOOK: lock(book, password) if password else book}
    if password:
        paths = {}
    for at, path in paths.items():
        files[path] = whole.leaves[at - 1].file.read_bytes()
    if not password:
        files[INDEX] = _index(dossier, paths, whole.boxes)
    for path, data in files.items():
        write(folder / path, data, settled=False)
    told = manifest_of(dossier, spans, files, paths, whole.made_of, page_digests(book), named=not password)
    write(folder / NAME, told)
    seal = sha256(told)
    dossier.sealed = Sealed(seal, len(files), f"保学 {__version__}")
    sheet = fronts.page("dossier-handover", dossier)
    for fmt in ("pdf", "docx"):
        printed = renderer(fmt).render([sheet], copies=1, duplex=False, title="移交单")
        data = signed(printed.data, seal, signer) if fmt == "pdf" else printed.data
        write(folder / f"{HANDOVER}.{fmt}", data)
    return seal


def _index(dossier: Dossier, paths: Mapping[int, str], boxes: Sequence[str]) -> bytes:
    """Return the index workbook: contents, what lacks, what is not signed, what is not for those who receive it."""
    contents = [
        (paper.number, f"{paper.box:02} {boxes[paper.box - 1]}", paper.title, paper.whose, paper.pieces, paper.page,
         paper.last, paper.state, paper.remark, paths.get(paper.number, ""))
        for paper in dossier.papers
    ]  # fmt: skip
    unsigned = [
        (paper.number, paper.box, paper.title, paper.whose, paper.pieces, paper.page, paper.remark or paper.state)
        for paper in dossier.unsigned
    ]
    whose = "班级、姓名或日期"
    head = ("序号", "盒", "题名", whose, "份数", "起页", "止页", "签字件", "备注", "文件")
    lacking = [(one.box or "", one.title, one.whose, one.why) for one in dossier.lacking]
    kept_back = [(one.box, one.title, one.why) for one in dossier.kept_back]
    return workbook(
        f"{dossier.unit}迎检档案目录",
        Table("目录", head, contents),
        Table("缺少的文书", ("盒号", "文书", "涉及", "原因"), lacking),
        Table("未附签字件", ("序号", "盒号", "文书", whose, "份数", "页码", "情况"), unsigned),
        Table("不提供的文书", ("盒号", "文书", "原因"), kept_back),
        Table("认不出的扫描件", ("文件", "原因"), [(one.title, one.why) for one in dossier.unknown]),
    )
