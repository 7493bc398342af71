"""A user's own Word form and rows of a table in; one document a row, or one print file of them all, out."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator import __version__
from generator.dataset import plain
from generator.dataset.masking import without_numbers
from generator.errors import Place, Problem, TemplateError
from generator.faults import told
from generator.files import reason, settle, write
from generator.forms.own_form import (
    FillError,
    MergeError,
    OwnForm,
    Pattern,
    compile_form,
    compile_pattern,
    wanted_names,
)
from generator.forms.plan import safe_name
from generator.press.folder import (
    INDEX,
    JOURNAL,
    MANIFEST,
    FolderError,
    edited,
    known_files,
    locked,
    note,
    read_manifest,
    sha256,
)
from generator.press.tables import Table, workbook
from generator.press.workers import held_off

SUFFIX = ".docx"
CLASSES = ("班级", "班级名称", "所在班级", "学校", "学校名称")
"""Columns by which documents are named where no pattern is given: one of these, then the name."""
_LARGEST = 100 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What the user wants filled, with what, and where it goes."""

    form: Path
    records: Path
    out: Path
    name: str = ""
    merge: str = ""  # the name of the one print file
    sheet: str = ""
    sheets: bool = False  # in it, every record begins on a sheet of its own
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order read and proved: the form compiled, the rows read, a name for every document."""

    order: Order
    form: OwnForm
    rows: plain.Rows
    targets: tuple[str, ...]

    @property
    def remarks(self) -> list[str]:
        """What the user should know: what was understood otherwise than typed, which sheet was read."""
        told = list(dict.fromkeys(map(str, self.form.mended))) + self.form.remarks
        if self.rows.sheet and not self.order.sheet:
            told.append(f"用的是“{self.rows.sheet}”表，{len(self.rows.rows)} 行")
        comments = [tag.expression for tag in self.form.tags if tag.kind == "comment"]
        return told + [f"“{text[:20]}”是注释，不会印出来" for text in comments]


@dataclass(slots=True)
class Filled:
    """What became of a run: files made and kept, records left out and why."""

    out: Path
    made: dict[str, list[str]] = field(default_factory=dict)  # path -> the records in it
    kept: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    remarks: list[str] = field(default_factory=list)

    @property
    def papers(self) -> int:
        """How many records were filled in."""
        return sum(map(len, self.made.values()))

    @property
    def partial(self) -> bool:
        """Whether part of what was asked for was not made."""
        return bool(self.skipped or self.failed)


def read_form(path: Path) -> bytes:
    """Return a form's bytes; raises ``TemplateError`` where it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise TemplateError([Problem(Place(path.name), "文件太大（100 MB 以上）", "删去或压缩里面的图片")])
        return path.read_bytes()
    except FileNotFoundError:
        raise TemplateError([Problem(Place(path.name), "没有这个文件", "检查路径")]) from None
    except OSError as error:
        raise TemplateError([Problem(Place(str(path)), f"读不出来（{reason(error)}）", "检查路径和权限")]) from None


def prepare(order: Order) -> Prepared:
    """Read and prove everything; nothing is written yet.

    Raises ``TemplateError`` where the form is wrong or asks for columns that are not there, ``DataError`` where the
    records cannot be used, ``PatternError`` where no names can be made.
    """
    data = read_form(order.form)
    asked = wanted_names(data, order.form.name)
    rows = plain.read(order.records, order.sheet, lambda header: plain.folded(header) in asked)
    form = compile_form(data, order.form.name, rows.columns)
    form.examined.refuse_unknown(rows.columns, [row.values for row in rows.rows])
    pattern = compile_pattern(order.name or default_pattern(rows.columns, order.form.stem), rows.columns)
    return Prepared(order, form, rows, () if order.merge else targets(pattern, rows.rows))


def default_pattern(columns: tuple[str, ...], stem: str) -> str:
    """Return a pattern that names documents by class and name, else by the first column."""
    known = dict.fromkeys(map(plain.folded, columns))
    named = [next((name for name in names if name in known), "") for names in (CLASSES, plain.NAMED)]
    chosen = [name for name in named if name] or list(known)[:1]
    return "-".join([*("{{" + name + "}}" for name in chosen), stem.replace("{", "").replace("}", "")])


def targets(pattern: Pattern, rows: tuple[plain.Row, ...]) -> tuple[str, ...]:
    """Return a path for every row, safe on Windows and distinct: those that would be the same bear their row."""
    paths = []
    for row in rows:
        *folders, last = [safe_name(without_numbers(part)) for part in pattern.of(row.values)]
        paths.append("/".join([*folders, last.removesuffix(SUFFIX)]))
    times = Counter(map(_same, paths))
    paths = [f"{path}-{row.number}" if times[_same(path)] > 1 else path for path, row in zip(paths, rows, strict=True)]
    times = Counter(map(_same, paths))
    return tuple(
        f"{path}-{row.number}{SUFFIX}" if times[_same(path)] > 1 else f"{path}{SUFFIX}"
        for path, row in zip(paths, rows, strict=True)
    )


def _same(path: str) -> str:
    """Return what is equal for paths that Windows or macOS cannot tell apart."""
    return unicodedata.normalize("NFC", path).casefold()


def fill(prepared: Prepared, done: Callable[[], None] = lambda: None) -> Filled:
    """Make the documents, or the print file, and return the report; ``done`` hears of each record.

    Raises ``FolderError`` where the folder cannot be written to or is that of ``build``.
    """
    order = prepared.order
    filled = Filled(order.out, problems=prepared.rows.problems, remarks=prepared.remarks)
    with locked(order.out):
        before = read_manifest(order.out)
        if before.get("dataset"):
            raise FolderError(f"{order.out} 里是 build 做的文书：用 --out 换一个文件夹")
        folder = _Folder(order, known_files(order.out), filled)
        try:
            if order.merge:
                folder.merged(prepared, done)
            else:
                folder.each(prepared, done)
        finally:
            with held_off():  # a second Ctrl-C does not keep from telling what the first left
                filled.remarks = prepared.remarks
                settle()
                _write_records(order, before, filled, folder.digests)
    return filled


@dataclass(slots=True)
class _Folder:
    """The folder being written to."""

    order: Order
    known: Mapping[str, list[str]]
    filled: Filled
    digests: dict[str, str] = field(default_factory=dict)

    def each(self, prepared: Prepared, done: Callable[[], None]) -> None:
        """Write one document a row."""
        for row, target in zip(prepared.rows.rows, prepared.targets, strict=True):
            try:
                self._write(target, prepared.form.fill(row.values), [row.label])
            except FillError as error:
                self.filled.skipped.append((row.label, str(error)))
            except TemplateError:
                raise
            except OSError as error:
                self.filled.failed.append((row.label, f"{target} 写不进去（{reason(error, self.order.out / target)}）"))
            except Exception as error:  # one bad record never stops the batch
                self.filled.failed.append((row.label, f"做不出来：{told(error)}"))
            done()

    def merged(self, prepared: Prepared, done: Callable[[], None]) -> None:
        """Write one print file of all rows that can be filled in."""
        rows = prepared.rows.rows
        left: set[int] = set()

        def values() -> Any:
            for row in rows:
                yield row.values
                done()

        def left_out(index: int, error: FillError) -> None:
            left.add(index)
            self.filled.skipped.append((rows[index].label, str(error)))

        target = self.order.merge
        try:
            data = prepared.form.merged(values(), sheets=self.order.sheets, left_out=left_out)
        except MergeError:
            if len(left) == len(rows):  # there is nothing to merge
                return
            raise
        try:
            self._write(target, data, [row.label for index, row in enumerate(rows) if index not in left])
        except OSError as error:
            self.filled.failed.append((target, f"写不进去（{reason(error, self.order.out / target)}）"))

    def _write(self, target: str, data: bytes, labels: list[str]) -> None:
        path = self.order.out / target
        digest = sha256(data)
        if not self.order.overwrite and edited(path, self.known.get(target, ())) and path.stat().st_size:
            self.filled.kept.append(target)
            return
        note(self.order.out, target, digest)
        write(path, data, settled=False)
        self.digests[target] = digest
        self.filled.made[target] = labels


def _write_records(order: Order, before: Mapping[str, Any], filled: Filled, digests: Mapping[str, str]) -> None:
    """Write manifest and index into the folder; raises ``FolderError`` where that cannot be."""
    title = order.form.stem
    made = {
        target: {"form": order.form.name, "title": title, "sha256": digest, "records": filled.made[target]}
        for target, digest in digests.items()
    }
    files = {**before["files"], **made}
    manifest = json.dumps({"program": __version__, "files": files}, ensure_ascii=False, indent=1, sort_keys=True)
    left = [(label, why, "缺数据") for label, why in filled.skipped] + [(*one, "出错") for one in filled.failed]
    index = workbook(
        "目录",
        Table(
            "文书", ("文件", "份数", "对象"), [(path, len(names), _some(names)) for path, names in filled.made.items()]
        ),
        Table("未生成", ("对象", "原因", "类别"), left),
        Table("未覆盖", ("人工改过的文件",), [(path,) for path in filled.kept]),
    )
    try:
        write(order.out / MANIFEST, manifest.encode())
        (order.out / JOURNAL).unlink(missing_ok=True)
        write(order.out / INDEX, index)
    except OSError as error:
        raise FolderError(
            f"目录写不进 {order.out}（{reason(error, order.out / INDEX)}）：请腾出空间、关掉打开的 {INDEX}，再运行"
        ) from None


def _some(names: list[str]) -> str:
    return "、".join(names[:5]) + (f" 等 {len(names)} 份" if len(names) > 5 else "")
