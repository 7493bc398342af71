"""Where the parts of a chart stand: nothing overlaps, everything is told, bars are as long as their numbers."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.forms.charting import EM, PITCH, UPRIGHT, pictures, wide
from generator.forms.lowered import Bar, Dot, Letters, Picture, Stroke
from generator.forms.resolve import Chart
from tests.forms.charts import LONG, Number, chart, series

WIDTH, TALLEST = 156.0, 140.0
Box = tuple[float, float, float, float]


def drawn(of: Chart, width: float = WIDTH, tallest: float = TALLEST) -> list[Picture]:
    return pictures(of, width, tallest)


def box(letters: Letters) -> Box:
    """Left, top, right and bottom of a line of text."""
    width = wide(letters.text)
    left = letters.left - {"left": 0.0, "center": width / 2, "right": width}[letters.align]
    return left, letters.top - EM / 2, left + width, letters.top + EM / 2


def overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] - 0.05 and other[0] < one[2] - 0.05 and one[1] < other[3] - 0.05 and other[1] < one[3] - 0.05
    )


def letters(picture: Picture) -> list[Letters]:
    return [part for part in picture.drawn if isinstance(part, Letters)]


def bars(picture: Picture) -> list[Bar]:
    """Those that show a number: samples in the legend stand above the scale."""
    return [part for part in picture.drawn if isinstance(part, Bar) and part.width != 5.0]


def numbers(made: list[Picture]) -> Counter[str]:
    return Counter(part.text for picture in made for part in letters(picture) if part.backed)


def apart(picture: Picture) -> None:
    for one, other in combinations(letters(picture), 2):
        assert not overlap(box(one), box(other)), (one.text, other.text)


def within(picture: Picture) -> None:
    for part in letters(picture):
        left, top, right, bottom = box(part)
        assert left >= -1.0, part.text
        assert right <= picture.width + 1.0, part.text
        assert top >= -0.1, part.text
        assert bottom <= picture.height + 0.1, part.text


NAMES = ["云溪镇中心小学", LONG, "短", "喆堃玥𬭎学校", "A School with a very long Latin name, Inc."]


@pytest.mark.parametrize("kind", ["bars", "dots", "columns", "lines"])
@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("rows", [1, 5, 60])
def test_no_text_overlaps_another_or_leaves_the_picture(kind: str, count: int, rows: int) -> None:
    labels = [NAMES[at % len(NAMES)] for at in range(rows)]
    shown = [series(f"系列{at}", [at * 7 + row for row in range(rows)]) for at in range(count)]
    made = drawn(chart(labels, *shown, kind=kind, targets=[3.5] * rows))  # type: ignore[arg-type]
    for picture in made:
        apart(picture)
        within(picture)


@settings(deadline=None, max_examples=60)
@example([("", 101)], "dots")
@given(
    st.lists(
        st.tuples(st.text("学校一二ab<&", max_size=40), st.none() | st.integers(-5, 10**6)), min_size=1, max_size=70
    ),
    st.sampled_from(["bars", "dots", "columns", "lines"]),
)
def test_whatever_there_is_to_show_is_written_and_apart(rows: list[tuple[str, Number]], kind: str) -> None:
    shown = series("人数", [number for _, number in rows])
    made = drawn(chart([label for label, _ in rows], shown, kind=kind))  # type: ignore[arg-type]
    assert numbers(made) == Counter(shown.written)
    for picture in made:
        apart(picture)
        within(picture)


def test_a_name_is_broken_into_lines_and_never_cut() -> None:
    (picture,) = drawn(chart([LONG], series("人数", [1])))
    name = [part for part in letters(picture) if part.align == "right" and "单位" not in part.text]
    assert len(name) > 1
    assert "".join(part.text for part in name) == LONG
    assert {round(later.top - line.top, 6) for line, later in pairwise(name)} == {PITCH}


def test_bars_are_as_long_as_their_numbers_and_begin_at_nought() -> None:
    (picture,) = drawn(chart(["甲", "乙", "丙"], series("人数", [2, 4, 1])))
    two, four, one = bars(picture)
    assert two.left == four.left == one.left
    assert two.width / one.width == pytest.approx(2)
    assert four.width / one.width == pytest.approx(4)


def test_columns_are_as_high_as_their_numbers_and_stand_on_one_line() -> None:
    (picture,) = drawn(chart(["9月", "10月"], series("辍学", [2, 6]), kind="columns"))
    low, high = bars(picture)
    assert high.height / low.height == pytest.approx(3)
    assert low.top + low.height == pytest.approx(high.top + high.height)


def test_what_is_nought_has_no_bar_and_is_written() -> None:
    (picture,) = drawn(chart(["甲", "乙"], series("人数", [0, 0])))
    assert bars(picture) == []
    assert numbers([picture]) == Counter({"0": 2})


def test_where_there_is_no_number_nothing_is_drawn_and_the_word_is_written() -> None:
    (picture,) = drawn(chart(["甲", "乙"], series("巩固率", [99.5, None], ["99.5%", "无"]), kind="dots"))
    assert len([part for part in picture.drawn if isinstance(part, Dot)]) == 1
    assert numbers([picture]) == Counter(["99.5%", "无"])


def test_dots_tell_apart_what_is_close_together() -> None:
    (picture,) = drawn(chart(["甲", "乙"], series("巩固率", [99.5, 99.6]), kind="dots"))
    first, second = (part.left for part in picture.drawn if isinstance(part, Dot))
    assert second - first > WIDTH / 10


def test_many_rows_are_divided_among_pictures_of_one_scale() -> None:
    of = chart([f"第{at}小学" for at in range(60)], series("应返", range(60)), series("已返", range(60)))
    made = drawn(of)
    assert len(made) > 1
    assert all(picture.height <= TALLEST for picture in made)
    scales = {tuple((part.text, part.left) for part in letters(picture) if part.align == "center") for picture in made}
    assert len(scales) == 1
    assert sum(len(numbers([picture])) > 0 for picture in made) == len(made)


def test_labels_that_do_not_fit_under_columns_lay_them_on_their_side() -> None:
    months, names = [f"{at}月" for at in range(1, 7)], [LONG] * 6
    assert drawn(chart(months, series("人数", range(6)), kind="columns"))[0].kind == "columns"
    assert drawn(chart(names, series("人数", range(6)), kind="columns"))[0].kind == "bars"
    assert drawn(chart([*"甲乙丙丁"] * 15, series("人数", range(60)), kind="lines"))[0].kind == "bars"


def test_a_target_is_one_line_across_the_rows_that_share_it() -> None:
    of = chart(["甲", "乙", "丙"], series("辍学率", [0.1, 0.2, 0.3]), targets=[0.5, 0.5, 1.2])
    (picture,) = drawn(of)
    lines = [part for part in picture.drawn if isinstance(part, Stroke) and part.dashes == "dashed"]
    _, *aims = lines  # the first is its sample
    assert len(aims) == 2
    (near, _), (far, _) = (line.points[0] for line in aims)
    (left, _) = min(part.points[0] for part in picture.drawn if isinstance(part, Stroke) and part.weight == 0.8)
    assert (far - left) / (near - left) == pytest.approx(1.2 / 0.5)


def test_series_are_told_apart_without_colours() -> None:
    four = [series(str(at), [at + 1]) for at in range(4)]
    (lying,) = drawn(chart(["甲"], *four))
    assert len({bar.fill for bar in bars(lying)}) == 4
    (joined,) = drawn(chart(["甲", "乙"], *(series(str(at), [at, at]) for at in range(4)), kind="lines"))
    assert len({part.marker for part in joined.drawn if isinstance(part, Dot)}) == 4


def test_a_line_is_broken_where_a_number_is_lacking() -> None:
    (picture,) = drawn(chart([*"123456"], series("人数", [1, 2, None, 3, 4, 5]), kind="lines"))
    lines = [part for part in picture.drawn if isinstance(part, Stroke) and part.weight == 0.9 and len(part.points) > 1]
    assert [len(line.points) for line in lines] == [2, 3]


def test_columns_are_as_high_as_was_asked() -> None:
    for height in (0.0, 40.0, 90.0):
        (picture,) = drawn(chart(["9月"], series("辍学", [2]), kind="columns", height=height))
        assert picture.height == (height or UPRIGHT)


def test_without_rows_there_is_no_picture() -> None:
    assert drawn(chart([], series("人数", []))) == []


def test_whoever_cannot_see_a_picture_is_told_what_it_shows() -> None:
    (picture,) = drawn(chart(["甲", "乙\n校"], series("辍学", [1, 0]), series("返校", [0, 2]), targets=[1, 1]))
    assert picture.alt == "各校情况。甲：辍学 1，返校 0，目标 1；乙 校：辍学 0，返校 2，目标 1。"
