"""Programs that are killed in the middle: by their first, their second, … call of a kind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
AT = 200
"""The call that kills, of each process: what is to be killed by an earlier one of its own is given others before."""
CALLS = {
    "pwrite64": "os.pwrite(spare, b'x', 0)",
    "fdatasync": "os.fdatasync(spare)",
    "unlink": "os.unlink(nowhere)",
    "link": "os.link(nowhere, nowhere)",
}
"""How each kind of call is made to no effect."""
AGAIN_AND_AGAIN = """
import contextlib, os, sys, tempfile
spare, name = tempfile.mkstemp()
os.unlink(name)
nowhere = name + "-nowhere"
{program}
for line in sys.stdin:
    spent, *words = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        for _ in range(int(spent)):
            with contextlib.suppress(FileNotFoundError):
                {call}
        run(*words)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Starts a program anew for every line, without the time that its imports take."""


@contextmanager
def killing(call: str, program: str) -> Iterator[Callable[..., bool]]:
    """Give what runs a program (its function ``run``) with some words, killed by its n-th call of a kind, and returns
    whether it came to that."""
    trace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}")
    inject = ("-e", f"inject={call}:signal=KILL:when={AT}")
    source = AGAIN_AND_AGAIN.format(program=program, call=CALLS[call])
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*trace, *inject, sys.executable, "-c", source], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        told = process.stdout

        def killed_at(nth: int, *words: str) -> bool:
            assert 0 < nth <= AT
            print(AT - nth, *words, sep="\t", file=process.stdin, flush=True)
            ended = told.readline().strip()
            assert ended in ("0", str(-signal.SIGKILL)), ended  # what else went wrong stands on stderr
            return ended != "0"

        yield killed_at
        process.stdin.close()
        assert process.wait() == 0
