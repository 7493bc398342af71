"""Makes ``docs/catalogue.md`` and its pictures: ``python -m docs.catalogue_page [--pictures]``.

What is known of each paper comes from ``docs/catalogue.csv`` and from its definition; its picture is the first page of
the sample's first paper.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdfium2

from generator.cli.project import SCOPE_NAMES
from generator.dataset.models import Dataset
from generator.forms.audience import AUDIENCES
from generator.forms.catalogue import discover
from generator.forms.context import Context
from generator.forms.definition import Definition
from generator.forms.resolve import title_of
from generator.policy.load import load_policy

HERE = Path(__file__).parent
TABLE, PAGE, PICTURES = HERE / "catalogue.csv", HERE / "catalogue.md", HERE / "images" / "papers"
WIDTH = 240
"""Pixels of a picture."""
GRAYS = 12
KINDS = {
    "contract": "责任书", "notice": "通知、通知书", "letter": "函和证明", "report": "报告", "record": "记录",
    "form": "表单", "register": "名册、台账", "statistic": "统计表", "plan": "方案、计划、制度", "checklist": "检查表",
    "minutes": "会议记录", "publicity": "宣传", "archive": "档案",
}  # fmt: skip
HEAD = """\
# 文书一览

<!-- Made from docs/catalogue.csv and templates/: python -m docs.catalogue_page -->

{count} 种文书，{rows} 行目录。`baoxue build --form 编号` 只做其中一种，`--blank 20` 印空白的；
每种什么时候办，以本地政策为准（`baoxue policy show`、`baoxue due`）。
“给谁”是文书本来的去处，给别人看的用 `--audience`（docs/audience.md）。
"""
COLUMNS = ("首页", "文书", "编号", "一份对应", "谁出、给谁", "签字盖章", "什么时候", "格式")


@cache
def rows() -> dict[str, dict[str, str]]:
    """Return the rows of the catalogue by their ids."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        return {row["id"]: row for row in csv.DictReader(table)}


def served(id_: str) -> str:
    """Return the row whose papers serve a row: itself, or the one it is the same as."""
    return rows()[id_]["same_as"] or id_


def page() -> str:
    """Return the text of the page."""
    definitions = discover().definitions.values()
    by_kind: dict[str, list[Definition]] = defaultdict(list)
    for definition in definitions:
        by_kind[definition.kind].append(definition)
    lines = [HEAD.format(count=len(definitions), rows=len(rows()))]
    for kind, called in KINDS.items():
        if by_kind[kind]:
            lines += [f"## {called}\n", *_table(sorted(by_kind[kind], key=_order)), ""]
    lines += [
        "## 由别的文书代替的\n",
        *(f"- {id_} {row['name']}：见 {row['same_as']}" for id_, row in rows().items() if row["same_as"]),
        "",
    ]
    return "\n".join(lines)


def _order(definition: Definition) -> tuple[int, str]:
    known = list(rows())
    return (known.index(definition.covers[0]) if definition.covers else len(known), definition.id)


def _table(definitions: list[Definition]) -> Iterator[str]:
    context = Context(Dataset(), load_policy("national"), date.min)
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + "---|" * len(COLUMNS)
    for one in definitions:
        row = rows()[one.covers[0]] if one.covers else defaultdict(str)
        cells = (
            f'<img src="images/papers/{one.id}.png" width="120">',
            title_of(one, context),
            f"{'、'.join(one.covers)} `{one.id}`",
            SCOPE_NAMES[one.per],
            f"{_plain(row['issuer'])} → {_plain(row['receiver']) or AUDIENCES[one.audience]}",
            _plain(row["signers"]).replace(";", "、"),
            _plain(row["trigger"]),
            "、".join(one.formats),
        )
        yield f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Return a cell of the catalogue without the marks of what differs by place."""
    return re.sub(r"\[(.*?)\]", r"\1", text).replace("|", "／")


def picture(form: str) -> bytes:
    """Return the first page of the sample's first paper of a form as a small PNG."""
    from generator.render import renderer
    from tests.papers.specimens import specimens

    data = renderer("pdf").render(specimens(form).papers[:1], copies=1, duplex=False, title=form).data
    with pypdfium2.PdfDocument(data) as document:
        first = document[0]
        image = first.render(scale=WIDTH / min(first.get_width(), first.get_height()), grayscale=True).to_pil()
    buffer = BytesIO()
    image.quantize(GRAYS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> None:
    """Write the page, and all pictures where that is asked for."""
    PAGE.write_text(page(), encoding="utf-8")
    forms = discover().definitions
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.png"):
        if old.stem not in forms:
            old.unlink()
    for form in forms:
        path = PICTURES / f"{form}.png"
        if "--pictures" in sys.argv or not path.exists():
            path.write_bytes(picture(form))


if __name__ == "__main__":
    main()
