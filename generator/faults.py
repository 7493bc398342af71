"""What nobody expected to go wrong: told in a sentence, and for the program's maintainers where it happened.

Of an error of Python only its kind and the lines of the program are kept, never its message or a value: these may be of
a child.
"""

from __future__ import annotations

import platform
import re
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePath
from traceback import extract_tb

from generator import __version__
from generator.errors import BaoxueError
from generator.files import reason

LOG = "baoxue-错误.log"
_OURS = re.compile(r"[\u4e00-\u9fff“《{（｛]")
"""How sentences begin that the program wrote itself."""


def sentence(error: BaseException) -> str:
    """Return the sentence of an error that the program worded itself, else nothing."""
    worded = isinstance(error, BaoxueError) or (type(error) is ValueError and _OURS.match(str(error)))
    return str(error) if worded else ""


def told(error: BaseException) -> str:
    """Return what a person is told of an error."""
    if worded := sentence(error):
        return worded
    match error:
        case MemoryError():
            return "内存不够：关掉别的程序，或分几次做"
        case OSError():
            about = f"“{PurePath(str(error.filename)).name}”" if error.filename else ""
            return f"文件{about}读写出错：{reason(error)}"
    return f"程序出错（{type(error).__name__}）"


def trace(error: BaseException) -> str:
    """Return where in the program an error happened, line by line; nothing of one that is no fault of the program."""
    if sentence(error):
        return ""
    lines = [f"{type(error).__module__}.{type(error).__qualname__}"]
    lines += [
        f"  {'/'.join(PurePath(frame.filename).parts[-3:])} 第{frame.lineno}行 {frame.name}"
        for frame in extract_tb(error.__traceback__)
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines) + (f"\n由于 {trace(cause)}" if cause and trace(cause) else "")


def record(traces: Iterable[str], when: datetime, folder: Path) -> Path | None:
    """Add to the log of a folder, else of the system's temporary one; return the log, or nothing where none can be
    written."""
    head = f"【{when:%Y-%m-%d %H:%M:%S} 保学 {__version__}，Python {platform.python_version()}，{platform.platform()}】"
    text = "\n".join([head, *dict.fromkeys(traces), "", ""])
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            with (place / LOG).open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            continue
        return place / LOG
    return None
