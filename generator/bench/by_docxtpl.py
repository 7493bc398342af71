"""The same contracts made by docxtpl as its manual says: one template opened, rendered and saved for each record."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from generator.bench.contracts import FORM, Contracts
from generator.forms.definition import WordFile
from generator.forms.word_form import WordForm
from generator.forms.word_jinja import Shape
from generator.press.exporting import form_of


@dataclass(frozen=True, slots=True)
class ByDocxtpl:
    """The form that ``baoxue forms export`` writes of the contract, and the values of some records, looked up."""

    content: bytes
    shape: Shape
    values: list[dict[str, Any]]

    @classmethod
    def of(cls, contracts: Contracts) -> ByDocxtpl:
        """Return what docxtpl needs to make the same contracts."""
        station = contracts.station
        resolver = station.resolver(FORM)
        content = form_of(FORM, None, station.context.policy)
        form = WordForm(WordFile(Path(f"{FORM}.docx"), content), resolver)
        records = station.context.records(resolver.definition.per)
        values = [form.values(records[entry.index])[0] for entry in contracts.entries]
        return cls(content, form.shape, values)

    def words(self) -> list[bytes]:
        """Return each contract as a Word file of its own."""
        return list(map(self.single, self.values))

    def single(self, values: dict[str, Any]) -> bytes:
        """Return the contract of one record."""
        from docxtpl import DocxTemplate

        template = DocxTemplate(BytesIO(self.content))
        template.render(values, self.shape, autoescape=True)
        buffer = BytesIO()
        template.save(buffer)
        return buffer.getvalue()
