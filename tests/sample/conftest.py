from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.models import Dataset

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sample() -> Dataset:
    return load(ROOT / "data" / "sample.xlsx")[0]  # read in no time; sample.yaml is the same
