"""A county of three tiny schools in two townships, as the folder of its units and as one workbook of the same rows.

Its schools agree in all that need not be told apart beyond a school: classes, numbers of staff, cases and notices, and
the name of one child.
"""

from __future__ import annotations

from pathlib import Path

from generator.dataset.workbook import write_workbook
from tests.small import SHEETS, Sheets

TOP = "县.xlsx"
HERE, NEAR, FAR = "清溪镇/中心小学.xlsx", "清溪镇/大坪小学.xlsx", "白石镇/中心小学.xlsx"
SCHOOLS = {HERE: "清溪小学", NEAR: "大坪小学", FAR: "白石小学"}
TOWNSHIPS = {"清溪镇/镇.xlsx": "清溪镇", "白石镇/镇.xlsx": "白石镇"}
OF_A_SCHOOL = ("班级", "教职工", "学生", "家访", "辍学个案", "领导小组")


def files() -> dict[str, Sheets]:
    """Return the sheets of each file of the folder, in the order in which they are read."""
    found: dict[str, Sheets] = {TOP: {name: [dict(row) for row in SHEETS[name]] for name in ("设置", "县区")}}
    for file, name in sorted({**TOWNSHIPS, **SCHOOLS}.items()):
        found[file] = _school(name) if file in SCHOOLS else _township(name)
    return found


def _township(name: str) -> Sheets:
    head = {"乡镇名称": name, "乡镇人民政府": f"{name}人民政府", "乡镇长": f"{name[0]}镇长"}
    member = {"组内职务": "组长", "姓名": head["乡镇长"], "职务": "镇长"}
    return {"乡镇": [head], "领导小组": [member], "督导": [{"督导编号": "1", "督导日期": "2026-09-10"}]}


def _school(name: str) -> Sheets:
    number = list(SCHOOLS.values()).index(name) + 1
    child = f"{name[0]}小春"
    return {
        "学校": [
            {"学校标识码": f"315300000{number}", "学校名称": f"云山县{name}", "学校简称": name, "办学类型": "小学",
             "校长": "T1", "联系电话": f"1990000900{number}"},
        ],
        "班级": [dict(row) for row in SHEETS["班级"]],
        "教职工": [dict(row) for row in SHEETS["教职工"]],
        "学生": [
            SHEETS["学生"][0] | {"全国学籍号": f"G{number}1"},
            SHEETS["学生"][1] | {"全国学籍号": f"G{number}2", "姓名": child, "学籍状态": "辍学",
                               "成员1姓名": f"{name[0]}父"},
        ],
        "家访": [
            {"学生": "石小满", "日期": "2026-09-03", "方式": "上门", "家访教师": "林老师", "事由": "定期家访"},
            {"学生": child, "日期": "2026-09-04", "方式": "上门", "家访教师": "T1、林老师", "事由": "劝返"},
        ],
        "辍学个案": [
            {"个案编号": "1", "学生": child, "发现日期": "2026-09-02", "辍学日期": "2026-09-01", "辍学原因": "厌学",
             "劝返责任人": "林老师"},
        ],
        "通知书": [{"序号": "1", "个案编号": "1", "文号": f"云教〔2026〕{number}号", "发出日期": "2026-09-08"}],
        "领导小组": [{"组内职务": "组长", "姓名": "田校长", "职务": "校长"}],
    }  # fmt: skip


def write_folder(folder: Path, sheets: dict[str, Sheets]) -> Path:
    """Write the files of a folder and return it."""
    for file, of_file in sheets.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(of_file, path)
    return folder


def together(sheets: dict[str, Sheets]) -> Sheets:
    """Return the rows of all files as one workbook, each saying of which school or township it is."""
    merged: Sheets = {}
    for file, of_file in sheets.items():
        township = f"{file.partition('/')[0]}"
        for name, rows in of_file.items():
            own: dict[str, str] = {}
            if file in SCHOOLS:
                own = {"学校": SCHOOLS[file]} if name in OF_A_SCHOOL else {"乡镇": township} if name == "学校" else {}
            elif file in TOWNSHIPS and name != "乡镇":
                own = {"被督导乡镇" if name == "督导" else "乡镇": township}
            merged.setdefault(name, []).extend(row | own for row in rows)
            if name == "通知书":
                for row in merged[name][-len(rows) :]:
                    row["个案编号"] = f"{SCHOOLS[file]}/{row['个案编号']}"
    return merged
