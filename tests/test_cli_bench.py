"""What ``baoxue bench`` measures and tells: the same papers made in every way, in Chinese or as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from docx import Document
from weasyprint import document

from generator.bench import machine, race
from generator.bench.by_docxtpl import ByDocxtpl
from generator.bench.by_weasyprint import ByWeasyPrint
from generator.bench.contracts import Contracts, print_file, words
from generator.bench.county import county, write
from generator.bench.machine import Spent
from generator.bench.race import Figures, Measured, Plan
from generator.cli import main
from generator.cli.bench import WAYS
from generator.errors import Exit
from generator.forms.lowered import Paper, whole
from generator.render import pdf
from tests.test_cli_words import english

TINY = Plan(records=(2, 4), rounds=2, docxtpl=2, single=1, merged=2)
NAMES = {"docxtpl", "Python", "WeasyPrint", "Pango"}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Contracts:
    return Contracts.invented(4, tmp_path_factory.mktemp("county"))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race, "QUICK", TINY)


FIGURES = Figures(
    {"system": "Linux 6", "processor": "某", "cores": 2, "baoxue": "1", "python": "3", "docxtpl": "2"},
    yardstick=0.1, busy=False, rounds=3,
    measured=(
        Measured("docxtpl", 10, (Spent(2.0, 1.0), Spent(9.0, 1.0), Spent(1.0, 1.0))),
        Measured("word", 100, (Spent(0.1, 0.05),)),
        Measured("word-printing", 100, (Spent(0.05, 0.05),)),
        Measured("weasyprint-single", 2, (Spent(1.0, 1.0),)),
        Measured("weasyprint-merged", 4, (Spent(1.0, 1.0),)),
        Measured("pdf", 100, (Spent(0.5, 0.25),)),
        Measured("pdf", 1000, (Spent(1.4, 0.7),)),
    ),
    in_full=3,
)  # fmt: skip


# The figures


def test_all_ways_are_measured_in_one_run(tiny: None) -> None:
    done = run("bench", "--quick", "--format", "json")
    assert done.exit_code == Exit.DONE, done.output
    found = json.loads(done.stdout)
    assert [(one["way"], one["records"]) for one in found["measured"]] == [
        ("docxtpl", 2), ("word", 4), ("word-printing", 4), ("weasyprint-single", 1), ("weasyprint-merged", 2),
        ("pdf", 2), ("pdf-printing", 2), ("pdf", 4), ("pdf-printing", 4),
    ]  # fmt: skip
    assert all(len(one["of_each_round"]) == 2 for one in found["measured"])
    assert all(one["seconds"] > 0 for one in found["measured"])
    assert {"python", "docxtpl", "weasyprint", "pango", "cores", "processor"} <= found["machine"].keys()
    assert "第 2 遍：WeasyPrint，合成一个 PDF 文件，2 份" in done.stderr
    assert english(done.stderr) <= NAMES


def test_so_many_records_are_made_as_are_asked_for(tiny: None) -> None:
    found = json.loads(run("bench", "--quick", "--records", "3", "--records", "1", "--format", "json").stdout)
    assert [one["records"] for one in found["measured"] if one["way"] == "pdf"] == [1, 3]


def test_a_ratio_is_of_medians_a_record() -> None:
    told = [f"{one.way} {one.records} {one.against} {one.times:.1f} {one.by_processor:.1f}" for one in FIGURES.ratios()]
    assert told == [
        "word 100 docxtpl 200.0 200.0",
        "word-printing 100 docxtpl 400.0 200.0",
        "pdf 100 weasyprint-merged 50.0 100.0",
        "pdf 100 weasyprint-single 100.0 200.0",
        "pdf 1000 weasyprint-merged 178.6 357.1",
        "pdf 1000 weasyprint-single 357.1 714.3",
    ]
    assert FIGURES.marginal == pytest.approx(0.001)


def test_what_one_more_costs_is_not_told_of_one_size() -> None:
    assert replace(FIGURES, measured=FIGURES.measured[:-1]).marginal is None


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([Spent(1.0, 1.0), Spent(1.1, 1.09)], False),
        ([Spent(1.0, 0.7), Spent(1.0, 0.7)], True),  # somebody else had the processor
        ([Spent(1.0, 1.0), Spent(1.4, 1.4)], True),  # as slow, but not always
    ],
)
def test_a_machine_that_waits_or_is_uneven_is_busy(pieces: list[Spent], expected: bool) -> None:
    assert machine.busy(pieces) is expected


# What is told


def test_the_figures_are_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race, "race", lambda *_: FIGURES)
    done = run("bench")
    assert done.exit_code == Exit.DONE
    assert english(done.stdout) <= NAMES | {"Linux"}
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["docxtpl，一份一个", "Word", "文件", "10", "200.000", "5.0"] in lines
    assert [*WAYS["pdf"].split(), "1000", *WAYS["weasyprint-merged"].split(), "179"] in lines
    assert "PDF 打印文件里每多一份：1.000 毫秒" in done.stdout
    assert "1000 份里要逐份排版的：3 份" in done.stdout
    assert "机器上还有别的事在做" not in done.stdout


def test_a_busy_machine_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race, "race", lambda *_: replace(FIGURES, busy=True))
    assert "机器上还有别的事在做" in run("bench").stdout


def test_where_pdf_cannot_be_made_word_is_measured_and_the_reason_told(
    tiny: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "unavailable", lambda: "Pango 没有装好。")
    monkeypatch.setattr(pdf, "render", lambda *_, **__: pytest.fail("PDF was tried"))
    done = run("bench", "--quick")
    assert done.exit_code == Exit.DONE, done.output
    assert "PDF 没有量：Pango 没有装好。" in done.stdout
    assert WAYS["word"] in done.stdout
    assert WAYS["weasyprint-single"] not in done.stdout
    assert "毫秒\n" not in done.stdout.partition("快多少倍")[2]


# What is compared


def test_docxtpl_makes_a_paper_that_says_the_same(contracts: Contracts) -> None:
    assert list(map(said, ByDocxtpl.of(contracts).words())) == list(map(said, words(contracts.papers())))


def said(data: bytes) -> str:
    body = Document(BytesIO(data)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def test_weasyprint_is_its_own_and_makes_as_many_pages(contracts: Contracts) -> None:
    ours = print_file(contracts.papers())
    assert document.draw_page.__module__.startswith("generator.")
    weasyprint = ByWeasyPrint.of(list(map(whole, contracts.papers())))
    single, merged = weasyprint.printed("single", 2), weasyprint.printed("merged", 4)
    assert (single.painter, merged.painter) == ("weasyprint.draw", "weasyprint.draw")
    assert (single.pages, merged.pages) == (4, 8)
    with pypdfium2.PdfDocument(ours.data) as made:
        assert len(made) == merged.pages


def made(contracts: Contracts) -> bytes:
    return print_file(contracts.papers()).data


def test_every_round_makes_the_same_file_anew(contracts: Contracts, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(contracts.anew(4))
    assert first == made(contracts)
    laid: list[Paper] = []
    lay_out = pdf._lay_out

    def noted(paper: Paper) -> Any:
        laid.append(paper)
        return lay_out(paper)

    monkeypatch.setattr(pdf, "_lay_out", noted)
    assert made(contracts) == first
    assert laid == []  # all is known
    assert made(contracts.anew(4)) == first
    assert laid


# The county


@pytest.mark.parametrize("students", [1, 46, 2_000])
def test_the_county_has_so_many_children_and_nothing_that_check_minds(students: int, tmp_path: Path) -> None:
    rows = county(students)
    assert len(rows["学生"]) == students
    write(rows, tmp_path / "县")
    done = run("check", str(tmp_path / "县"), "--format", "json")
    assert done.exit_code == Exit.DONE, done.output
    assert json.loads(done.stdout) == []


def test_the_county_is_the_same_each_time() -> None:
    code = "import hashlib; from generator.bench.county import county;"
    code += "print(hashlib.sha256(repr(county(500)).encode()).hexdigest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1],
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1
