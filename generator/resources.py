"""Where the things outside the package are found: templates, data and fonts.

In a checkout they lie beside the package; in an installed wheel the build put a copy inside it
(``generator/_resources``). A user's own project comes before both.
"""

from __future__ import annotations

from pathlib import Path

PROJECT_FILE = "baoxue.yaml"
"""What a project's folder holds the options in that are always given."""

_PACKAGE = Path(__file__).resolve().parent


def templates_dirs(project: Path | None = None) -> list[Path]:
    """Return the folders that definitions are looked up in, first found first served: the project's own, the built-in.

    A project without a ``templates`` folder adds none.
    """
    built_in = _built_in("templates")
    own = project / "templates" if project else built_in
    if not own.is_dir() or own.resolve() == built_in:
        return [built_in]
    return [own, built_in]


def data_dir() -> Path:
    """Return the folder of the sample dataset and the policy presets."""
    return _built_in("data")


def styles_file() -> Path:
    """Return the file of the house styles."""
    return _built_in("templates") / "_house" / "styles.yaml"


def fonts_dir() -> Path:
    """Return the folder of the house fonts; they are never taken from a user's project."""
    return _built_in("templates") / "_house" / "fonts"


def _built_in(name: str) -> Path:
    """Return the built-in folder ``name``: the checkout's if this is one, else the copy in the wheel.

    ``_house`` tells our own ``templates`` from a folder of that name that happens to lie beside an installed package.
    """
    checkout = _PACKAGE.parent
    if (checkout / "templates" / "_house").is_dir():
        return checkout / name
    return _PACKAGE / "_resources" / name
