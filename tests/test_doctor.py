"""The doctor finds what is missing, and says that the rest is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import doctor, resources


def test_a_checkout_with_its_environment_is_well() -> None:
    findings = doctor.examine()
    assert [str(finding) for finding in findings if not finding.well] == []
    assert {"Python", "weasyprint", "pdf", "LXGWWenKai-Regular", "templates", "data"} <= {f.what for f in findings}


def test_a_projects_templates_are_named_before_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    found = [finding.found for finding in doctor.examine(tmp_path) if finding.what == "templates"]
    assert found == [str(tmp_path / "templates"), str(resources.templates_dirs()[0])]


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", ("click", "no-such-library"))
    assert [finding.what for finding in doctor.examine() if not finding.well] == ["no-such-library"]


def test_missing_fonts_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "LXGWWenKai-Regular.ttf").touch()
    monkeypatch.setattr(doctor, "fonts_dir", lambda: tmp_path)
    missing = [finding.what for finding in doctor.examine() if not finding.well]
    assert missing == ["FandolFang-Regular", "FandolHei-Regular", "FandolSong-Bold", "LiberationSerif-Regular"]


def test_a_printer_that_cannot_be_used_gives_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "缺 Pango")
    assert "缺  pdf：缺 Pango" in [str(finding) for finding in doctor.examine()]


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("Windows", ("WPS", "pacman -S mingw-w64-ucrt-x86_64-pango", "WEASYPRINT_DLL_DIRECTORIES", "ucrt64\\bin")),
        ("Linux", ("apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",)),
        ("Darwin", ("brew install pango",)),
    ],
)
def test_what_pdf_lacks_can_be_got_and_the_doctor_says_how(
    system: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "缺 Pango")
    monkeypatch.setattr("platform.system", lambda: system)
    (how,) = [finding for finding in doctor.examine() if finding.what == "怎么补"]
    assert [word for word in words if word not in how.found] == []


def test_where_pdf_can_be_made_nothing_is_to_be_got() -> None:
    assert [finding for finding in doctor.examine() if finding.what == "怎么补"] == []
