"""The tiny county with two children away and a notice to be issued about each."""

from __future__ import annotations

from tests.small import Sheets

MORE: Sheets = {
    "辍学个案": [
        {"个案编号": "A1", "学生": "石小满", "发现日期": "2026-09-02", "辍学日期": "2026-09-01", "辍学原因": "厌学"},
        {"个案编号": "A2", "学生": "木小春", "发现日期": "2026-09-02", "辍学日期": "2026-09-01", "辍学原因": "厌学"},
    ],
    "通知书": [{"序号": "1", "个案编号": "A1"}, {"序号": "2", "个案编号": "A2"}],
}
VISIT = {"学生": "木小春", "日期": "2026-09-03", "方式": "上门", "家访教师": "林老师", "事由": "劝返"}


def away(sheets: Sheets) -> None:
    """Let both children of the tiny county stay away."""
    sheets |= {sheet: [dict(row) for row in rows] for sheet, rows in MORE.items()}
    sheets["家访"].append(dict(VISIT))
    sheets["县区"][0] |= {"教育局机关代字": "云教"}
    sheets["乡镇"][0] |= {"机关代字": "清政", "教育专干": "杨专干", "联系电话": "19900000009"}
    for row, guardian in zip(sheets["学生"], ("石大山", "木大林"), strict=True):
        row |= {"成员1姓名": guardian, "成员1关系": "父亲", "学籍状态": "辍学"}
