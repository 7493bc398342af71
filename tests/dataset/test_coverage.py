from __future__ import annotations

from pathlib import Path

from generator import resources
from generator.dataset.coverage import drawable


def test_ranges_are_read_as_code_points(tmp_path: Path) -> None:
    (tmp_path / "coverage.txt").write_text("0041-0043\n2CB4E-2CB4E\n", "ascii")
    assert drawable(tmp_path) == {0x41, 0x42, 0x43, 0x2CB4E}


def test_the_house_fonts_draw_names_but_no_emoji() -> None:
    points = drawable(resources.fonts_dir())
    assert set(map(ord, "喆堃玥昇璟·，（）Aa1 ")) <= points
    assert ord("🙂") not in points
