"""Measures filling a user's own Word form: ``python -m benchmarks.fill [RECORDS]``.

A form of two pages, as bureaus hand them out: a header and a footer with tags, a table of the family (a loop over
rows), conditions, some forty values. Figures go into README.md of this folder, also as multiples of the yardstick.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from docx import Document
from docxtpl import DocxTemplate

from generator.bench.machine import timed, yardstick
from generator.press.fill import Order, fill, prepare

WORDING = (
    "学校、监护人应当依法保证适龄儿童、少年按时入学并完成义务教育，不得使其中途辍学；{{姓名}}如有困难，请与学校联系。"
)


def two_pages() -> bytes:
    """Return the form."""
    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "{{学校}}　{{班级}}"
    section.footer.paragraphs[0].text = "{{姓名}}　编号 {{编号}}"
    document.add_heading("义务教育告知书", 1)
    document.add_paragraph(
        "｛｛姓名｝｝的家长{{监护人}}：{% if 性别 == '女' %}您的女儿{% else %}您的儿子{% endif %}就读于{{学校}}。"
    )
    lines = [
        ["姓名", "{{姓名}}", "性别", "{{性别}}"], ["住址", "{{住址}}", "电话", "{{电话}}"],
        ["监护人", "{{监护人}}", "关系", "{{关系}}"], ["{%tr for 人 in 家庭 %}", "", "", ""],
        ["成员", "{{人.姓名}}", "关系", "{{人.关系}}"], ["{%tr endfor %}", "", "", ""],
    ]  # fmt: skip
    table = document.add_table(len(lines), 4, style="Table Grid")
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            table.cell(number, column).text = text
    for number in range(28):
        document.add_paragraph(f"{number + 1}. {WORDING}")
    document.add_paragraph("备注：{{备注|default('无')}}")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def children(count: int) -> list[dict[str, Any]]:
    """Return so many records."""
    family = [{"姓名": "某父", "关系": "父亲"}, {"姓名": "某母", "关系": "母亲"}]
    return [
        {
            "姓名": f"学生{number}", "性别": "女男"[number % 2], "学校": f"第{number % 12}小学",
            "班级": f"{number % 45}班",
            "住址": f"某村{number}号", "电话": f"199{number:08}", "监护人": "某父", "关系": "父亲",
            "编号": str(number), "备注": "",
            "家庭": family,
        }
        for number in range(count)
    ]  # fmt: skip


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    unit = yardstick()
    print(f"yardstick {unit:.3f} s; figures in brackets are multiples of it")
    with tempfile.TemporaryDirectory() as folder:
        form, rows = Path(folder) / "告知书.docx", Path(folder) / "名册.json"
        form.write_bytes(two_pages())
        rows.write_text(json.dumps(children(count), ensure_ascii=False), encoding="utf-8")
        for title, name in (("one document each", ""), ("one print file", "全部.docx")):
            order = Order(form, rows, Path(folder) / (name or "out"), merge=name)
            seconds = timed(lambda order=order: fill(prepare(order)))  # type: ignore[misc]
            print(f"fill, {count} records, {title}: {seconds:.2f} s ({seconds / unit:.1f})")
        seconds = timed(lambda: _docxtpl(form, children(20))) / 20
        print(f"docxtpl itself: {1000 * seconds:.1f} ms a record ({seconds / unit:.3f})")


def _docxtpl(form: Path, records: list[dict[str, Any]]) -> None:
    content = form.read_bytes()
    for record in records:
        template = DocxTemplate(io.BytesIO(content))
        template.render(record)
        template.save(io.BytesIO())


if __name__ == "__main__":
    main()
