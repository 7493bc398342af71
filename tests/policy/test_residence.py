"""Of which county's register a child is, by its address there."""

from __future__ import annotations

import pytest

from generator.dataset.models import Student
from generator.policy.residence import elsewhere


@pytest.mark.parametrize(
    ("address", "county", "place"),
    [
        ("清泉县枫桥镇上湾村三组", "青禾县", "清泉县"),
        ("江川省临海市清泉县枫桥镇", "青禾县", "江川省临海市清泉县"),
        ("江川省红岭自治州清泉自治县枫桥镇", "青禾县", "江川省红岭自治州清泉自治县"),
        ("临海市枫桥街道3号", "青禾县", "临海市"),
        ("上海市浦东新区花木街道", "青禾县", "上海市浦东新区"),
        ("清泉县青禾镇上湾村", "青禾县", "清泉县"),
        ("青禾县云溪镇柳林村三组", "青禾县", None),
        ("江川省临海市青禾县云溪镇", "青禾县", None),
        ("云溪镇柳林村三组", "青禾县", None),
        ("柳林村三组12号", "青禾县", None),
        ("云溪社区河街3号", "青禾县", None),
        ("幸福小区5栋", "青禾县", None),
        ("海州市云溪镇柳林村", "海州区", None),
        ("海州市清泉县枫桥镇", "海州区", "海州市清泉县"),
        ("", "青禾县", None),
        (None, "青禾县", None),
    ],
)
def test_a_child_is_of_the_county_its_address_begins_with(address: str | None, county: str, place: str | None) -> None:
    assert elsewhere(Student(household_address=address), county) == place
