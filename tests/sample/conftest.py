from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.models import Dataset

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sample() -> Dataset:
    return load(ROOT / "data" / "sample.yaml")[0]
