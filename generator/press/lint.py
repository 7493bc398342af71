"""Looks a user's own Word form over, alone or against the data it is to be filled with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.text.run import Run

from generator import office
from generator.dataset import plain
from generator.dataset.masking import quote
from generator.dataset.missing import Missing
from generator.errors import BaoxueError, Problem, TemplateError
from generator.files import reason, write
from generator.forms.catalogue import Proof, discover, own_forms
from generator.forms.context import TYPES
from generator.forms.own_form import SHOWN, Examined, FillError, OwnForm, Tag, examine, reached, wanted_names
from generator.forms.own_form.tags import CHINESE_PARTS, W
from generator.forms.word_form import headers, tags_of
from generator.policy.model import Policy
from generator.press.fill import read_form

KINDS = {
    "value": "填值", "loop": "循环", "condition": "条件", "end": "条件、循环的分支或结尾",
    "comment": "注释，不会印出来", "cell": "格子的样子", "rich": "带格式的内容",
}  # fmt: skip
AUTHOR = "保学"
_TRIED = 50
"""Rows with which a form is tried out."""
_REASONS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A tag, and what it finds in the data: nothing to say where there is no data or it asks for none."""

    tag: Tag
    found: str = ""

    def __str__(self) -> str:
        told = "；".join(part for part in (KINDS[self.tag.kind], self.found) if part)
        return f"{CHINESE_PARTS[self.tag.part]}　{self.tag.expression}　{told}"


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found in a form: every tag, every problem with where it stands, and remarks."""

    findings: tuple[Finding, ...]
    problems: tuple[tuple[Problem, Tag | None], ...]
    remarks: tuple[tuple[str, Tag | None], ...] = ()
    sheet: str = ""
    paper: str = ""  # the id of the paper that is printed from it

    @property
    def wrong(self) -> bool:
        """Whether the form cannot be filled as it stands."""
        return any(problem.level == "error" for problem, _ in self.problems)


def lint(form: Path, records: Path | None = None, sheet: str = "") -> Lint:
    """Return what is found in a form, and in the data for it.

    Raises ``TemplateError`` where it is no form, ``DataError`` where the records cannot be used.
    """
    data = read_form(form)
    asked = wanted_names(data, form.name)
    rows = plain.read(records, sheet, lambda header: plain.folded(header) in asked) if records else None
    found = examine(data, form.name, rows.columns if rows else ())
    problems: list[tuple[Problem, Tag | None]] = list(zip(found.problems, found.spots, strict=True))
    if rows:
        problems += found.unknown(rows.columns)
        problems += found.unknown_inside([row.values for row in rows.rows])
        problems += [(problem, None) for problem in rows.problems]
    if not any(problem.level == "error" for problem, _ in problems):
        problems += _tried(found, rows)
    findings = tuple(Finding(tag, _told(tag, rows)) for tag in found.tags)
    return Lint(findings, tuple(problems), tuple(_remarks(found, rows)), rows.sheet if rows else "")


def lint_paper(form: Path, project: Path, policy: Policy) -> Lint | None:
    """Return what is found in a Word form that a paper of the project is printed from, proved as that paper is; nothing
    where no paper is. What tags may say there is more, and other, than what rows of a table give.

    Raises ``TemplateError`` where definitions of the project cannot be read.
    """
    if form.resolve() not in {path.resolve() for path in own_forms(project)}:
        return None
    catalogue = discover(project)
    names = [name for name, file in catalogue.words.items() if file.path.resolve() == form.resolve()]
    if not names:
        return None
    proof = Proof(catalogue, policy, names[0])
    tags, mended = tags_of(catalogue.words[names[0]], proof.types.functions, policy)
    per = catalogue.definitions[names[0]].per
    known = headers(per)
    findings = (
        Finding(tag, "；".join(f"“{TYPES[per].sheet}”表的“{name}”" for name in tag.names if name in known))
        for tag in tags
    )
    by_place = {tag.place: tag for tag in tags}
    problems = tuple((problem, by_place.get(problem.place.cell)) for problem in proof.problems())
    return Lint(tuple(findings), problems, tuple((str(one), by_place.get(one.place)) for one in mended), paper=names[0])


def _told(tag: Tag, rows: plain.Rows | None) -> str:
    """Return what the data has for a tag."""
    if rows is None:
        return ""
    columns = {plain.folded(column): column for column in rows.columns}
    below = {trail[0] for trail in tag.inside}
    names = (columns[plain.folded(name)] for name in tag.names if plain.folded(name) in columns and name not in below)
    told = [_of_values(name, [row.values[name] for row in rows.rows]) for name in names]
    below_names = ((trail, [one for row in rows.rows for one in reached(row.values, trail)]) for trail in tag.inside)
    return "；".join(told + [_of_values(".".join(trail), values) for trail, values in below_names if values])


def _of_values(name: str, values: Sequence[Any]) -> str:
    blank = sum(isinstance(value, Missing) or value in ("", None) for value in values)
    first = next((value for value in values if not isinstance(value, Missing) and value not in ("", None)), None)
    told = f"“{name}”{len(values) - blank} 条有" + (f"、{blank} 条空着" if blank else "")
    return told if first is None else f"{told}，如{_shown(first)}"


def _shown(value: Any) -> str:
    if isinstance(value, list | dict):
        return f"{len(value)} 项"
    return quote(str(value))


def _tried(found: Examined, rows: plain.Rows | None) -> Iterable[tuple[Problem, Tag | None]]:
    """Yield what goes wrong when the form is compiled and filled with the first rows."""
    try:
        form = OwnForm(found)
    except TemplateError as error:
        yield from ((problem, None) for problem in error.problems)
        return
    reasons: dict[str, list[str]] = {}
    for row in rows.rows[:_TRIED] if rows else ():
        try:
            form.fill(row.values)
        except FillError as error:
            reasons.setdefault(str(error), []).append(row.label)
    for why, labels in list(reasons.items())[:_REASONS]:
        tag = next((one for one in found.tags if one.place and f"（见“{one.place[:SHOWN]}”）" in why), found.tags[0])
        what = f"试填前 {min(len(rows.rows), _TRIED) if rows else 0} 条，{labels[0]}等 {len(labels)} 条填不出来：{why}"
        yield Problem(found.spot(tag), what, '给数据补上，或在标签里写 |默认("")', "warning"), tag


def _remarks(found: Examined, rows: plain.Rows | None) -> Iterable[tuple[str, Tag | None]]:
    by_place = {tag.place: tag for tag in found.tags}
    yield from ((str(mended), by_place.get(mended.place)) for mended in found.mended)
    known = {plain.folded(column) for column in rows.columns} if rows else set()
    for name, tag in found.singles:
        if plain.folded(name) not in known:
            yield f"“{{{name}}}”只有一层花括号，会照原样印出来；是标签就写成 {{{{{name}}}}}", tag


def annotated(form: Path, found: Lint) -> bytes:
    """Return a copy of a form with problems and remarks as comments of Word, the same bytes for the same form.

    Word has comments in the body alone; those of headers, footers and footnotes stand at the first paragraph.
    """
    document = Document(BytesIO(read_form(form)))
    paragraphs = list(document.element.iter(f"{W}p")) or [document.add_paragraph()._p]
    said = [(f"{problem.what}。{problem.todo}。", tag) for problem, tag in found.problems]
    for text, tag in [*said, *found.remarks]:
        part = tag.part if tag else "body"
        index = tag.paragraph if tag and part == "body" else 0
        told = text if part == "body" else f"{CHINESE_PARTS[part]}“{tag.place if tag else ''}”：{text}"
        comment = document.add_comment(_runs(paragraphs, index), told, author=AUTHOR, initials="保")
        comment._comment_elm.attrib.pop(f"{W}date")  # the clock
    buffer = BytesIO()
    document.save(buffer)
    return office.pack(office.unpack(buffer.getvalue()))


def _runs(paragraphs: Sequence[Any], index: int) -> list[Run]:
    """Return the first and last run of a paragraph, making one where it has none."""
    paragraph = paragraphs[index]
    runs = [run for run in paragraph if run.tag == f"{W}r"] or list(paragraph.iter(f"{W}r")) or [paragraph.add_r()]
    return [Run(runs[0], paragraph), Run(runs[-1], paragraph)]


class CopyError(BaoxueError):
    """The copy with comments cannot be written."""


def write_copy(path: Path, form: Path, data: bytes) -> str:
    """Write an annotated copy and return what to say of it; raises ``CopyError`` where that would harm something."""
    if path.suffix.lower() != ".docx":
        raise CopyError(f"{path.name}：副本要写成 .docx")
    if path.exists() and (path.samefile(form) or not _is_copy(path.read_bytes())):
        raise CopyError(f"{path} 已经有了，不是以前写的副本：换一个名称，免得盖掉别的文件")
    try:
        write(path, data)
    except OSError as error:
        raise CopyError(f"{path} 写不进去（{reason(error, path)}）：换一个地方，或关掉打开它的程序") from None
    return f"有批注的副本在 {path}。"


def _is_copy(data: bytes) -> bool:
    """Return whether a document has comments of ours, so that a newer copy may take its place."""
    try:
        return any(comment.author == AUTHOR for comment in Document(BytesIO(data)).comments)
    except Exception:  # it is no document of Word at all
        return False
