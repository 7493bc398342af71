"""What ends a command, and how it ends: failures as sentences, expected or not, signals as one interruption."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from generator import RARELY, faults
from generator.errors import STOPS, BaoxueError, Exit

NAME = "baoxue"


STOPPED = "已中断；已经写好的都在，再运行一次会接着做完其余的。"


class StoppedError(KeyboardInterrupt):
    """A command was ended in the middle; the sentence says how to go on."""


class LastWord(click.Group):
    """Commands whatever goes wrong in which is told in a sentence; no traceback, no warning reaches the screen."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command that is asked for, and end the program."""
        gc.set_threshold(*RARELY)
        if not sys.warnoptions:
            warnings.showwarning = lambda *_, **__: None
        logging.lastResort = logging.NullHandler()  # else Python would print what libraries log
        try:
            return super().main(*args, **kwargs | {"prog_name": NAME})
        except Exception as error:
            with suppress(OSError):  # the terminal may be gone
                click.echo(f"{faults.told(error)}，没有做完。{send_log([faults.trace(error)])}", err=True)
            sys.exit(Exit.FAILURE)


def send_log(traces: list[str]) -> str:
    """Write down where in the program something went wrong; return the sentence that asks to send it to who can mend
    it."""
    log = faults.record(traces, datetime.now(UTC).astimezone(), Path.cwd())
    if log is None:
        return "请把这句话、刚才做了什么告诉维护人员。"
    return f"请把 {log} 发给维护人员（里面没有孩子和家长的信息）。"


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that tells expected failures as sentences and exits with their code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            with _terminable():
                return command(*args, **kwargs)
        except BaoxueError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt as stopped:
            for number in STOPS:  # a second one on the way out would change the exit code
                signal.signal(number, signal.SIG_IGN)
            with suppress(OSError):  # the terminal may be gone
                click.echo(str(stopped) or STOPPED, err=True)
            sys.exit(Exit.INTERRUPTED)

    return run


@contextmanager
def _terminable() -> Iterator[None]:
    """Let all that ends a command end the block as Ctrl-C does, but for what is ignored: ``nohup`` goes on when the
    terminal is closed. Only the main thread can say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in STOPS}
    for number in (number for number, handler in before.items() if handler is not signal.SIG_IGN):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
