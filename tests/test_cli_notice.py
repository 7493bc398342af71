"""The commands about numbers and service, from the workbook to the papers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pypdfium2
import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.errors import Exit
from generator.forms.catalogue import discover
from generator.press.build import Gathered
from generator.press.issuing import Offer, Wish
from generator.records.ledger import NAME
from tests.notices import away
from tests.small import written

TODAY = ("--today", "2026-09-11")
built_in = cache(discover)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose children stay away; definitions are read once."""
    monkeypatch.setattr("generator.press.build.discover", lambda _: built_in())
    monkeypatch.chdir(tmp_path)
    written(tmp_path, away)
    (tmp_path / "baoxue.yaml").write_text("data: 数据.xlsx\n", "utf-8")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def issued(*words: str) -> Result:
    return run("notice", "issue", "--yes", *TODAY, *(words or ("--all",)))


def served(number: str = "清政返通[2026]1号", *words: str) -> Result:
    said = words or ("--mode", "直接送达", "--by", "甲、乙", "--to", "石大山")
    return run("notice", "serve", number, "--at", "2026-09-11 18:30", *TODAY, *said)


def listed() -> list[str]:
    return run("notice", "list").stdout.splitlines()


def built(*words: str) -> Result:
    return run(
        "build", "--form", "return-notice,service-receipt", "--format", "pdf", "--single", "--jobs", "1", *TODAY, *words
    )


def texts(folder: Path) -> dict[str, str]:
    """Return the text of every file made, by its name."""

    def pages(path: Path) -> Iterator[str]:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            yield page.get_textpage().get_text_range()
        document.close()

    return {path.stem: "".join(pages(path)) for path in sorted((folder / "output").rglob("*.pdf"))}


def test_every_command_explains_itself() -> None:
    for group in ("notice", "ledger"):
        commands = main.commands[group]
        for name in ("", *commands.commands):  # type: ignore[attr-defined]
            told = run(group, *([name] if name else []), "--help")
            assert told.exit_code == Exit.DONE
            assert "用法：" in told.stdout
        for command in commands.commands.values():  # type: ignore[attr-defined]
            assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_issuing_tells_first_and_writes_only_when_told_to(here: Path) -> None:
    told = run("notice", "issue", "--all", *TODAY)
    assert (told.exit_code, told.stdout.splitlines()[0]) == (
        Exit.DONE, "清政返通〔2026〕1号 石小满 清溪镇人民政府 2026-09-11，期限 2026-09-18",
    )  # fmt: skip
    assert "这是预演，2 个文号都没有编" in told.stderr
    assert not (here / NAME).exists()
    assert issued().exit_code == Exit.DONE
    assert listed() == [
        "清政返通〔2026〕1号\t石小满\t2026-09-11\t未登记送达",
        "清政返通〔2026〕2号\t木小春\t2026-09-11\t未登记送达",
    ]
    assert "清政返通〔2026〕1号 石小满：已经编过，没有再编。" in issued().stdout


def test_what_is_to_be_issued_must_be_said_and_not_lie_in_the_future() -> None:
    assert run("notice", "issue", "--yes", *TODAY).exit_code == Exit.USAGE
    assert "晚于今天" in issued("--all", "--date", "2026-09-12").stderr


def test_part_of_them_refused_is_told_and_the_others_are_issued(here: Path) -> None:
    def one_without_guardian(sheets: dict[str, list[dict[str, str]]]) -> None:
        away(sheets)
        del sheets["学生"][1]["成员1姓名"]

    written(here, one_without_guardian)
    told = issued()
    assert told.exit_code == Exit.PARTIAL
    assert "不能发出，没有编号（1）" in told.stderr
    assert len(listed()) == 1


def test_a_notice_that_is_not_issued_prints_as_a_draft_and_build_gives_no_number(here: Path) -> None:
    assert built().exit_code == Exit.DONE
    assert not (here / NAME).exists()
    text = texts(here)["1-石小满-返校通知书"]
    assert "草稿" in text
    assert "〔2026〕" not in text
    assert "ledger" not in json.loads((here / "output" / "manifest.json").read_text("utf-8"))


def test_what_is_issued_and_served_is_printed_the_same_every_time(here: Path) -> None:
    issued()
    assert served().exit_code == Exit.DONE
    built()
    first = texts(here)
    notice, receipt = first["1-石小满-返校通知书"], first["1-石小满-送达回证"]
    assert (
        "".join(notice.split()).count("清政返通〔2026〕1号") == 3 * 5
    )  # copies × title, receipt, twice across the seam, stub
    assert "清政返通〔2026〕1号　由此裁开" in notice
    assert "2026年9月11日18时30分" in receipt
    assert "甲、乙" in receipt
    assert "本人" in receipt
    files = {path: path.read_bytes() for path in (here / "output").rglob("*.pdf")}
    assert built("--out", "again").exit_code == Exit.DONE
    again = {path: path.read_bytes() for path in (here / "again").rglob("*.pdf")}
    assert list(again.values()) == list(files.values())


def test_the_manifest_tells_what_the_ledger_held_and_not_its_bytes(here: Path) -> None:
    issued()

    def digest() -> str:
        built()
        manifest = json.loads((here / "output" / "manifest.json").read_text("utf-8"))
        return str(manifest["ledger"])

    before = digest()
    assert before == json.loads(run("notice", "list", "--format", "json").stdout)["digest"]
    run("ledger", "backup", "b.sqlite")
    run("ledger", "restore", "b.sqlite")
    assert digest() == before
    served()
    assert digest() != before


def test_what_is_told_of_a_number_that_has_become_void_names_the_row_that_is_numbered_anew() -> None:
    issued()
    told = run("notice", "void", "清政返通[2026]2号", "--why", "写错", *TODAY).stdout
    assert "给同一行重新编号（不用添行）：baoxue notice issue --case A2 --notice 2" in told
    assert issued("--case", "A2", "--notice", "2").stdout.startswith("清政返通〔2026〕3号 木小春")


def test_a_void_notice_does_not_keep_from_writing_that_the_child_had_been_back(here: Path) -> None:
    def back(sheets: dict[str, list[dict[str, str]]]) -> None:
        away(sheets)
        sheets["辍学个案"][0]["复学日期"] = "2026-09-10"
        sheets["学生"][0]["学籍状态"] = "在籍"

    issued()
    written(here, back)
    assert "早于“发出日期”" in run("check").stdout
    assert run("notice", "void", "清政返通[2026]1号", "--why", "孩子已返校", *TODAY).exit_code == Exit.DONE
    assert run("check").exit_code == Exit.DONE
    owed = run("due", *TODAY)
    assert owed.exit_code == Exit.DONE
    assert "DR-03" in owed.stdout
    told = issued("--notice", "1")
    assert told.exit_code == Exit.PARTIAL
    assert "早于“发出日期”2026-09-11" in told.stderr


def test_a_void_notice_is_held_back_with_the_reason_and_issued_anew_by_name(here: Path) -> None:
    issued()
    assert run("notice", "void", "清政返通[2026]1号", "--why", "写错", *TODAY).exit_code == Exit.DONE
    told = built()
    assert told.exit_code == Exit.DONE  # it wants for nothing
    assert "已经作废，不印（1）：" in told.stderr
    assert told.stderr.count("清政返通〔2026〕1号 已于 2026-09-11 作废（写错）") == 1
    forms = "return-notice,order-to-mend,order-to-school,service-receipt"
    told = run("build", "--form", forms, "--format", "pdf", "--dry-run", *TODAY)
    assert (told.exit_code, told.stderr.count("作废（写错）")) == (Exit.DONE, 1)
    assert list(texts(here)) == ["2-木小春-返校通知书", "2-木小春-送达回证"]
    assert issued("--notice", "1").exit_code == Exit.DONE
    assert [line.split("\t")[0] for line in listed()] == [f"清政返通〔2026〕{number}号" for number in (1, 2, 3)]
    built()
    assert "清政返通〔2026〕3号" in texts(here)["1-石小满-返校通知书"]


def test_a_joint_notice_names_both_and_has_two_places_for_seals_on_one_page(here: Path) -> None:
    issued("--all", "--joint")
    told = built()
    assert "页数不对" not in told.stderr
    text = " ".join(texts(here)["1-石小满-返校通知书"].split())
    assert "清溪镇人民政府 云山县教育体育局 辍学学生返校通知书" in text
    assert "清溪镇人民政府 云山县教育体育局 2026年9月11日" in text
    assert "清溪镇人民政府、云山县教育体育局" in " ".join(texts(here)["1-石小满-送达回证"].split())


def test_service_against_the_law_is_refused_in_sentences(here: Path) -> None:
    issued()
    told = served("清政返通[2026]1号", "--mode", "留置送达", "--by", "甲")
    assert told.exit_code == Exit.DATA
    for what in ("要有 2 名以上", "要写拒收事由", "要有基层组织代表见证"):
        assert what in told.stderr
    right = ("--mode", "留置送达", "--by", "甲，乙", "--refused", "不肯签", "--witness", "丙")
    assert served("清政返通[2026]1号", *right).exit_code == Exit.DONE
    assert "已经登记了" in served("清政返通[2026]1号", *right).stderr
    assert served("清政返通[2026]1号", *right, "--correct", "漏了见证人").exit_code == Exit.DONE


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("serve", "十八号", "--at", "2026-09-11 18:30", "--mode", "直接送达", "--by", "甲"), "不是文号"),
        (("serve", "清政返通[2026]1号", "--at", "2026-09-11", "--mode", "直接送达", "--by", "甲"), "要写到分"),
        (("serve", "清政返通[2026]1号", "--at", "2026-09-11 25:00", "--mode", "直接送达", "--by", "甲"), "要写到分"),
        (("serve", "清政返通[2026]1号", "--at", "2026-09-11 18:30", "--mode", "口头", "--by", "甲"), "应是 直接送达"),
        (("serve", "清政返通[2026]9号", "--at", "2026-09-11 18:30", "--mode", "直接送达", "--by", "甲"), "台账里没有"),
        (("void", "清政返通[2026]1号", "--why", " "), "写明作废的理由"),
        (("open", "清政1", "2026", "18"), "应是几个汉字"),
    ],
)
def test_what_cannot_be_meant_is_told(words: tuple[str, ...], what: str) -> None:
    issued()
    told = run("notice", *words)
    assert told.exit_code == Exit.USAGE
    assert what in told.stderr


def test_numbers_go_on_behind_the_old_book_and_gaps_are_listed() -> None:
    told = run("notice", "open", "清政返通", "2026", "18")
    assert told.exit_code == Exit.DONE
    assert "清政返通〔2026〕1—17号共 17 个号这里不再编" in told.stderr
    assert "没有定；照定加 --yes" in told.stderr
    assert run("notice", "list").stdout == ""
    assert run("notice", "open", "清政返通", "2026", "18", "--yes").exit_code == Exit.DONE
    assert "现在是 清政返通〔2026〕18号" in run("notice", "open", "清政返通", "2026", "18").stdout
    issued()
    told = run("notice", "open", "清政返通", "2026", "7")
    assert (told.exit_code, "已经用到 19 号" in told.stderr) == (Exit.FAILURE, True)
    assert [line.split("\t")[0] for line in listed()] == [f"清政返通〔2026〕{one}号" for one in ("18", "19", "1—17")]
    assert run("notice", "list", "--gaps").stdout == "清政返通〔2026〕1—17号\t在原文号簿\n"
    assert run("notice", "list", "--year", "2025").stdout == ""


def earlier(sheets: dict[str, list[dict[str, str]]]) -> None:
    away(sheets)
    sheets["通知书"][0] |= {"文号": "清政返通〔2026〕17号", "发出日期": "2026-09-09"}


def test_earlier_numbers_are_taken_over_once(here: Path) -> None:
    written(here, earlier)
    assert "登记了 1 个文号" in run("notice", "import").stderr
    assert "登记了 0 个文号" in run("notice", "import").stderr
    issued()
    assert [line.split("\t")[0] for line in listed()][:2] == ["清政返通〔2026〕17号", "清政返通〔2026〕18号"]
    assert run("check").exit_code == Exit.DONE
    written(here, away)  # the workbook need not say it any longer
    built()
    assert "清政返通〔2026〕17号" in texts(here)["1-石小满-返校通知书"]


def test_check_tells_where_workbook_and_ledger_differ(here: Path) -> None:
    issued()
    assert run("check").exit_code == Exit.DONE
    written(here, earlier)
    told = run("check")
    assert told.exit_code == Exit.DATA
    assert "“文号”与台账不一致：这里是“清政返通〔2026〕17号”，台账里是“清政返通〔2026〕1号”" in told.stdout
    assert built().exit_code == Exit.PARTIAL
    assert "1-石小满-返校通知书" not in texts(here)


def test_the_ledger_lies_in_the_project_or_beside_the_data_and_the_sample_has_none(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued()
    assert (here / NAME).exists()
    monkeypatch.chdir(here.parent)
    assert len(run("notice", "list", "--data", str(here / "数据.xlsx")).stdout.splitlines()) == 2
    monkeypatch.chdir(here)
    assert "台账" not in run("check", "--sample").stdout


def test_a_damaged_ledger_stops_a_build_and_restoring_a_copy_mends_it(here: Path) -> None:
    issued()
    assert run("ledger", "backup", "copy.sqlite").exit_code == Exit.DONE
    (here / NAME).write_bytes(b"\xff" * 5000)
    told = built()
    assert told.exit_code == Exit.FAILURE
    assert "baoxue ledger restore" in told.stderr
    assert not (here / "output").exists()
    told = run("ledger", "restore", "copy.sqlite")
    assert told.exit_code == Exit.DONE
    assert "会再编一次。先用 baoxue notice open 让下一号排在它们后面" in told.stderr
    assert len(listed()) == 2


def test_a_ledger_that_is_gone_is_told_and_numbers_do_not_begin_anew(here: Path) -> None:
    issued()
    built()
    (here / NAME).unlink()
    for _ in range(2):  # a build does not make it forgotten
        told = issued()
        assert told.exit_code == Exit.DATA
        assert "见 output/manifest.json），现在不见了。这次什么也没有写" in told.stderr
        assert run("check").exit_code == Exit.DATA
        assert "不见了" in built().stderr
    assert "不见了" not in run("check", "--sample").stdout
    assert run("notice", "import").exit_code == Exit.DATA
    assert run("printed", "--all", *TODAY).exit_code == Exit.DATA
    assert run("notice", "open", "清政返通", "2026", "3", "--yes").exit_code == Exit.DATA
    assert run("notice", "open", "清政返通", "2026", "3", "--new-ledger", "--yes").exit_code == Exit.DONE
    assert issued().stdout.startswith("清政返通〔2026〕3号")


def test_only_what_this_run_gave_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.press import issuing

    before = issuing.offer

    def outrun(known: Gathered, wish: Wish) -> Offer:
        """Offer, and let another process be quicker with one of them."""
        found = before(known, wish)
        monkeypatch.setattr(issuing, "offer", before)
        issued("--case", "A1")
        return found

    monkeypatch.setattr(issuing, "offer", outrun)
    told = issued()
    assert "编了 1 个文号" in told.stderr
    assert told.stdout.splitlines() == [
        "清政返通〔2026〕1号 石小满：已经编过，没有再编。",
        "清政返通〔2026〕2号 木小春 清溪镇人民政府 2026-09-11，期限 2026-09-18",
    ]


def test_a_service_that_came_too_late_is_entered_and_what_follows_is_told() -> None:
    issued()
    late = ("--mode", "直接送达", "--by", "甲、乙", "--to", "石大山", "--today", "2026-09-20")
    told = run("notice", "serve", "清政返通[2026]1号", "--at", "2026-09-19 18:30", *late)
    assert told.exit_code == Exit.DONE
    assert "提醒：送达 2026-09-19 晚于期限 2026-09-18，不算按期送达；要作废重发：先作废" in told.stderr
    assert "2026-09-19 18:30 直接送达" in listed()[0]
    owed = run("due", "--today", "2026-09-20").stdout
    assert "2026-09-19 才送达：作废重发（先作废，再给同一行，序号 1，重新编号，不用添行）" in owed
    run("notice", "void", "清政返通[2026]1号", "--why", "送达晚了", "--today", "2026-09-20")
    assert "（给作废的那一行，序号 1，重新编号，不用添行）" in run("due", "--today", "2026-09-20").stdout


def test_a_new_row_does_not_take_the_place_of_a_notice_that_still_holds(here: Path) -> None:
    def another(sheets: dict[str, list[dict[str, str]]]) -> None:
        away(sheets)
        sheets["通知书"].append({"序号": "3", "个案编号": "A1"})

    issued()
    written(here, another)
    told = run("notice", "issue", "--all", "--yes", "--today", "2026-09-20")
    assert told.exit_code == Exit.PARTIAL
    assert "同一个案的清政返通〔2026〕1号（返校通知书）还有效：期限 2026-09-18 已过，没有登记送达" in told.stderr
    assert len(listed()) == 2


def test_check_reminds_of_notices_that_are_not_in_order(here: Path) -> None:
    def hasty(sheets: dict[str, list[dict[str, str]]]) -> None:
        away(sheets)
        sheets["通知书"] = [
            {"序号": "1", "个案编号": "A1", "文号": "清政返通〔2026〕1号", "发出日期": "2026-09-09"},
            {"序号": "2", "个案编号": "A1", "文号": "清政责改〔2026〕1号", "发出日期": "2026-09-10", "文种": ORDER},
            {"序号": "3", "个案编号": "A2", "文种": ORDER},
        ]

    written(here, hasty)
    told = run("check")
    assert told.exit_code == Exit.DONE
    assert "清政责改〔2026〕1号 发出时还不到这一步：前一步清政返通〔2026〕1号" in told.stdout
    assert "有责令限期改正通知书这一行，而这个个案没有返校通知书" in told.stdout


def test_the_ledger_holds_no_number_of_identity(here: Path) -> None:
    def identified(sheets: dict[str, list[dict[str, str]]]) -> None:
        away(sheets)
        sheets["学生"][0]["身份证件号"] = "110101201603074522"

    written(here, identified)
    issued()
    assert b"110101201603074522" not in (here / NAME).read_bytes()


ORDER = "责令限期改正通知书"


def order(sheets: dict[str, list[dict[str, str]]]) -> None:
    away(sheets)
    sheets["学校"][0] |= {"联系电话": "19900000007"}
    sheets["通知书"][0] |= {"文种": ORDER}


def after_a_notice(sheets: dict[str, list[dict[str, str]]]) -> None:
    order(sheets)
    in_vain = {"返校期限": "2026-09-08", "送达日期": "2026-09-05", "送达方式": "直接送达", "收件人": "石大山"}
    before = {"序号": "9", "个案编号": "A1", "文号": "清政返通〔2026〕1号", "发出日期": "2026-09-04"}
    sheets["通知书"].append(before | in_vain | {"送达人": "甲、乙"})


def test_an_order_is_told_by_its_kind_and_printed_and_served_as_one(here: Path) -> None:
    written(here, after_a_notice)
    told = run("notice", "issue", "--all", *TODAY).stdout.splitlines()
    assert told[1] == f"清政责改〔2026〕1号 石小满 {ORDER} 清溪镇人民政府 2026-09-11，期限 2026-09-18"
    issued()
    assert served("清政责改[2026]1号").exit_code == Exit.DONE
    assert listed()[0] == f"清政责改〔2026〕1号\t石小满\t2026-09-11\t{ORDER} 2026-09-11 18:30 直接送达"
    assert json.loads(run("notice", "list", "--format", "json").stdout)["notices"][0]["kind"] == ORDER
    built("--form", "order-to-mend,return-notice,service-receipt")
    made = texts(here)
    assert list(made) == [
        "1-石小满-责令限期改正通知书",
        "1-石小满-送达回证",
        "2-木小春-返校通知书",
        "2-木小春-送达回证",
        "9-石小满-返校通知书",
        "9-石小满-送达回证",
    ]
    assert "".join(made["1-石小满-责令限期改正通知书"].split()).count("清政责改〔2026〕1号") == 3 * 5
    assert ORDER in made["1-石小满-送达回证"]
    assert run("notice", "void", "清政责改[2026]1号", "--why", "写错", *TODAY).exit_code == Exit.DONE
    assert "2026-09-11 作废：写错" in listed()[0]


def test_check_tells_of_a_notice_that_has_become_another(here: Path) -> None:
    issued()
    written(here, order)
    told = run("check")
    assert told.exit_code == Exit.DATA
    assert f"清政返通〔2026〕1号 发出的是《返校通知书》，这里的文种是“{ORDER}”" in told.stdout


def from_service(sheets: dict[str, list[dict[str, str]]]) -> None:
    away(sheets)
    sheets["政策"] = [{"参数": "返校期限起算", "值": "送达"}]


def test_a_notice_whose_days_count_from_service_tells_no_date_before_or_after_it(here: Path) -> None:
    written(here, from_service)
    assert issued().stdout.splitlines()[0] == "清政返通〔2026〕1号 石小满 清溪镇人民政府 2026-09-11，期限从送达起算"
    built()
    before = " ".join(texts(here)["1-石小满-返校通知书"].split())
    assert "于收到本通知书之日起7日内送" in "".join(before.split())
    assert served().exit_code == Exit.DONE
    built()
    assert " ".join(texts(here)["1-石小满-返校通知书"].split()) == before  # as the guardian has it
