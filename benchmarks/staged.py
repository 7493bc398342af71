"""Runs a command and writes down how long its stages took: ``python -m benchmarks.staged TIMES.json build …``.

Stages are those of the command's own process; what workers do is one of them. What is no stage is start-up and rest.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

STAGES = {
    "read and check": ["generator.press.build:load"],
    "definitions": ["generator.press.build:discover", "generator.press.build:check"],
    "plan": ["generator.press.build:plan"],
    "papers and print files": ["generator.press.build:run"],
    "index and manifest": ["generator.press.build:_report", "generator.press.build:write_records"],
}


def main() -> None:
    """Run the command."""
    from benchmarks.stages import watched
    from generator.cli import main as baoxue

    path, spent = Path(sys.argv[1]), defaultdict[str, float](float)
    watched(spent, time.perf_counter, STAGES)
    try:
        baoxue(sys.argv[2:])
    finally:
        path.write_text(json.dumps(spent), "utf-8")


if __name__ == "__main__":
    main()
