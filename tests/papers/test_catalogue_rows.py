"""Every paper holds what its rows of the catalogue ask for: each field, each signer, the formats, the law.

``rows.csv`` holds those rows, one for each id that a definition ``covers``: lists are joined by ``;``, and an
article after ``引:`` may be cited, one without it is the ground the paper stands on.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from generator.forms.catalogue import discover
from generator.forms.definition import Definition
from tests.papers.specimens import specimens

DEFINITIONS = discover().definitions
COVERED = [(definition.id, row) for definition in DEFINITIONS.values() for row in definition.covers]

with (Path(__file__).parent / "rows.csv").open(encoding="utf-8", newline="") as table:
    ROWS = {row["id"]: row for row in csv.DictReader(table)}

SEALED = [(form, row) for form, row in COVERED if "（章）" in ROWS.get(row, {}).get("signers", "")]

ACCEPTED = {
    # (row, what it asks for): the wording that stands for it
    ("NT-03", "法律依据"): "依据《",  # a notice names the articles in its sentence
    ("NT-04", "法律依据"): "依据《",
    ("NT-03", "逾期后果"): "责令限期改正",  # and says what follows, without a caption
    ("NT-04", "逾期后果"): "责令限期改正",
    ("L-01", "违法事实"): "仍未返校",  # an order says in its sentences what the notice does
    ("L-01", "批评教育情况"): "给予批评教育",
    ("L-01", "法律依据"): "依据《",
    ("L-01", "责令事项"): "责令你限期改正",
    ("L-01", "逾期后续处理告知"): "逾期不改正的",
    ("L-01", "陈述意见途径"): "向本机关陈述",
    ("L-02", "劝返情况"): "次劝返",
    ("L-02", "法律依据"): "依据《",
    ("L-02", "责令事项"): "现责令你",
    ("L-02", "县级教育行政部门（章）"): "教育体育局",  # by its name, over which the seal goes
    ("NT-05", "受送达人或代收人"): "收件人签名",  # whoever of the two takes the document signs there
    ("RC-08", "甲方签字盖章"): "甲方（学校盖章）",  # the party is named in the signature line
    ("RC-08", "乙方签字"): "乙方（班主任签字）",
    ("RC-10", "甲方签字盖章"): "甲方（班主任）签字",
    ("RC-10", "监护人签字"): "乙方（监护人）签字",
    ("WP-02", "村居委会职责"): "村（居）民委员会职责",  # the name the law gives it
    ("IN-01", "被督导单位签字"): "被督导单位负责人签字",  # a person signs for the unit
    ("NT-13", "文号"): "〕号",  # the number is written in beside the year
    ("NT-13", "主送机关"): "教育体育局：",  # an official document names those it goes to without a caption
    ("NT-13", "学校"): "我校有",  # as it does the school and the day, at its end
    ("NT-13", "报告日期"): "2026年11月16日",
    ("NT-13", "学校盖章"): "特此报告",  # the seal stands over the school's name there
    ("NT-13", "乡镇签收人"): "签收人",  # each receiver by its name
    ("WP-14b", "成文日期"): "2026年11月16日",  # it stands under the school's name, as in every official document
    ("LA-05a", "教导处签收人"): "接收人（教导处）签字",  # one person receives and signs
    ("WP-10a", "文号"): "〕号",  # as NT-13
    ("WP-10a", "主送单位"): "各成员单位：",
    ("WP-10a", "成立目的"): "为加强对",  # the sentence that the notice begins with
    ("WP-10a", "领导小组名称"): "控辍保学工作领导小组（以下简称",
    ("WP-10a", "发文机关"): "青禾县人民政府",
    ("WP-10a", "成文日期"): "年月日",  # written in when it is signed
    ("WP-10a", "县级人民政府（章）"): "青禾县人民政府",  # the seal stands over the issuer's name
    ("WP-10b", "文号"): "〕号",
    ("WP-10b", "主送单位"): "各有关部门：",
    ("WP-10b", "成立目的"): "为加强对",
    ("WP-10b", "领导小组名称"): "控辍保学工作领导小组（以下简称",
    ("WP-10b", "发文机关"): "云溪镇人民政府",
    ("WP-10b", "成文日期"): "年月日",
    ("WP-10b", "乡镇人民政府（章）"): "云溪镇人民政府",
    ("IN-15", "任课教师"): "教师签字",  # signs as such
    ("LA-08", "各节点责任人"): "责任人签字",  # a column to sign in, step by step
    ("IN-02", "被督导单位签字"): "被督导单位负责人签字",
    ("NT-02", "发出机关"): "人民政府（章）",  # both bodies stand at the foot, over their seals
    ("NT-02", "发出日期"): "教育体育局（章）年月日",  # and the day is written under them
    ("NT-01", "发出单位"): "人民政府（章）",
    ("NT-01", "发出单位（章）"): "人民政府（章）",
    ("NT-01", "发出日期"): "教育体育局（章）年月日",
    ("NT-01", "入学年级"): "年级班级",  # of a child who comes back too, so the class is named
    ("NT-01", "法律规定告知"): "监护人法定义务",  # NT-02's words for the two boxes
    ("NT-01", "法律责任告知"): "不履行的法律责任",
    # an official document has a number, an addressee, a date and its annexes where they belong, without captions
    **{(row, "文号"): "〔〕号" for row in ("L-03", "NT-06", "NT-10")},
    ("L-03", "主送机关"): "局：",
    ("NT-06", "主送机关"): "人民政府：",
    **{(row, "报告日期"): "2026年11月16日签收栏" for row in ("L-03", "NT-06")},
    **{(row, "附件清单"): "附件：1." for row in ("L-03", "NT-06")},
    **{(row, "学校盖章"): "2026年11月16日签收栏" for row in ("L-03", "NT-06")},  # over its name and the date
    ("L-03", "学校（章）"): "我校",  # it speaks of itself; its name is that of a middle school
    ("IP-01", "村（居）委会主任"): "村（居）委会主任签字",  # its brackets are no note
}


def texts(form: str) -> list[str]:
    """What papers of the sample say, without white space."""
    return [re.sub(r"\s", "", "".join(run.text for run in paper.runs())) for paper in specimens(form).papers]


def listed(row: str, column: str) -> list[str]:
    return [item for item in ROWS[row][column].split(";") if item]


def without_notes(text: str) -> str:
    """``送达人（[送达人数]）`` is 送达人, ``学校（章）`` is 学校."""
    return re.sub(r"（.*?）", "", text)


def lacking(form: str, row: str, wanted: list[str]) -> set[str]:
    """What is wanted and some paper does not say."""
    wording = {item: ACCEPTED.get((row, item), without_notes(item)) for item in wanted}
    return {item for item, words in wording.items() if any(words not in text for text in texts(form))}


def articles(basis: str) -> tuple[set[str], set[str]]:
    """Grounds and citations as definitions write them; a document without articles is neither."""
    grounds: set[str] = set()
    cited: set[str] = set()
    for item in without_notes(basis).split(";"):
        law = item.removeprefix("引:").partition("第")[0]
        for first, last in re.findall(r"第(\d+)条(?:至第(\d+)条)?", item):
            numbers = range(int(first), int(last or first) + 1)
            (cited if item.startswith("引:") else grounds).update(f"{law} {number}" for number in numbers)
    return grounds, cited


def sealed(definition: Definition, text: str) -> bool:
    """A seal has its place: marked, or over the issuer's name at the end of an official document."""
    return definition.style == "official" or "盖章" in text or "（章）" in text


def test_the_table_holds_exactly_the_rows_that_papers_cover() -> None:
    assert set(ROWS) == {row for _, row in COVERED}


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_shows_every_field_of_its_row(form: str, row: str) -> None:
    assert lacking(form, row, listed(row, "fields")) == set()


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_names_every_signer_of_its_row(form: str, row: str) -> None:
    assert lacking(form, row, listed(row, "signers")) == set()


@pytest.mark.parametrize(("form", "row"), SEALED)
def test_a_paper_has_room_for_the_seal_its_row_asks_for(form: str, row: str) -> None:
    assert all(sealed(DEFINITIONS[form], text) for text in texts(form))


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_comes_in_every_format_of_its_row(form: str, row: str) -> None:
    assert set(listed(row, "formats")) <= set(DEFINITIONS[form].formats)


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_stands_on_the_law_of_its_row(form: str, row: str) -> None:
    grounds, cited = articles(ROWS[row]["basis"])
    definition = DEFINITIONS[form]
    assert grounds <= set(definition.basis)
    assert cited <= {*definition.basis, *definition.cites}


def test_articles_are_read_one_by_one_and_as_a_range() -> None:
    basis = "义务教育法第13条;引:义务教育法第5条、第58条;引:民事诉讼法第87条至第89条;某部门《通知》（2024年4月）"
    grounds = {"义务教育法 13"}
    cited = {"义务教育法 5", "义务教育法 58", "民事诉讼法 87", "民事诉讼法 88", "民事诉讼法 89"}
    assert articles(basis) == (grounds, cited)
