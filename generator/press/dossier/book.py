"""The dossier as one PDF: front pages, dividers and papers, bound once the number of every page is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from generator.dataset.models import County
from generator.errors import BaoxueError
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.dossier import Box, Dossier, Filed, Lacking
from generator.forms.lowered import Paper
from generator.forms.plan import Entry
from generator.forms.resolve import HeldBackError
from generator.press.dossier.contents import Contents
from generator.press.dossier.filing import BOX_NUMBERS, Leaf
from generator.press.dossier.reckoning import reckoned
from generator.press.run import Station
from generator.render import renderer
from generator.render.bound import Binding, Mark, Part, bind

FRONTS = "_dossier"
"""Where the definitions of the front pages lie."""
BEFORE = {
    "dossier-cover": "封面",
    "dossier-contents": "总目录",
    "dossier-completeness": "完整性核对表",
    "dossier-self-assessment": "督导检查自评表",
    "dossier-figures": "工作指标图",
}
"""Front pages in their order, with their bookmarks; a county does not assess itself."""
SELF, FIGURES = "dossier-self-assessment", "dossier-figures"
DIVIDER = "dossier-divider"
MOST_PASSES = 6
"""Front pages are made again while their own number changes: longer numbers rarely make longer lines."""


class FrontPageError(BaoxueError):
    """A front page cannot be made, or never keeps its number of pages."""


@dataclass(frozen=True, slots=True)
class Fronts:
    """What makes front pages."""

    context: Context
    catalogue: Catalogue
    folder: Path

    def page(self, name: str, dossier: Dossier) -> Paper:
        """Return a front page, lowered; raises ``FrontPageError`` where a value is missing."""
        context = replace(self.context, audience=None, dossiers=(dossier,))
        try:
            return Station(context, self.catalogue, self.folder, overwrite=True).paper(name, Entry(0, name))[0]
        except HeldBackError as error:
            raise FrontPageError(str(error)) from None


def bound(whole: Contents, fronts: Fronts) -> tuple[bytes, dict[str, range]]:
    """Return the dossier as one PDF, and the pages of its front pages and dividers by their bookmarks."""
    before = _there(whole, fronts)
    names = [*before, *(_divider(box) for box in BOX_NUMBERS)]

    def placed(counts: Mapping[str, int]) -> list[Paper]:
        whole.place(sum(counts[name] for name in before), {box: counts[_divider(box)] for box in BOX_NUMBERS})
        papers = [_unnumbered(fronts.page(name, whole.dossier)) for name in before]
        return papers + [_unnumbered(_of_box(fronts, whole.dossier, box)) for box in whole.dossier.boxes]

    counts = dict(zip(names, map(reckoned, placed(dict.fromkeys(names, 1))), strict=True))
    for _ in range(MOST_PASSES):
        papers = placed(counts)
        printed = renderer("pdf").render(papers, copies=1, duplex=False, title=whole.dossier.no)
        now = dict(zip(names, printed.pages or (), strict=True))
        if now == counts:
            return _bound(whole, printed.data, before, counts)
        counts = now
    raise FrontPageError("目录的页数定不下来，请告诉开发者")


def _there(whole: Contents, fronts: Fronts) -> list[str]:
    """Return the front pages of a dossier; of the figures that cannot be told, the completeness sheet tells."""
    names = [name for name in BEFORE if name != SELF or not isinstance(whole.unit.record, County)]
    try:
        fronts.page(FIGURES, whole.dossier)
    except FrontPageError as error:
        whole.dossier.lacking.append(Lacking(0, BEFORE[FIGURES], "", str(error)))
        names.remove(FIGURES)
    return names


def _unnumbered(paper: Paper) -> Paper:
    """Return a front page without a number of its own: it has that of the dossier, and is no paper that was filed."""
    return replace(paper, page=replace(paper.page, footer=""))


def _divider(box: int) -> str:
    return f"{DIVIDER}-{box}"


def _of_box(fronts: Fronts, dossier: Dossier, box: Box) -> Paper:
    dossier.box = [box]
    return fronts.page(DIVIDER, dossier)


def _bound(
    whole: Contents, fronts: bytes, before: list[str], counts: Mapping[str, int]
) -> tuple[bytes, dict[str, range]]:
    """Bind everything; ``counts`` are the pages of the front pages, in the order in which ``fronts`` has them."""
    dossier, spans, at = whole.dossier, dict[str, range](), 0
    for name, count in counts.items():
        spans[name] = range(at, at + count)
        at += count
    parts = [Part(fronts, BEFORE[name], pages=spans[name]) for name in before]
    told = {BEFORE[name]: range(spans[name].start + 1, spans[name].stop + 1) for name in before}
    filed = list(zip(whole.leaves, dossier.papers, strict=True))
    for box in dossier.boxes:
        says, pages = f"第{box.number}盒 {box.name}", spans[_divider(box.number)]
        parts.append(Part(fronts, says, pages=pages))
        told[says] = range(box.page, box.page + len(pages))
        parts += [_part(leaf, paper) for leaf, paper in filed if paper.box == box.number]
    return bind(parts, Binding(f"{dossier.unit}控辍保学迎检档案", dossier.no)), told


def _part(leaf: Leaf, paper: Filed) -> Part:
    """Return a file of the dossier as it is bound, with a bookmark for each of its papers where it has several."""
    marks, page = list[Mark](), 0
    for label, count in leaf.papers:
        marks.append(Mark(label, page))
        page += count
    says = " ".join(filter(None, (paper.title, paper.whose)))
    return Part(leaf.file, says, 1, tuple(marks) if len(marks) > 1 else ())
