"""What chapter of a school's booklet of rules stands under which rule, whatever a place calls it."""

from __future__ import annotations

CHAPTERS: dict[str, tuple[str, ...]] = {
    "校长责任": ("校长",), "请假": ("请假",), "考勤": ("考勤",), "辍学报告": ("辍学报告", "流失报告"),
    "学籍": ("学籍",), "摸底": ("摸底",), "变动": ("变动",), "人籍": ("人籍",), "入学承诺": ("公证", "承诺"),
    "跟踪": ("跟踪",), "家访": ("家访",), "劝返": ("劝返",), "助学": ("帮困", "助学", "资助"),
    "帮教": ("帮教", "转化"), "送教": ("送教",), "联防联控": ("联防", "联控"), "考核": ("考核", "评价"),
    "奖惩": ("奖惩", "追究"),
}  # fmt: skip
"""Each chapter, with the words by which the names of rules ask for it."""


def chapters(rule: str) -> list[str]:
    """Return the chapters that a rule asks for by its name; none where the booklet has nothing on it."""
    return [chapter for chapter, words in CHAPTERS.items() if any(word in rule for word in words)]
