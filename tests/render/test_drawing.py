"""Pictures: the same bytes everywhere, in shades of grey, the same in Word and PDF, left out where none is drawn."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from generator.forms.charting import FILLS, pictures
from generator.forms.lower import lower
from generator.forms.lowered import Bar, Paper, Picture
from generator.forms.resolve import Chart, Resolved
from generator.render import drawing, renderer
from tests.forms.charts import LONG, chart, series
from tests.small import house

ROOT = Path(__file__).resolve().parents[2]
CHART = chart(["中心小学", LONG, "<b>&\"'喆堃玥𬭎 $x$ \\frac"], series("应返", [12, 3, 0]), series("已返", [10, 3, 0]))
LINES = chart(["9月", "10月"], series("辍学", [3, 1]), kind="lines")


def picture(of: Chart = CHART) -> Picture:
    return pictures(of, 156.0, 140.0)[0]


def paper(*charts: Chart) -> Paper:
    resolved = Resolved("图表", charts or (CHART,), ())
    return lower(resolved, house(), landscape=False, label="图表")


def printed(fmt: str, *papers: Paper, copies: int = 1) -> bytes:
    return renderer(fmt).render(list(papers), copies=copies, duplex=False, title="图表").data


def in_word(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def pixels(png: bytes) -> bytes:
    return Image.open(BytesIO(png)).convert("L").tobytes()


def test_a_picture_is_drawn_at_its_size_in_few_shades_of_grey() -> None:
    made = picture()
    image = Image.open(BytesIO(drawing.png(made)))
    assert image.mode == "L"
    assert image.size == tuple(int(side / 25.4 * 300) for side in (made.width, made.height))
    assert round(image.info["dpi"][0]) == 300
    assert len(image.getcolors(256) or ()) <= drawing.LEVELS


def test_nothing_in_the_file_tells_when_or_by_what_it_was_drawn() -> None:
    png, at, found = drawing.png(picture()), 8, []
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        found.append(kind)
        at += length + 12
    assert set(found) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_every_part_leaves_ink() -> None:
    """Without the bars, the letters, the lines or the dots it is another picture."""
    for of in (CHART, LINES):
        whole = picture(of)
        for kind in {type(part) for part in whole.drawn}:
            rest = tuple(part for part in whole.drawn if not isinstance(part, kind))
            less = Picture(whole.width, whole.height, rest, whole.alt)
            assert pixels(drawing.png(less)) != pixels(drawing.png(whole)), kind


def test_fillings_can_be_told_apart_on_a_grey_print() -> None:
    looks = set()
    for fill in FILLS:
        bar = Picture(20, 20, (Bar(2, 2, 16, 16, fill),), "")
        inside = Image.open(BytesIO(drawing.png(bar))).crop((60, 60, 170, 170)).tobytes()
        looks.add((sum(inside) // (10 * len(inside)), min(inside) // 50, max(inside) // 50))
    assert len(looks) == len(FILLS) == 4, looks


DRAW = """
import hashlib, sys
from tests.render.test_drawing import paper, picture, printed
from generator.render import drawing
parts = [drawing.png(picture()), printed("docx", paper()), printed("pdf", paper()), printed("xlsx", paper())]
print(*(hashlib.sha256(part).hexdigest() for part in parts))
"""


def test_the_same_picture_gives_the_same_bytes_in_another_process_whoever_has_set_what(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: 9\nhatch.color: red\n", "ascii")
    said = []
    for seed, more in (("1", {}), ("2", {"MATPLOTLIBRC": str(tmp_path)})):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "HOME": str(tmp_path), **more}
        done = subprocess.run(
            [sys.executable, "-c", DRAW], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert said[0] == said[1]


def test_drawing_looks_for_no_font_of_the_machine_and_leaves_nothing_on_it(tmp_path: Path) -> None:
    code = (
        "from tests.render.test_drawing import picture; from generator.render import drawing; drawing.png(picture());"
        "from matplotlib.font_manager import fontManager; print(fontManager.ttflist, fontManager.afmlist)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    environment |= {"XDG_CACHE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[] []\n", "")
    assert [path.name for path in tmp_path.rglob("*") if "matplotlib" in path.name] == []


def test_matplotlib_is_imported_when_the_first_picture_is_drawn_and_not_before() -> None:
    code = (
        "import sys; from generator.render import renderer; from tests.render.papers import pages_of_lines as lines;"
        "[renderer(one).render([lines(3)], copies=1, duplex=False, title='') for one in ('docx', 'pdf', 'xlsx')];"
        "import generator.cli, generator.forms.catalogue; print('matplotlib' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False\n", done.stderr


# In papers


def test_word_holds_the_picture_in_its_size_and_says_what_it_shows() -> None:
    parts = in_word(printed("docx", paper()))
    (media,) = (part for name, part in parts.items() if name.startswith("word/media/"))
    assert media == drawing.png(first(paper()))
    document = ElementTree.fromstring(parts["word/document.xml"])
    (extent,) = document.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent")
    made = first(paper())
    assert (int(extent.get("cx", 0)), int(extent.get("cy", 0))) == (
        round(made.width * 36000),
        round(made.height * 36000),
    )
    (told,) = document.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    assert told.get("descr") == made.alt
    assert b'Extension="png"' in parts["[Content_Types].xml"]


def first(of: Paper) -> Picture:
    return next(block for block in of.blocks if isinstance(block, Picture))


def test_pictures_in_word_are_numbered_also_those_of_copies() -> None:
    parts = in_word(printed("docx", paper(), paper(CHART, LINES), copies=2))
    numbers = re.findall(rb'<wp:docPr id="(\d+)"', parts["word/document.xml"])
    assert numbers == [b"1", b"2", b"3", b"4", b"5", b"6"]
    assert len([name for name in parts if name.startswith("word/media/")]) == 2


def test_word_and_pdf_show_the_same_picture() -> None:
    of = paper()
    with pypdfium2.PdfDocument(printed("pdf", of)) as document:
        images = [one for page in document for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])]
        assert len(images) == 1
        shown = images[0].get_bitmap().to_pil().convert("L").tobytes()
        left, _, right, _ = images[0].get_bounds()
    assert shown == pixels(drawing.png(first(of)))
    assert (right - left) * 25.4 / 72 == pytest.approx(first(of).width, abs=0.1)


def test_where_nothing_is_drawn_the_table_alone_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "available", lambda: False)
    parts = in_word(printed("docx", paper()))
    assert not any("media" in name for name in parts)
    assert "中心小学" in parts["word/document.xml"].decode()
    with pypdfium2.PdfDocument(printed("pdf", paper())) as document:
        assert not list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        assert "中心小学" in document[0].get_textpage().get_text_bounded()


WITHOUT = """
import sys
sys.modules["matplotlib"] = None
from generator.render import drawing
print(drawing.available())
"""


def test_pictures_are_not_available_where_matplotlib_cannot_be_imported() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", WITHOUT], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_in_excel_the_figures_are_a_table_with_a_chart_of_its_own() -> None:
    book = openpyxl.load_workbook(BytesIO(printed("xlsx", paper())))
    sheet = book.worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert ["学校", "应返", "已返"] in rows
    parts = in_word(printed("xlsx", paper()))
    drawn = parts["xl/charts/chart1.xml"].decode()
    at = 1 + rows.index(["学校", "应返", "已返"])
    for column in "BC":
        assert f"${column}${at + 1}:${column}${at + 3}" in drawn
    assert f"$A${at + 1}:$A${at + 3}" in drawn
    assert "<v>12</v>" not in drawn or "numCache" in drawn


def test_two_charts_are_two_worksheets_each_with_its_own() -> None:
    parts = in_word(printed("xlsx", paper(CHART, LINES)))
    assert {"xl/charts/chart1.xml", "xl/charts/chart2.xml"} <= set(parts)
    assert "barChart" in parts["xl/charts/chart1.xml"].decode()
    assert "lineChart" in parts["xl/charts/chart2.xml"].decode()
    assert "xl/worksheets/sheet2.xml" in parts


def test_a_character_that_no_font_draws_is_told_of() -> None:
    from generator.render.pdf import undrawable

    assert undrawable(paper(chart(["甲\U0002ffff校"], series("人数", [1])))) == "\U0002ffff"
