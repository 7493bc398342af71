"""The workers of a Dask cluster, as an executor takes jobs to them. Dask is an extra: ``baoxue[cluster]``."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from generator.press.afar import ClusterError, Pool, differing
from generator.press.installed import installed_whole

if TYPE_CHECKING:
    from distributed import Client

MISSING = '集群要用的组件没有装，请运行 pip install "baoxue[cluster]"'
WAIT = 10
"""Seconds in which a cluster must answer."""
PATIENCE = 60.0
"""Seconds that a run waits for workers where all are gone: a new one may be starting."""
SELDOM = 2.0
"""Seconds between two times that the cluster is asked how many there are."""


@contextmanager
def connected(address: str) -> Iterator[Pool]:
    """Give the workers of the cluster at ``address``, which make the same bytes as this machine would.

    Raises ``ClusterError`` where Dask is not installed, where nobody answers, where there are no workers or one has
    another program, other templates, fonts or libraries than are here.
    """
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise ClusterError(MISSING) from None
    _hush()
    try:
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TypeError):
        raise ClusterError(
            f"连不上集群 {address}：请检查地址（如 tcp://10.0.0.5:8786），看那里的 dask scheduler 开着没有"
        ) from None
    try:
        _agree(client, address)
        hands = _Hands(client, address)
        yield Pool(client.get_executor(pure=False), hands.place, hands.count, (KilledWorker,))
    finally:
        with suppress(Exception):
            client.close(timeout=WAIT)


class _Hands:
    """The workers of a cluster, counted now and then."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.known, self.asked = 0, 0.0
        self.seen = time.monotonic()

    def place(self, data: bytes) -> Any:
        """Give all workers what every job needs, and return what stands for it."""
        try:
            return self.client.scatter(data, broadcast=True, hash=False)
        except Exception:  # whatever a connection that has ended raises
            raise self.gone() from None

    def count(self) -> int:
        """Return how many workers there are."""
        now = time.monotonic()
        if now - self.asked < SELDOM:
            return self.known
        try:
            self.known, self.asked = len(_workers(self.client)), now
        except Exception:
            raise self.gone() from None
        if self.known:
            self.seen = now
        elif now - self.seen > PATIENCE:
            raise self.gone()
        return self.known

    def gone(self) -> ClusterError:
        """Return what is told where nobody is left who makes papers."""
        return ClusterError(
            f"集群 {self.address} 断了，或者工作进程都没有了。已经写好的都在；"
            "集群好了以后，再运行一次同样的命令，加 --resume"
        )


def _agree(client: Client, address: str) -> None:
    """See to it that there are workers, and that all of them make what would be made here."""
    if not _workers(client):
        raise ClusterError(
            f"集群 {address} 里没有工作进程：先在要用的电脑上运行 dask worker {address} --nworkers 2 --nthreads 1"
        )
    here = installed_whole()
    for worker, there in sorted(client.run(installed_whole, on_error="return").items()):
        if not isinstance(there, dict):
            raise ClusterError(f"工作进程 {worker} 那里没有装保学，或版本太旧：装成和这里一样的再运行")
        if found := differing(here, there):
            raise ClusterError(f"工作进程 {worker} 的{found}：做出来会不一样，装成一样的再运行")


def _workers(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.scheduler_info()["workers"]
    return found


def _hush() -> None:
    """Let what Dask logs, in English, reach no screen: what matters of it is told as a sentence."""
    for name in (*logging.root.manager.loggerDict, "distributed"):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [logging.NullHandler()], False
