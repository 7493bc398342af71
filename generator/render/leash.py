"""Runs a program that ends when whoever began it does, however that happens.

Run by its path with a bare Python: ``python -I -S leash.py PROGRAM …``. Its standard input is a pipe that nobody writes
to; when the other end is closed, also because its process was killed, the program and all that it began are killed.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress


def main(command: list[str]) -> int:
    """Run a command; return how it ended."""
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.SIG_IGN)  # who holds the other end decides
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=os.name == "posix")

    def watch() -> None:
        sys.stdin.buffer.read()
        kill(program)

    threading.Thread(target=watch, daemon=True).start()
    return program.wait()


def kill(program: "subprocess.Popen[bytes]") -> None:
    """Kill a program and what it began."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
    else:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(program.pid)], capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
