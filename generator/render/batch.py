"""The papers of a print file, each in the cheaper of two ways that come to the same: stamped where many have one
layout, laid out in full where that is not so or where something about it is odd.

Which way a paper took does not show in its pages. Whether papers share their pages' contents depends on the papers of
the file alone, so that the same papers give the same bytes whatever was printed before.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from generator.forms.lowered import Cast, Paper, Run, whole
from generator.render import ALONE, Insert, Printed
from generator.render.printfile import PrintFile, Size
from generator.render.slots import Key, Runs, cut
from generator.render.stamp import (
    Counts,
    Filling,
    Fixed,
    Fonts,
    Layout,
    Skeleton,
    Stamper,
    UnfitError,
    content,
    painted,
    size,
)  # fmt: skip

ENOUGH = 3
"""From so many papers on, in this file and those before it, a layout is worth what it costs: itself and its proof."""

Pages = list[tuple[Size, Sequence[int]]]
"""Of each page of a paper the size, and the streams of its content."""
Check = Callable[[Paper, Iterable[Run]], None]
"""Raises an error for a paper that cannot be printed, or others like it for values that they have in its place."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """How a paper is stamped: its layout, what is in its slots, and whether others of the file share it."""

    layout: Layout
    values: tuple[Filling, ...]
    shared: bool


def choose(
    papers: Sequence[Paper | Cast], stamper: Stamper, check: Check, enough: int = ENOUGH
) -> tuple[list[Stamped | None], Counter[str]]:  # fmt: skip
    """Return how each paper is stamped, nothing where it is laid out in full, and how many are for what reason.

    From ``enough`` papers on a layout is made. All papers pass ``check`` before any is laid out.
    """
    ways: list[Stamped | None] = [None] * len(papers)
    reasons = Counter[str]()
    groups: dict[Key, list[tuple[int, tuple[Runs, ...]]]] = {}
    for at, paper in enumerate(papers):
        found = cut(paper)
        groups.setdefault(found.key, []).append((at, found.values))
    for group in groups.values():
        check(whole(papers[group[0][0]]), (run for _, values in group for runs in values for run in runs))
    for key, group in groups.items():
        if key not in stamper.skeletons and stamper.met(hash(key), len(group)) < enough:
            reasons[ALONE] += len(group)
            continue
        try:
            skeleton = stamper.skeleton(whole(papers[group[0][0]]))
        except UnfitError as error:
            reasons[str(error)] += len(group)
            continue
        _choose(papers, stamper, key, skeleton, group, ways, reasons, enough)
    return ways, reasons


def _choose(
    papers: Sequence[Paper | Cast], stamper: Stamper, key: Key, skeleton: Skeleton,
    group: list[tuple[int, tuple[Runs, ...]]], ways: list[Stamped | None], reasons: Counter[str], enough: int,
) -> None:  # fmt: skip
    """Choose among papers of one skeleton."""
    alike: dict[Counts, list[tuple[int, tuple[Filling, ...]]]] = {}
    for at, values in group:
        try:
            fillings = stamper.fillings(values, skeleton)
        except UnfitError as error:
            reasons[str(error)] += 1
        else:
            alike.setdefault(skeleton.counts(fillings), []).append((at, fillings))
    for counts, some in alike.items():
        met = stamper.met(hash((key, counts)), len(some))
        if counts not in skeleton.layouts and skeleton.layouts and met < enough:
            reasons[ALONE] += len(some)
            continue
        try:
            layout = stamper.layout(whole(papers[some[0][0]]), skeleton, some[0][1])
        except UnfitError as error:
            reasons[str(error)] += len(some)
            continue
        for at, fillings in some:
            ways[at] = Stamped(layout, fillings, len(some) >= ENOUGH)


def print_file(
    papers: Sequence[Paper | Cast], stamper: Stamper, check: Check, *, copies: int, duplex: bool, title: str,
    step: Callable[[], None], inserts: Sequence[Insert] = (),
) -> Printed:  # fmt: skip
    """Return the papers as one PDF; raises ``OtherWayError``, ``WidthError``, and what ``check`` raises.

    Inserts are alike in all print files, so that a layout is made of a single one.
    """
    ways, reasons = choose(papers, stamper, check)
    file, fonts, shared = PrintFile(copies, duplex), Fonts(), dict[int, int]()

    def written(paper: Paper | Cast, way: Stamped | None) -> Pages:
        if way is None:
            return [_whole(file, page) for page in _in_full(whole(paper), stamper, fonts)]
        way.layout.join(way.values, fonts)
        return _pages(file, way, shared)

    laid = []
    for paper, way in zip(papers, ways, strict=True):
        laid.append(written(paper, way))
        step()
    counts = tuple(map(len, laid))
    between = [insert.paper(counts) for insert in inserts]
    put = list(map(written, between, choose(between, stamper, check, enough=1)[0]))
    for at, (paper, pages) in enumerate(zip(papers, laid, strict=True)):
        for insert, leaf, leaves in zip(inserts, between, put, strict=True):
            if insert.before == at:
                file.paper(leaf.title, leaves, copies=1)
        file.paper(paper.title, pages)
    data = file.finished(title, fonts.faces, fonts.states)
    return Printed(data, counts, copies, reasons, tuple(map(len, put)))


def _in_full(paper: Paper, stamper: Stamper, fonts: Fonts) -> list[tuple[Size, bytes]]:
    return [(size(page), painted(page, fonts)) for page in stamper.lay_out(paper)]


def _whole(file: PrintFile, page: tuple[Size, bytes]) -> tuple[Size, Sequence[int]]:
    shape, shown = page
    return shape, [file.stream(shown)]


def _pages(file: PrintFile, way: Stamped, shared: dict[int, int]) -> Pages:
    """Write what the pages of a stamped paper show and that is not in the file yet."""
    pages: Pages = []
    for page, parts in zip(way.layout.pages, way.layout.stamped(way.values), strict=True):
        if not way.shared:
            pages.append((page.size, [file.stream(content(parts))]))
            continue
        streams: list[int] = []
        own: list[bytes] = []
        for part in parts:
            if not isinstance(part, Fixed):
                own.append(part)
                continue
            if own:
                streams.append(file.stream(b"\n".join(own)))
                own = []
            if id(part) not in shared:
                shared[id(part)] = file.stream(part.rest, usual=True)
            streams.append(shared[id(part)])
        if own:
            streams.append(file.stream(b"\n".join(own)))
        pages.append((page.size, streams))
    return pages
