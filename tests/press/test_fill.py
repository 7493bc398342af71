from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from generator.dataset.workbook import write_workbook
from generator.errors import DataError, TemplateError
from generator.forms.own_form import PatternError
from generator.press.fill import Filled, Order, fill, prepare
from generator.press.folder import MANIFEST, FolderError
from tests.forms.own_forms import made, paragraphs
from tests.small import SHEETS

RECORDS = [
    {"班级": "三年级（1）班", "姓名": "石小满", "电话": "199"},
    {"班级": "三年级（1）班", "姓名": "木小春", "电话": ""},
    {"班级": "三年级（2）班", "姓名": "林𬭎", "电话": "A&B<李>"},
]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "告知书.docx").write_bytes(made(paragraphs("{{姓名}}的电话：{{电话}}")))
    records(tmp_path, RECORDS)
    return tmp_path


def records(folder: Path, rows: Any) -> Path:
    path = folder / "名册.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def run(here: Path, source: str = "名册.json", **more: Any) -> Filled:
    return fill(prepare(Order(here / "告知书.docx", here / source, here / "填好的", **more)))


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


def documents(here: Path) -> list[str]:
    return sorted(path.relative_to(here / "填好的").as_posix() for path in (here / "填好的").rglob("*.docx"))


def test_every_row_gives_a_document_named_by_class_and_name(here: Path) -> None:
    filled = run(here)
    assert documents(here) == ["三年级（1）班-石小满-告知书.docx", "三年级（2）班-林𬭎-告知书.docx"]
    assert texts(here / "填好的" / "三年级（2）班-林𬭎-告知书.docx") == ["林𬭎的电话：A&B<李>"]
    assert filled.papers == 2


def test_a_row_that_lacks_a_value_is_left_out_and_listed_and_the_others_are_made(here: Path) -> None:
    filled = run(here)
    assert filled.skipped == [("第 2 条“木小春”", "“电话”没有填（见“{{姓名}}的电话：{{电话}}”）")]
    assert filled.partial
    sheet = load_workbook(here / "填好的" / "目录.xlsx")["未生成"]
    assert [cell.value for cell in sheet[2]] == [*filled.skipped[0], "缺数据"]


def test_a_print_file_holds_all_rows_that_can_be_filled(here: Path) -> None:
    filled = run(here, merge="全部.docx")
    assert texts(here / "填好的" / "全部.docx") == ["石小满的电话：199", "林𬭎的电话：A&B<李>"]
    assert (filled.papers, [label for label, _ in filled.skipped]) == (2, ["第 2 条“木小春”"])


def test_a_print_file_of_which_nothing_can_be_filled_is_not_made(here: Path) -> None:
    records(here, RECORDS[1:2])
    filled = run(here, merge="全部.docx")
    assert (documents(here), len(filled.skipped), filled.papers) == ([], 1, 0)


def test_the_form_need_not_have_what_names_the_files(here: Path) -> None:
    run(here, name="{{班级｜默认（“无班”）}}/{{ 姓名 }}")
    assert documents(here) == ["三年级（1）班/石小满.docx", "三年级（2）班/林𬭎.docx"]


@pytest.mark.parametrize(
    ("name", "made_"),
    [
        ("a/b", "a_b-告知书.docx"), ("..", "_.docx"), ("CON", "_CON.docx"), ('<>:"|?*', "_______.docx"),
        ("甲" * 200, None), ("530102201503040015", "530102____0015-告知书.docx"), ("a\nb", "a_b-告知书.docx"),
    ],
)  # fmt: skip
def test_file_names_are_safe_and_hold_no_whole_id_number(here: Path, name: str, made_: str | None) -> None:
    records(here, [{"姓名": name, "电话": "1"}])
    run(here, name="{{姓名}}-告知书" if made_ is None or made_.endswith("-告知书.docx") else "{{姓名}}")
    (found,) = documents(here)
    assert made_ in (None, found)
    assert len(found) < 100


def test_documents_of_one_name_bear_their_row(here: Path) -> None:
    records(here, [{"姓名": "Li", "电话": "1"}, {"姓名": "li", "电话": "2"}, {"姓名": "丙", "电话": "3"}])
    run(here, name="{{姓名}}")
    assert documents(here) == ["Li-1.docx", "li-2.docx", "丙.docx"]
    assert texts(here / "填好的" / "li-2.docx") == ["li的电话：2"]


def test_a_distinguishing_row_never_meets_another_name(here: Path) -> None:
    records(here, [{"姓名": "甲", "电话": "1"}, {"姓名": "甲", "电话": "2"}, {"姓名": "甲-1", "电话": "3"}])
    run(here, name="{{姓名}}")
    assert len(documents(here)) == 3


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("{{性名}}", "没有“性名”，是不是“姓名”"),
        ("{{姓名", "没有写完"),
        ("{{''.__class__}}", "不能使用“__class__”"),
        ("/", "是空的"),
    ],
)
def test_a_wrong_pattern_is_told_before_anything_is_written(here: Path, pattern: str, what: str) -> None:
    with pytest.raises(PatternError, match=what):
        run(here, name=pattern)
    assert not (here / "填好的").exists()


# What a person did is kept


def test_an_edited_document_is_kept_until_it_is_to_be_overwritten(here: Path) -> None:
    run(here)
    edited = here / "填好的" / "三年级（1）班-石小满-告知书.docx"
    edited.write_bytes(made(paragraphs("改过")))
    assert run(here).kept == [edited.name]
    assert texts(edited) == ["改过"]
    assert run(here, overwrite=True).kept == []
    assert texts(edited) == ["石小满的电话：199"]


def test_a_file_that_was_there_before_is_kept(here: Path) -> None:
    (here / "填好的").mkdir()
    (here / "填好的" / "全部.docx").write_bytes(b"someone's")
    assert run(here, merge="全部.docx").kept == ["全部.docx"]
    assert (here / "填好的" / "全部.docx").read_bytes() == b"someone's"


def test_a_document_that_a_power_cut_left_empty_is_made_again(here: Path) -> None:
    run(here)
    path = here / "填好的" / "三年级（1）班-石小满-告知书.docx"
    path.write_bytes(b"")
    assert run(here).kept == []
    assert path.stat().st_size


def test_the_same_rows_give_the_same_bytes_and_documents_of_earlier_runs_stay_known(here: Path) -> None:
    run(here)
    before = {path: path.read_bytes() for path in (here / "填好的").rglob("*") if path.is_file()}
    run(here)
    assert {path: path.read_bytes() for path in before} == before
    records(here, RECORDS[:1])
    run(here)
    manifest = json.loads((here / "填好的" / MANIFEST).read_text(encoding="utf-8"))
    assert len(manifest["files"]) == 2


def test_the_folder_of_build_is_not_written_to(here: Path) -> None:
    (here / "填好的").mkdir()
    (here / "填好的" / MANIFEST).write_text('{"dataset": "数据.xlsx", "files": {}}', encoding="utf-8")
    with pytest.raises(FolderError, match="换一个文件夹"):
        run(here)


def test_a_document_that_cannot_be_written_is_told_and_the_others_are_made(here: Path) -> None:
    (here / "填好的" / "三年级（1）班-石小满-告知书.docx").mkdir(parents=True)
    filled = run(here, overwrite=True)
    assert [label for label, _ in filled.failed] == ["第 1 条“石小满”"]
    assert filled.papers == 1


def test_an_interruption_leaves_what_was_made_in_the_manifest(here: Path) -> None:
    prepared = prepare(Order(here / "告知书.docx", here / "名册.json", here / "填好的"))

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(prepared, stop)
    manifest = json.loads((here / "填好的" / MANIFEST).read_text(encoding="utf-8"))
    assert list(manifest["files"]) == documents(here) == ["三年级（1）班-石小满-告知书.docx"]


# Records of every kind


def as_xlsx(path: Path, lost: bool = False) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "花名册"
    sheet.append(["某某小学学生名册"])
    sheet.append([])
    sheet.append(list(RECORDS[0]))
    for record in RECORDS:
        sheet.append(list(record.values()))
    if lost:
        sheet["C4"] = 530102201503040015
    book.create_sheet("别的").append(["甲", "乙"])
    book.save(path)


def as_csv(encoding: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        lines = [",".join(RECORDS[0]), *(",".join(record.values()) for record in RECORDS)]
        path.write_bytes("\r\n".join(lines).encode(encoding))

    return write


def as_yaml(path: Path) -> None:
    blocks = ["- " + "\n  ".join(f"{name}: {value or '~'}" for name, value in record.items()) for record in RECORDS]
    path.write_text("\n".join(blocks), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.xlsx", as_xlsx), ("b.csv", as_csv("utf-8-sig")), ("c.csv", as_csv("gb18030")), ("d.yaml", as_yaml)],
)
def test_rows_of_every_kind_of_file_are_filled_in_alike(here: Path, name: str, write: Callable[[Path], None]) -> None:
    write(here / name)
    filled = run(here, name)
    assert documents(here) == ["三年级（1）班-石小满-告知书.docx", "三年级（2）班-林𬭎-告知书.docx"]
    assert [label[-5:] for label, _ in filled.skipped] == ["“木小春”"]


def test_old_workbooks_are_read_too(here: Path) -> None:
    source = Path(__file__).resolve().parents[1] / "corpus" / "national.xls"
    (here / "告知书.docx").write_bytes(made(paragraphs("学生{{姓名}}")))
    (here / "national.xls").write_bytes(source.read_bytes())
    assert run(here, "national.xls").papers > 0


def test_a_number_that_lost_digits_keeps_its_row_back_with_the_address_of_its_cell(here: Path) -> None:
    as_xlsx(here / "a.xlsx", lost=True)
    filled = run(here, "a.xlsx")
    assert filled.skipped[0] == ("第 4 行“石小满”", "“电话”（C4）这个号码被存成了数字，第 16 位起已经丢失")
    assert [str(problem.place) for problem in filled.problems] == ["a.xlsx 花名册!C4"]
    assert filled.papers == 1


def test_a_column_that_the_form_does_not_ask_for_keeps_nobody_back(here: Path) -> None:
    as_xlsx(here / "a.xlsx", lost=True)
    (here / "告知书.docx").write_bytes(made(paragraphs("{{姓名}}")))
    assert run(here, "a.xlsx").papers == 3


def test_the_sheet_whose_columns_fit_is_used_and_told(here: Path) -> None:
    as_xlsx(here / "a.xlsx")
    assert "用的是“花名册”表，3 行" in run(here, "a.xlsx").remarks


def test_the_projects_own_workbook_can_be_used_by_its_sheet(here: Path) -> None:
    write_workbook(SHEETS, here / "数据.xlsx")
    (here / "告知书.docx").write_bytes(made(paragraphs("{{姓名}}住{{现住址}}")))
    run(here, "数据.xlsx", sheet="学生", merge="全部.docx")
    assert texts(here / "填好的" / "全部.docx") == ["石小满住溪头村", "木小春住溪尾村"]


@pytest.mark.parametrize(
    ("sheet", "what"), [("花名", "没有“花名”表，或者表里没有行，是不是“花名册”"), ("空", "没有“空”表")]
)
def test_a_sheet_that_is_not_there_is_told_with_those_that_are(here: Path, sheet: str, what: str) -> None:
    as_xlsx(here / "a.xlsx")
    with pytest.raises(DataError, match=what):
        run(here, "a.xlsx", sheet=sheet)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("x.json", "[{", "JSON 写法有误"), ("x.json", "[]", "里面没有记录"), ("x.json", '["a"]', "不是“列名: 内容”"),
        ("x.json", '[{"姓名": "甲", "姓名": "乙"}]', "写了不止一次"), ("x.json", "[" * 9999, "分层太多"),
        ("x.json", '{"甲": [{"姓名": "1"}], "乙": [{"姓名": "2"}]}', "有 2 组记录"),
        ("x.yaml", "- 姓名: [", "YAML 写法有误"), ("x.yaml", "- 姓名: 甲\n  姓名: 乙", "写了不止一次"),
        ("x.yaml", "", "没有内容"), ("x.csv", "", "0 字节"),
        ("x.csv", "姓名,姓名,电话\n甲,乙,1", "这几列分不清：“姓名”、“姓名”"),
        ("x.pdf", "%PDF", "不认识的文件类型"), ("没有.xlsx", None, "没有这个文件"),
    ],
)  # fmt: skip
def test_records_that_cannot_be_used_are_refused_with_a_sentence(
    here: Path, name: str, content: str | None, what: str
) -> None:
    if content is not None:
        (here / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=what):
        run(here, name)
    assert not (here / "填好的").exists()


def test_a_yaml_file_whose_aliases_stand_for_millions_is_refused(here: Path) -> None:
    levels = ["a0: &a0 [一,一,一,一,一,一,一,一,一]"]
    levels += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    (here / "x.yaml").write_text("\n".join(levels), encoding="utf-8")
    with pytest.raises(DataError, match="太多"):
        run(here, "x.yaml")


def test_lists_in_json_and_yaml_feed_loops_and_scalars_stay_as_they_are_written(here: Path) -> None:
    form = "{{姓名}}{{号}}：{% for 人 in 家庭 %}{{人.姓名}}{% if 人.在家 %}在{% endif %}；{% endfor %}"
    (here / "告知书.docx").write_bytes(made(paragraphs(form)))
    records(here, [{"姓名": "甲", "号": 1.50, "家庭": [{"姓名": "父", "在家": True}, {"姓名": "母", "在家": False}]}])
    run(here, merge="全部.docx")
    assert texts(here / "填好的" / "全部.docx") == ["甲1.5：父在；母；"]
    (here / "x.yaml").write_text("- 姓名: 甲\n  号: 0123\n  家庭:\n  - {姓名: 父, 在家: ''}\n", encoding="utf-8")
    run(here, "x.yaml", merge="全部.docx")
    assert texts(here / "填好的" / "全部.docx") == ["甲0123：父；"]


# Forms


def test_a_form_that_asks_for_an_unknown_column_stops_everything(here: Path) -> None:
    (here / "告知书.docx").write_bytes(made(paragraphs("{{性名|默认('')}}", "{姓名}")))
    with pytest.raises(TemplateError) as caught:
        run(here)
    assert [problem.what for problem in caught.value.problems] == [
        "数据里没有“性名”，是不是“姓名”", "“{姓名}”只有一层花括号，会照原样印出来",
    ]  # fmt: skip
    assert not (here / "填好的").exists()


def test_what_was_understood_and_what_is_not_printed_is_told(here: Path) -> None:
    (here / "告知书.docx").write_bytes(made(paragraphs("｛｛姓名｝｝{# 说明 #}")))
    assert run(here).remarks == ["“｛｛姓名｝｝”按 {{ 姓名 }} 理解", "“{# 说明 #}”是注释，不会印出来"]


def test_a_form_that_is_not_there_is_told(here: Path) -> None:
    (here / "告知书.docx").unlink()
    with pytest.raises(TemplateError, match="没有这个文件"):
        run(here)


def test_a_document_opens_as_a_word_file(here: Path) -> None:
    run(here)
    data = (here / "填好的" / "三年级（1）班-石小满-告知书.docx").read_bytes()
    assert len(Document(io.BytesIO(data)).paragraphs) == 1


def test_what_is_misspelt_of_the_items_of_a_list_stops_everything_also_where_a_default_is_given(here: Path) -> None:
    text = "{% for 人 in 家庭 %}{{人.性名|默认('无')}}{% endfor %}"
    (here / "告知书.docx").write_bytes(made(paragraphs(text)))
    records(here, [{"姓名": "石小满", "家庭": [{"姓名": "石大"}]}, {"姓名": "木小春", "家庭": []}])
    with pytest.raises(TemplateError, match="是不是“姓名”"):
        run(here)
    assert not (here / "填好的").exists()
