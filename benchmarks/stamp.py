"""What a PDF print file of many two-page guardian contracts costs, stamped, against WeasyPrint laying out each.

``python benchmarks/stamp.py [--wall] [COUNT ...]``; processor time unless ``--wall`` is given, papers lowered
beforehand from the bundled sample, each of them made anew; everything WeasyPrint needs is loaded before. The most
memory is that of the process, in which the largest file stands together with all its papers.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WHOLE = 100
"""So many are laid out one by one for comparison."""


def main() -> None:
    """Print the figures."""
    from generator import RARELY
    from generator.bench.contracts import Contracts
    from generator.render import Printed, pdf
    from generator.resources import data_dir

    parser = argparse.ArgumentParser()
    parser.add_argument("counts", nargs="*", type=int, default=[100, 2000, 20000])
    parser.add_argument("--wall", action="store_true", help="count real time, not that of the processor")
    asked = parser.parse_args()
    clock: Callable[[], float] = time.perf_counter if asked.wall else time.process_time
    gc.set_threshold(*RARELY)  # as the command does
    papers = Contracts.of(data_dir() / "sample.xlsx", max(WHOLE, *asked.counts)).papers()

    def cost(count: int, *, full: bool = False) -> tuple[float, Printed]:
        start = clock()
        done = pdf.render(papers[:count], copies=1, duplex=False, title="合订", full=full)
        return clock() - start, done

    cost(1)  # fonts and styles are read once a process
    whole = cost(WHOLE, full=True)[0] / WHOLE
    print(f"laid out one by one, {WHOLE}: {whole * 1000:.1f} ms a paper")
    spent: list[tuple[int, float]] = []
    for count in asked.counts:
        pdf.forget()
        seconds, done = cost(count)
        spent.append((count, seconds))
        each = seconds / count
        odd = sum(done.in_full.values())
        print(
            f"stamped, {count}: {each * 1000:.3f} ms a paper, {whole / each:.0f} times as fast, "
            f"{len(done.data) / count:.0f} bytes each, {odd} laid out in full"
        )
    if len(spent) > 1:
        (few, less), *_, (many, more) = spent
        print(f"one more: {(more - less) / (many - few) * 1000:.3f} ms")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
