"""Shows every page of every paper, PDF above Word: ``python -m docs.contact_sheet OUT [FORM ...]``.

Needs ``soffice``, ``pdftoppm`` and ``montage`` on the path. Prints the page counts of both; they should be equal.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from generator.forms.catalogue import discover
from generator.render import renderer
from generator.resources import fonts_dir
from tests.papers.specimens import specimens


def printed(form: str, folder: Path) -> list[tuple[str, Path, Path]]:
    """Write the specimens of a form as Word and PDF, a file each, and return (name, Word, PDF)."""
    found = []
    for number, paper in enumerate(specimens(form).papers):
        name = f"{form}-{number}"
        for fmt in ("docx", "pdf"):
            data = renderer(fmt).render([paper], copies=1, duplex=False, title=form).data
            (folder / f"{name}.{fmt}").write_bytes(data)
        found.append((name, folder / f"{name}.docx", folder / f"{name}.pdf"))
    return found


FONTS = {"仿宋": "FandolFang R", "黑体": "FandolHei", "楷体": "LXGW WenKai", "方正小标宋简体": "FandolSong",
         "宋体": "FandolSong", "Times New Roman": "Liberation Serif"}  # fmt: skip
"""The house fonts that stand for those a Word file names."""
AUTOSPACE = re.compile(r'style:text-autospace="ideograph-alpha"')
HANGING = re.compile(r'style:punctuation-wrap="hanging"')


def font_config(folder: Path) -> Path:
    """Write a fontconfig file that gives LibreOffice the house fonts under the names Word files use."""
    alias = "".join(
        f'<match><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{house}</string></edit></match>'
        for name, house in FONTS.items()
    )
    path = folder / "fonts.conf"
    path.write_text(
        f"<fontconfig><dir>{fonts_dir()}</dir><cachedir>{folder}/cache</cachedir>{alias}</fontconfig>", encoding="utf-8"
    )
    return path


def through_office(files: list[Path], folder: Path) -> None:
    """Convert Word files to PDF with LibreOffice, into ``folder``.

    On the way they are flat text, in which two habits are switched off that Word files forbid and LibreOffice 7
    keeps all the same: the gap between Chinese and Latin, and punctuation that hangs into the margin.
    """
    convert(files, "fodt", folder)
    flat = [folder / f"{file.stem}.fodt" for file in files]
    for file in flat:
        text = AUTOSPACE.sub('style:text-autospace="none"', file.read_text(encoding="utf-8"))
        file.write_text(HANGING.sub('style:punctuation-wrap="simple"', text), encoding="utf-8")
    convert(flat, "pdf", folder)


AT_ONCE = 40
"""LibreOffice stops without a word in the middle of some hundred files."""


def convert(files: list[Path], to: str, folder: Path) -> None:
    """Convert files with LibreOffice."""
    profile = f"-env:UserInstallation=file://{folder.resolve()}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(folder)]
    environment = os.environ | {"FONTCONFIG_FILE": str(font_config(folder))}
    for at in range(0, len(files), AT_ONCE):
        subprocess.run(
            [*command, *map(str, files[at : at + AT_ONCE])], check=True, capture_output=True, env=environment
        )


def pages(pdf: Path, stem: Path, dpi: int = 60) -> list[Path]:
    """Return the pages of a PDF as pictures."""
    for old in stem.parent.glob(f"{stem.name}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(stem)], check=True)
    return sorted(stem.parent.glob(f"{stem.name}-*.png"))


def main() -> None:
    """Make the pictures: ``OUT/<form>.png``, PDF in the upper row and Word in the lower."""
    out = Path(sys.argv[1])
    office = out / "office"
    office.mkdir(parents=True, exist_ok=True)
    forms = sys.argv[2:] or list(discover().definitions)
    made = {form: printed(form, out) for form in forms}
    through_office([word for found in made.values() for _, word, _ in found], office)
    for found in made.values():
        for name, _, pdf in found:
            upper = pages(pdf, out / f"{name}-pdf")
            lower = pages(office / f"{name}.pdf", out / f"{name}-word")
            mark = "" if len(upper) == len(lower) else "  DIFFERENT"
            print(f"{name}: {len(upper)} pages, Word {len(lower)}{mark}")
            width = max(len(upper), len(lower))
            rows = [*upper, *["null:"] * (width - len(upper)), *lower, *["null:"] * (width - len(lower))]
            tiles = ["-tile", f"{width}x2", "-geometry", "+3+3", "-background", "gray"]
            subprocess.run(["montage", *map(str, rows), *tiles, str(out / f"sheet-{name}.png")], check=True)


if __name__ == "__main__":
    main()
