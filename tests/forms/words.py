"""Word forms for tests: documents with paragraphs and tables as given, and what a document says."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import docx

from generator.forms.catalogue import Catalogue
from generator.forms.definition import Definition, WordFile
from generator.forms.export import export
from generator.forms.lower import house_styles
from generator.policy.model import Policy
from generator.render import word
from generator.resources import styles_file

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """Return a Word document with these paragraphs, and then a table with these rows."""
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if rows:
        table = made.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def said(data: bytes, part: str = "word/document.xml") -> list[str]:
    """Return the paragraphs of a document that say something."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        root = ElementTree.fromstring(package.read(part))
    paragraphs = ("".join(text.text or "" for text in para.iter(f"{W}t")) for para in root.iter(f"{W}p"))
    return [text for text in paragraphs if text]


def text_of(data: bytes) -> str:
    """Return all that a document says, without spaces."""
    return "".join("".join(said(data)).split())


def exported(definition: Definition, catalogue: Catalogue, policy: Policy) -> bytes:
    """Return a definition as a Word form."""
    house = house_styles(styles_file())[definition.style]
    return word.form(export(definition, catalogue.fragments, policy, house), title=definition.id)


def in_words(catalogue: Catalogue, policy: Policy, *forms: str) -> Catalogue:
    """Return a catalogue whose forms are exported Word forms."""
    found = Catalogue(dict(catalogue.definitions), catalogue.fragments, catalogue.files)
    for form in forms:
        definition = catalogue.definitions[form]
        file = WordFile(Path(f"{form}.docx"), exported(definition, catalogue, policy))
        found.definitions[form], found.words[form] = definition.in_words(file.path.name), file
    return found
