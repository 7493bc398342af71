"""Papers made by workers elsewhere are those made here, whatever befalls the workers."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Exit
from generator.press import afar, cluster
from generator.press.afar import ClusterError, Errand, Parcel, Pool, run_afar
from generator.press.build import build
from generator.press.installed import installed_whole
from generator.press.run import DEADLY, Result, Station
from tests.small import Project, send_signal
from tests.test_cli import run

NAMES = [f"石{number:02}" for number in range(40)]


@pytest.fixture
def many(project: Project) -> Project:
    """A project of many papers in two formats, one of which is held back."""
    students = [{"班级": "三年级（1）班", "姓名": name, "性别": "女", "现住址": "溪头村"} for name in NAMES]
    students[5]["现住址"] = ""
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    project.paper(
        '- grid: {columns: [1], rows: [["{{ student.name }}"], ["{{ student.address }}"]]}',
        formats=["docx", "pdf"], filename="{{ student.name }}",
    )  # fmt: skip
    return project


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def made_here(project: Project) -> dict[str, bytes]:
    """Return what is made without workers elsewhere."""
    build(project.prepared(out=project.folder / "here"), lambda _: None)
    return tree(project.folder / "here")


# --- any executor ---------------------------------------------------------------------------------------------------


class Fragile(ThreadPoolExecutor):
    """An executor one of whose workers is lost with its first jobs, and in another of which some jobs are deadly."""

    def __init__(self, cancelled: int = 0, deadly: str = "") -> None:
        super().__init__(1)
        self.cancelled, self.deadly = cancelled, deadly

    def submit(self, fn: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        if self.cancelled:
            self.cancelled -= 1
            gone: Future[Parcel] = Future()
            gone.cancel()
            gone.set_running_or_notify_cancel()
            return gone
        if self.deadly and self.deadly in arguments[1].job.entries[0].label:
            return super().submit(int, "deadly")
        return super().submit(fn, *arguments, **options)


def pool(executor: ThreadPoolExecutor) -> Pool:
    return Pool(executor, lambda packed: packed, lambda: 1, (ValueError,))


def ran(project: Project, executor: ThreadPoolExecutor) -> list[Result]:
    project.out.mkdir(exist_ok=True)
    prepared, results = project.prepared(), list[Result]()
    at = Station(prepared.context, prepared.catalogue, project.out, overwrite=False)
    with executor:
        run_afar(prepared.plan, at, pool(executor), results.append)
    return results


def test_a_job_whose_worker_was_lost_is_sent_again(many: Project) -> None:
    results = ran(many, Fragile(cancelled=DEADLY))
    assert len({result.job for result in results}) == len(results) == len(NAMES)
    assert [left for result in results for left in result.failed] == []


def test_a_job_that_is_lost_every_time_is_told(many: Project) -> None:
    results = ran(many, Fragile(cancelled=10_000))
    assert len({result.job for result in results}) == len(results) == len(NAMES)
    assert {left.why[:12] for result in results for left in result.failed} == {"做到一半被系统停掉了，多"}


def test_a_deadly_job_is_told_and_the_others_go_on(many: Project) -> None:
    results = ran(many, Fragile(deadly="石07"))
    assert [left.label for result in results for left in result.failed] == ["石07"]
    assert len(many.files()) == len(NAMES) - 2


def test_what_a_person_edited_is_neither_made_nor_written_over(many: Project) -> None:
    edited = many.out / "石01.docx"
    edited.parent.mkdir()
    edited.write_bytes(b"by hand")
    results = ran(many, ThreadPoolExecutor(1))
    assert [made.path for result in results for made in result.made if made.kept] == ["石01.docx"]
    assert edited.read_bytes() == b"by hand"


def test_logs_of_workers_tell_nothing_of_a_child(many: Project) -> None:
    prepared = many.prepared()
    errand = Errand(prepared.plan.jobs[0], frozenset(), "key", {})
    assert "石" not in repr(errand) + str(errand)


def test_a_worker_of_another_installation_refuses(many: Project) -> None:
    errand = Errand(many.prepared().plan.jobs[0], frozenset(), "key", {**installed_whole(), "weasyprint": "1.0"})
    with pytest.raises(ClusterError, match=r"weasyprint是 .*（这里是 1\.0）：做出来会不一样"):
        afar.parcel(b"", errand)


# --- a real cluster -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """A cluster of two processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        yield local


def pids(local: Any) -> list[int]:
    return [nanny.process.pid for nanny in local.workers.values()]


def test_a_worker_killed_half_way_costs_no_paper_and_doubles_none(many: Project, workers: Any) -> None:
    told: list[Result] = []

    def heard(result: Result) -> None:
        told.append(result)
        if len(told) == len(NAMES) // 2:
            os.kill(pids(workers)[0], signal.SIGKILL)

    report = build(many.prepared(cluster=workers.scheduler_address), heard)
    assert len({result.job for result in told}) == len(told) == len(NAMES)
    assert report.failed == []
    assert tree(many.out) == made_here(many)


def test_ctrl_c_keeps_what_is_finished_and_the_rest_is_gone_on_with(
    many: Project, workers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Result] = []

    def interrupted(result: Result) -> None:
        told.append(result)
        if len(told) == 5:
            send_signal()

    prepared = many.prepared(cluster=workers.scheduler_address)
    with pytest.raises(KeyboardInterrupt):
        build(prepared, interrupted)
    assert 5 <= len(told) < len(NAMES)
    assert {made.path for result in told for made in result.made} == {
        path for path in tree(many.out) if path.endswith((".docx", ".pdf"))
    }
    build(prepared, told.append, before=list(told))
    assert tree(many.out) == made_here(many)


@pytest.mark.parametrize("what", ["保学", "模板和字体", "pikepdf"])
def test_a_cluster_of_another_installation_is_refused_before_anything_is_written(
    many: Project, workers: Any, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    prepared, real = many.prepared(cluster=workers.scheduler_address), afar.differing
    monkeypatch.setattr(cluster, "differing", lambda here, there: real(here, {**there, what: "0.0.1"}))
    with pytest.raises(ClusterError, match=f"{what}是 0.0.1（这里是 .*装成一样的再运行"):
        build(prepared, lambda _: None)
    assert not many.out.exists()


def test_an_address_where_nobody_answers_is_told(many: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAIT", 1)
    monkeypatch.chdir(many.folder)
    told = run("build", "数据.xlsx", "--form", "tiny", "--cluster", "tcp://127.0.0.1:9")
    assert told.exit_code == Exit.FAILURE
    assert told.stderr.startswith("连不上集群 tcp://127.0.0.1:9：请检查地址")


def test_without_dask_it_is_told_how_to_install_it(many: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r'pip install "baoxue\[cluster\]"'):
        build(many.prepared(cluster="tcp://127.0.0.1:9"), lambda _: None)
