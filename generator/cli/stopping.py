"""What ends a command, and how it ends: expected failures as sentences, signals as one interruption."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any

import click

from generator.errors import STOPS, BaoxueError, Exit


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
        except KeyboardInterrupt:
            for number in STOPS:  # a second one on the way out would change the exit code
                signal.signal(number, signal.SIG_IGN)
            with suppress(OSError):  # the terminal may be gone
                click.echo("已中断；已经写好的都在，再运行一次会接着做完其余的。", err=True)
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
