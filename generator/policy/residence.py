"""Whether a child is on the register of another county, by the address it has there."""

from __future__ import annotations

import re

from generator.dataset.models import Student

# What an address begins with, from the province down; a village, a street or a neighbourhood is below the county.
_BELOW = "镇乡村街路道社组号寨坊巷弄0-9０-９"
_UNIT = re.compile(
    f"[^{_BELOW}]{{1,12}}?(?:自治区|自治州|自治县|特别行政区|省|市|地区|盟|县|旗|(?<![小园校矿景片库])区)"
)
_COUNTIES = ("县", "旗", "区")
_WIDER = ("自治区", "特别行政区", "地区")


def elsewhere(student: Student, county: str) -> str | None:
    """Return the county, or the wider place, on whose register a child is that is not on that of ``county``.

    Nothing where its address there names the county, or none at all: one that begins with a township is of the place.
    """
    address = student.household_address or ""
    units = _units(address)
    if not units or county in address[: sum(map(len, units))]:
        return None
    if county.removesuffix(county[-1:]) in units[-1][:-1] and not _is_county(units[-1]):
        return None  # a city of the county's name
    return "".join(units)


def _units(address: str) -> list[str]:
    """Return the units from the province down to the county that an address begins with."""
    units: list[str] = []
    at = 0
    while (found := _UNIT.match(address, at)) and not (units and _is_county(units[-1])):
        units.append(found[0])
        at = found.end()
    return units


def _is_county(unit: str) -> bool:
    return unit.endswith(_COUNTIES) and not unit.endswith(_WIDER)
