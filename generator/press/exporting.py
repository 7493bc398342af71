"""A built-in paper as a Word form, to be reworded in WPS or Word and laid into a project."""

from __future__ import annotations

from pathlib import Path

from generator.errors import BaoxueError, Exit, near
from generator.files import reason, write
from generator.forms.catalogue import discover
from generator.forms.export import export
from generator.forms.lower import house_styles
from generator.forms.plan import SelectionError
from generator.policy.model import Policy
from generator.render import word
from generator.resources import styles_file


class ThereError(BaoxueError):
    """The file is there already, and may be somebody's work."""

    exit_code = Exit.USAGE


class UnwritableError(BaoxueError):
    """The form cannot be written."""


def id_of(form: str, project: Path | None) -> str:
    """Return the id of the paper that is called so by its id or its number in the catalogue, else what was given."""
    definitions = discover(project, words=False).definitions
    if form in definitions:
        return form
    return next((name for name, each in definitions.items() if form in each.covers), form)


def form_of(form: str, project: Path | None, policy: Policy) -> bytes:
    """Return a paper as a Word form with tags in place of values.

    Raises ``SelectionError`` where there is no such paper, ``ExportError`` where a Word form cannot say what it says.
    """
    catalogue = discover(project, words=False)
    definition = catalogue.definitions.get(form)
    if definition is None:
        raise SelectionError(f"没有文书“{form}”{near(form, list(catalogue.definitions))}；编号见 baoxue list")
    if definition.word:
        raise SelectionError(f"{form} 本来就是用 Word 表单 {definition.word} 做的，直接改它")
    house = house_styles(styles_file())[definition.style]
    return word.form(export(definition, catalogue.fragments, policy, house), title=form)


def export_to(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write a form; raises ``ThereError`` where the file is there, ``UnwritableError`` where it cannot be written."""
    if path.exists() and not overwrite:
        raise ThereError(f"{path} 已经有了，没有动它；要换成新导出的，加 --overwrite")
    try:
        write(path, data)
    except OSError as error:
        raise UnwritableError(f"{path} 写不进去（{reason(error)}）") from None
