"""What benchmarks compare with is the same paper."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from benchmarks.scale import FORMATS, contracts, run
from benchmarks.staged import STAGES
from generator.bench.contracts import Contracts, print_file
from generator.bench.county import county
from generator.dataset.workbook import write_workbook
from generator.forms.lowered import whole


def test_typst_prints_what_we_print(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="Typst is not installed: pip install baoxue[bench]")
    from benchmarks.typst import compiled, lay_down

    ours = Contracts.invented(3, tmp_path / "records")
    lay_down([whole(paper) for paper in ours.papers()], tmp_path)
    _, pages, _ = compiled(tmp_path)
    assert pages == 6
    assert said((tmp_path / "contracts.pdf").read_bytes()) == said(print_file(ours.papers()).data)


def said(data: bytes) -> str:
    """Return what stands in a file, without blanks and line breaks."""
    with pypdfium2.PdfDocument(BytesIO(data)) as document:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_bounded() for page in document))


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells memory so")
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_run_tells_time_memory_files_and_stages(tmp_path: Path, fmt: str) -> None:
    write_workbook(county(50), tmp_path / "county.xlsx")
    found = run(contracts(tmp_path / "county.xlsx", fmt), tmp_path / "out", (f".{fmt}",))
    assert found.files == 1
    assert found.stages.keys() == STAGES.keys()
    assert 0 < sum(found.stages.values()) < found.seconds
    assert found.megabytes > 20


def test_a_run_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="没有"):
        run(contracts(tmp_path / "none.xlsx", "docx"), tmp_path / "out", (".docx",))
