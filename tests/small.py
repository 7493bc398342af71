"""A tiny county and tiny papers, for the tests of the core."""

from __future__ import annotations

import copy
import json
import os
import signal
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from generator.dataset import load
from generator.dataset.coverage import drawable
from generator.dataset.workbook import write_workbook
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.definition import Definition, Fragment
from generator.forms.lower import House, house_styles
from generator.forms.plan import Job, Selection
from generator.forms.resolve import Resolved, Resolver, plain
from generator.policy.load import Composed, compose
from generator.policy.model import Policy
from generator.policy.override import Override
from generator.press.build import Order, Prepared, build, prepare
from generator.press.report import Report
from generator.press.run import SILENT, Result, Station
from generator.press.workers import Tell
from generator.resources import fonts_dir, styles_file
from generator.yamlfile import YamlFile, read_yaml

TODAY = date(2026, 9, 11)
HOSTILE = "<b>&\"'=1+1 {{ 7*7 }} {% x %}\n璟堃𬭎·“引”"

Sheets = dict[str, list[dict[str, str]]]
Spoil = Callable[[Sheets], object]

SHEETS: Sheets = {
    "设置": [{"学年": "2026—2027学年", "学期": "第一学期", "开学日期": "2026-09-01", "学期结束日期": "2027-01-20"}],
    "县区": [{"县区名称": "云山县", "县级人民政府": "云山县人民政府", "县级教育行政部门": "云山县教育体育局"}],
    "乡镇": [{"乡镇名称": "清溪镇", "乡镇人民政府": "清溪镇人民政府", "乡镇长": "田某"}],
    "学校": [
        {"学校标识码": "3153000001", "学校名称": "云山县清溪镇中心小学", "学校简称": "清溪小学", "办学类型": "小学",
         "校长": "T1"},
    ],
    "教职工": [
        {"工号": "T1", "姓名": "田校长", "岗位": "校长", "联系电话": "19900000001"},
        {"工号": "T2", "姓名": "林老师", "岗位": "班主任", "联系电话": ""},
    ],
    "班级": [{"年级": "三年级", "班号": "1", "班主任": "林老师", "学年初人数": "2"}],
    "学生": [
        {"班级": "三年级（1）班", "班内学号": "1", "姓名": "石小满", "性别": "女", "全国学籍号": "G1",
         "现住址": "溪头村"},
        {"班级": "三年级（1）班", "班内学号": "2", "姓名": "木小春", "性别": "男", "全国学籍号": "G2",
         "现住址": "溪尾村"},
    ],
    "家访": [
        {"学生": "石小满", "日期": "2026-09-03", "方式": "上门", "家访教师": "林老师、田校长", "事由": "厌学"},
        {"学生": "石小满", "日期": "2026-09-10", "方式": "电话", "家访教师": "林老师", "事由": "重点对象"},
    ],
}  # fmt: skip

PAPER: dict[str, Any] = {
    "id": "tiny",
    "title": "小文书",
    "per": "student",
    "filename": "{{ school.short_name }}/{{ class.name }}/{{ student.seat_no }}-{{ student.name }}",
    "audience": "guardian",
    "kind": "form",
    "issuer": "school",
    "act": "record",
    "box": 1,
    "formats": ["docx"],
    "body": [{"text": "{{ student.name }}"}],
}


def nothing(_: Sheets) -> None:
    """Leave the dataset as it is."""


def written(folder: Path, spoil: Spoil = nothing) -> Path:
    """Write the tiny county as a workbook, spoilt, and return its path."""
    path = folder / "数据.xlsx"
    sheets = copy.deepcopy(SHEETS)
    spoil(sheets)
    folder.mkdir(parents=True, exist_ok=True)
    write_workbook(sheets, path)
    return path


@cache
def composed_national() -> Composed:
    """Return the built-in policy, and where its values come from."""
    return compose("national")


def national() -> Policy:
    """Return the built-in policy."""
    return composed_national().policy


def compose_once(preset: str, project: Path | None = None, overrides: Collection[Override] = ()) -> Composed:
    """Return what ``compose`` does, at once where that is the built-in policy as it is."""
    if preset == "national" and not overrides:
        return composed_national()
    return compose(preset, project, overrides)


def known(folder: Path, spoil: Spoil = nothing, policy: Policy | None = None) -> Context:
    """Return the tiny county as papers see it."""
    dataset, _ = load(written(folder, spoil), drawable(fonts_dir()))
    return Context(dataset, policy or national(), TODAY)


def definition(**changes: Any) -> Definition:
    """Return a definition like ``PAPER`` but for some keys."""
    return Definition.model_validate(PAPER | changes)


def resolved(context: Context, *blocks: Any, record: int = 0, fragments: Any = (), **changes: Any) -> Resolved:
    """Return what blocks come to for one record (the first student)."""
    made = definition(body=list(blocks), **changes)
    known_fragments = {name: Fragment(body=body) for name, body in dict(fragments).items()}
    return Resolver(made, known_fragments, context).resolve(context.records(made.per)[record])


def said(paper: Resolved) -> list[str]:
    """Return the lines of a resolved paper as plain text."""
    return [plain(block.words) for block in paper.blocks if hasattr(block, "words")]


def house(style: str = "form") -> House:
    """Return a house style."""
    return house_styles(styles_file())[style]


def catalogue(folder: Path, *definitions: Definition, **fragments: Any) -> Catalogue:
    """Return definitions and fragments as if they had been read, each from a file of its own."""
    found = Catalogue()
    for one in definitions:
        path = folder / f"{one.id}.yaml"
        path.write_text("\n", encoding="utf-8")
        found.definitions[one.id] = one
        found.files[one.id] = read_yaml(path)
    for name, body in fragments.items():
        found.fragments[name] = Fragment(body=body)
        found.files[f"_fragments/{name}"] = YamlFile(folder / f"{definitions[0].id}.yaml", None, "\n")
    return found


@dataclass
class Project:
    """A user's folder: a workbook, definitions under ``templates``, and an output folder."""

    folder: Path

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.folder / "output"

    def data(self, spoil: Spoil = nothing) -> Path:
        """Write the workbook."""
        return written(self.folder, spoil)

    def paper(self, body: str, id_: str = "tiny", **keys: Any) -> Path:
        """Write a definition like ``PAPER`` but for some keys, with a body given as YAML."""
        head = {key: value for key, value in PAPER.items() if key != "body"} | {"id": id_} | keys
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
        path = self.folder / "templates" / f"{id_}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, "body:", body.strip("\n"), ""]), encoding="utf-8")
        return path

    def fragment(self, body: str, name: str) -> Path:
        """Write a fragment."""
        path = self.folder / "templates" / "_fragments" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"body:\n{body}\n", encoding="utf-8")
        return path

    def prepared(self, *, single: bool = True, **options: Any) -> Prepared:
        """Plan an order for this project, one file a record."""
        order = Order(self.folder / "数据.xlsx", self.out, self.folder, Selection(single=single), TODAY)
        return prepare(replace(order, **options), lambda: TODAY)

    def make(self, **options: Any) -> Report:
        """Make everything."""
        return build(self.prepared(**options), lambda _: None)

    def files(self, suffix: str = ".docx") -> list[str]:
        """Return the names of the files made, in order."""
        return sorted(path.name for path in self.out.rglob(f"*{suffix}"))


def send_signal(number: int = signal.SIGINT) -> None:
    """Send a signal to the main thread: one sent to the process may reach another thread, and come any time later."""
    signal.pthread_kill(threading.main_thread().ident or 0, number)


class DyingStation(Station):
    """A station whose process is killed by the second student's paper."""

    def make(self, job: Job, tell: Tell[Result] = SILENT) -> Result:
        """Make a job, or die of it."""
        if "木小春" in job.entries[0].label:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().make(job, tell)
