"""The dossier and its check from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.errors import Exit
from generator.resources import templates_dirs
from tests.certificates import Certificate
from tests.small import Project

SIGNED = """
  - title: 就读责任书
  - signatures: [[甲方（盖章）], [乙方签字]]
"""


@pytest.fixture(autouse=True)
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of one contract per child, and the front pages."""
    project.data(lambda sheets: sheets.update({"辍学个案": []}))
    project.paper(SIGNED, title="就读责任书", formats=["pdf"], bundle="class", box=3)
    for part in ("_dossier", "_fragments"):
        shutil.copytree(templates_dirs()[0] / part, project.folder / "templates" / part)
    (project.folder / "baoxue.yaml").write_text("data: 数据.xlsx\n", "utf-8")
    monkeypatch.chdir(project.folder)
    return project


def run(*words: str, given: str | None = None) -> Result:
    done = CliRunner().invoke(main, [*words], input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_a_dossier_is_made_and_checked_and_what_lacks_is_told(here: Project) -> None:
    done = run("dossier", "--school", "清溪小学", "--jobs", "1")
    assert done.exit_code == Exit.DONE, done.stderr
    assert "2 份文书" in done.stdout
    assert "没有扫描件" in done.stderr
    folder = here.out / "迎检" / "清溪小学"
    assert run("verify", str(folder)).stdout == "内部一致，来源未证明\n"
    (folder / "补充.txt").write_text("x", "utf-8")
    told = run("verify", str(folder))
    assert told.exit_code == Exit.FAILURE
    assert "补充.txt：清单里没有" in told.stdout


def test_figures_that_cannot_be_told_leave_out_their_page_alone(here: Project) -> None:
    here.data()  # without a sheet of cases nobody can say how many there were
    done = run("dossier", "--school", "清溪小学", "--jobs", "1")
    assert done.exit_code == Exit.PARTIAL
    assert "工作指标图：数据.xlsx 辍学个案：没有“辍学个案”表" in done.stderr
    assert (here.out / "迎检" / "清溪小学" / "档案.pdf").is_file()


def test_every_unit_has_a_dossier_of_its_own(here: Project) -> None:
    assert run("dossier", "--all", "--jobs", "1").exit_code == Exit.DONE
    made = sorted(path.name for path in (here.out / "迎检").iterdir() if path.is_dir())
    assert made == ["云山县", "清溪小学", "清溪镇"]


def test_a_password_comes_from_a_file_or_the_keyboard_and_never_from_the_command(here: Project) -> None:
    done = run("dossier", "--school", "清溪小学", "--jobs", "1", "--password-file", "-", given="青山-7\n")
    assert done.exit_code == Exit.DONE, done.stderr
    assert "青山" not in done.stdout + done.stderr
    assert not (here.out / "迎检" / "清溪小学" / "分盒文件").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("dossier",), "--school、--township、--county 或 --all"),
        (("dossier", "--school", "清溪小学", "--audience", "public"), "只给学校、乡镇、教育局看"),
        (("dossier", "--school", "清溪小雪"), "没有学校“清溪小雪”"),
        (("dossier", "--school", "清溪小学", "--scans", "没有"), "没有“没有”这个文件夹"),
        (("dossier", "--school", "清溪小学", "--audience", "邻居"), "没有“邻居”这种对象"),
        (("dossier", "--school", "清溪小学", "--password-file", "空.txt"), "第一行是空的"),
        (("verify", "templates"), "没有 清单.json"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_made(here: Project, words: tuple[str, ...], told: str) -> None:
    Path("空.txt").write_text("\n", "utf-8")
    done = run(*words)
    assert done.exit_code in (Exit.USAGE, Exit.FAILURE)
    assert told in done.stderr
    assert not here.out.exists()


def test_a_scan_that_is_damaged_holds_up_no_other_and_is_named(here: Project) -> None:
    scans = here.folder / "扫描件" / "就读责任书"
    scans.mkdir(parents=True)
    (scans / "木小春.jpg").write_bytes(b"\xff\xd8\xff no picture")
    done = run("dossier", "--school", "清溪小学", "--jobs", "1")
    assert done.exit_code == Exit.PARTIAL
    assert "就读责任书/木小春.jpg：木小春.jpg 打不开" in done.stderr
    assert (here.out / "迎检" / "清溪小学" / "档案.pdf").is_file()


def test_where_an_earlier_dossier_is_kept_is_told(here: Project) -> None:
    run("dossier", "--school", "清溪小学", "--jobs", "1")
    done = run("dossier", "--school", "清溪小学", "--jobs", "1", "--today", "2026-9-12")
    assert done.exit_code == Exit.DONE, done.stderr
    assert "可能已经移交，改名留在" in done.stdout
    assert len([path for path in (here.out / "迎检").iterdir() if path.is_dir()]) == 2


def test_a_dossier_that_is_interrupted_says_what_is_left_of_it(
    here: Project, monkeypatch: pytest.MonkeyPatch, handlers: None
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.press.dossier.make", stopped)
    done = run("dossier", "--school", "清溪小学", "--jobs", "1")
    assert done.exit_code == Exit.INTERRUPTED
    assert "做到一半的没有留下，原来的没有动" in done.stderr


def test_scans_beside_a_folder_of_data_are_no_data(here: Project) -> None:
    data = here.folder / "数据"
    (data / "扫描件").mkdir(parents=True)
    (here.folder / "数据.xlsx").rename(data / "数据.xlsx")
    (data / "扫描件" / "x.xlsx").write_bytes(b"no workbook")
    done = run("dossier", "数据", "--school", "清溪小学", "--jobs", "1")
    assert done.exit_code == Exit.PARTIAL, done.stderr
    assert "x.xlsx：不是扫描件能用的格式" in done.stderr


def test_a_hand_over_sheet_is_signed_and_its_signature_checked(here: Project, tmp_path: Path) -> None:
    own = Certificate("青禾县教育局")
    p12, root, secret = own.p12(tmp_path / "证书.p12", "青山-7"), own.pem(tmp_path / "根.pem"), tmp_path / "密码.txt"
    secret.write_text("青山-7\n", "utf-8")
    words = ("dossier", "--school", "清溪小学", "--jobs", "1", "--sign", str(p12))
    done = run(*words, "--sign-password-file", str(secret))
    assert done.exit_code == Exit.DONE, done.stderr
    assert "青山" not in done.stdout + done.stderr
    folder = str(here.out / "迎检" / "清溪小学")
    assert run("verify", folder).stdout == "内部一致，签名有效（青禾县教育局）；是否可信以证书为准\n"
    assert "由给定的根证书签发" in run("verify", folder, "--trust", str(root)).stdout
    other = run("verify", folder, "--trust", str(Certificate("某人").pem(tmp_path / "b.pem")))
    assert other.exit_code == Exit.FAILURE
    assert "不是 --trust 里的证书签发的" in other.stdout
    refused = run(*words, "--overwrite")
    assert refused.exit_code != Exit.DONE
    assert "证书.p12 的密码不对" in refused.stderr
