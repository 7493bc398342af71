from __future__ import annotations

import pytest

from generator.dataset.masking import mask, quote


@pytest.mark.parametrize(
    ("number", "masked"),
    [("110101201501010028", "110101****0028"), ("E12345678", "E1****78"), ("1234567", "****"), ("", "****")],
)
def test_a_mask_leaves_less_the_shorter_the_number(number: str, masked: str) -> None:
    assert mask(number) == masked


def test_a_quotation_is_one_short_line_without_long_numbers() -> None:
    assert quote("石\n小满 110101201501010028。") == "“石 小满 110101****0028。”"
    assert quote("山" * 41) == f"“{'山' * 40}…”"
    assert quote("电话13800000000") == "“电话13800000000”"
