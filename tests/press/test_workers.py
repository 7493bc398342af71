from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.press.workers import Tell, Watch, held_off, share_out
from tests.small import send_signal

ROOT = Path(__file__).resolve().parents[2]

Told = Callable[[str], None]


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def begun(folder: Path) -> list[Path]:
    return sorted(folder.glob("begun-*"))


def endless(job: str, told: Told) -> str:
    """Make a job that gives a word at once and would not end for long; its name is that of a file that tells so."""
    told(f"half of {Path(job).name}")
    Path(tempfile.mkdtemp(), "font").write_bytes(b"x")
    Path(job).touch()
    time.sleep(20)
    Path(job).with_name("finished").touch()
    return "whole"


def one_endless(job: str, told: Told) -> str:
    """Make one job at once and another, once the file ``go`` is there, endless."""
    while Path(job).name != "quick":
        if Path(job).with_name("go").exists():
            return endless(job, told)
        time.sleep(0.02)
    return "whole"


def failing(job: str, told: Told) -> str:
    raise ValueError(job)


def deaf(job: str, told: Told) -> str:
    """Return whether what a terminal sends was held back since before this process had a handler for it."""
    return str({signal.SIGINT, signal.SIGHUP} <= signal.pthread_sigmask(signal.SIG_BLOCK, ()))


def dying_or_not(job: str, told: Told) -> str:
    if job == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return job


def script(name: str, *jobs: str) -> list[str]:
    """Return the command that makes jobs with two workers in a process of its own."""
    text = (
        "import sys; from generator.press.workers import share_out; from tests.press.test_workers import *\n"
        f"share_out(sys.argv[1:], {name}, 2, print)"
    )
    return [sys.executable, "-c", text, *jobs]


def environment(temp: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temp)}


def wait_for(count: int, folder: Path) -> None:
    until = time.monotonic() + 60
    while len(begun(folder)) < count and time.monotonic() < until:
        time.sleep(0.02)
    assert len(begun(folder)) == count


def test_ctrl_c_ends_jobs_in_progress_and_tells_what_there_is_of_them(tmp_path: Path, temp: Path) -> None:
    jobs = [str(tmp_path / f"begun-{number}") for number in range(3)]
    results: list[str] = []

    def interrupt() -> None:
        wait_for(2, tmp_path)
        send_signal()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        share_out(jobs, endless, 2, results.append)
    assert sorted(results) == ["half of begun-0", "half of begun-1"]
    assert multiprocessing.active_children() == []
    assert not (tmp_path / "finished").exists()
    assert list(temp.iterdir()) == []


def test_what_was_told_and_not_yet_heard_when_the_run_is_stopped_is_told(tmp_path: Path, temp: Path) -> None:
    results: list[str] = []

    def done(result: str) -> None:
        results.append(result)
        if result == "whole":
            (tmp_path / "go").touch()
            wait_for(1, tmp_path)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share_out([str(tmp_path / "begun-1"), str(tmp_path / "quick")], one_endless, 2, done)
    assert results == ["whole", "half of begun-1"]


def test_no_worker_outlives_a_run_that_is_killed(tmp_path: Path, temp: Path) -> None:
    jobs = [str(tmp_path / f"begun-{number}") for number in range(2)]
    process = subprocess.Popen(script("endless", *jobs), env=environment(temp), stderr=subprocess.PIPE, text=True)
    wait_for(2, tmp_path)
    process.kill()
    _, said = process.communicate(timeout=60)  # workers hold the pipe too: it ends with the last of them
    assert said == ""
    assert not (tmp_path / "finished").exists()
    assert list(temp.iterdir()) == []


def test_every_worker_is_deaf_to_the_terminal_from_its_first_moment(temp: Path) -> None:
    done = subprocess.run(script("deaf", "1", "2"), env=environment(temp), capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("True\nTrue\n", "")


def test_jobs_are_made_where_the_system_has_no_signal_masks(temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "pthread_sigmask")  # as on Windows
    results: list[str] = []
    assert share_out(["1", "2", "3"], dying_or_not, 2, results.append) == []
    assert sorted(results) == ["1", "2", "3"]


def test_what_a_job_raises_the_run_raises(temp: Path) -> None:
    with pytest.raises(ValueError, match="one"):
        share_out(["one"], failing, 1, print)
    assert multiprocessing.active_children() == []


def test_a_killed_worker_leaves_its_job_and_the_others_go_on() -> None:
    results: list[str] = []
    assert share_out(["deadly", "1", "2", "3"], dying_or_not, 2, results.append) == ["deadly"]
    assert sorted(results) == ["1", "2", "3"]


def test_jobs_that_no_worker_is_left_for_are_left_in_their_order() -> None:
    assert share_out(["1", "deadly", "2", "3"], dying_or_not, 1, lambda _: None) == ["deadly", "2", "3"]


@pytest.fixture
def terminable() -> Iterator[None]:
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_that_is_ignored_is_not_held_off(terminable: None) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    other = threading.Thread(target=time.sleep, args=(0.5,), daemon=True)  # the system may give it the signal
    other.start()

    def hold_off() -> None:
        with held_off():
            signal.pthread_kill(other.ident or 0, signal.SIGHUP)
            time.sleep(0.1)
            send_signal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        hold_off()
    other.join()  # or it would take what the next test sends


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_held_off_comes_when_the_outermost_block_ends(number: int, terminable: None) -> None:
    passed: list[str] = []

    def hold_off() -> None:
        with held_off():
            with held_off():
                send_signal(number)
                passed.append("inner")
            passed.append("outer")
        passed.append("after")

    with pytest.raises(KeyboardInterrupt):
        hold_off()
    assert passed == ["inner", "outer"]
    with pytest.raises(KeyboardInterrupt):  # and is heard at once from then on
        send_signal(number)


def stepping(job: str, tell: Tell[str]) -> str:
    for _ in range(int(job)):
        tell.step()
    return job


def test_every_step_of_every_worker_is_heard_once() -> None:
    steps: list[int] = []
    assert share_out(["3", "40", "1"], stepping, 2, lambda _: None, Watch(step=steps.append)) == []
    assert sum(steps) == 44


def test_a_beat_stops_a_run_while_jobs_are_in_progress(tmp_path: Path) -> None:
    begun = tmp_path / "begun-1"

    def beat() -> None:
        if begun.exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share_out([str(begun)], endless, 1, lambda _: None, Watch(beat=beat))
