from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from generator.records.service import Served, Service, faults

NOTICE = Served(date(2026, 9, 10), date(2026, 9, 15), 2, "石小满", "石大山")
DIRECT = Service(
    datetime.fromisoformat("2026-09-10 18:30"), "直接送达", ("甲", "乙"), received_by="石大山", relation="本人"
)
LEFT = Service(
    datetime.fromisoformat("2026-09-10 18:30"), "留置送达", ("甲", "乙"), refusal="不肯签字", witnesses=("丙",)
)
POST = Service(datetime.fromisoformat("2026-09-10 18:30"), "邮寄送达", ("甲",), note="挂号信 XA1")


@pytest.mark.parametrize(
    "service",
    [
        DIRECT,
        replace(DIRECT, relation=""),
        replace(DIRECT, received_by="石二山", relation="兄弟", proxy_reason="监护人外出，同住成年家属代收"),
        LEFT,
        replace(LEFT, witnesses=(), photo="照片12"),
        POST,
        replace(POST, mode="电子送达", note="微信送达确认书"),
        replace(LEFT, mode="委托送达", refusal="", witnesses=(), note="外县镇政府代送回证"),
        replace(DIRECT, at=datetime.fromisoformat("2026-09-15 23:59")),
    ],
)
def test_service_as_the_law_asks_is_entered(service: Service) -> None:
    assert faults(service, NOTICE) == []


@pytest.mark.parametrize(
    ("service", "changes", "what"),
    [
        (DIRECT, {"at": datetime.fromisoformat("2026-09-09 23:59")}, "早于发出日期 2026-09-10"),
        (DIRECT, {"at": datetime.fromisoformat("2026-09-16 00:00")}, "晚于今天 2026-09-15"),
        (DIRECT, {"servers": ("甲",)}, "要有 2 名以上"),
        (DIRECT, {"servers": ("甲", "甲")}, "要有 2 名以上"),
        (POST, {"servers": ()}, "要有 1 名以上"),
        (DIRECT, {"received_by": ""}, "要写收件人"),
        (DIRECT, {"received_by": "石小满", "relation": "子", "proxy_reason": "外出"}, "是学生本人"),
        (DIRECT, {"received_by": "甲", "relation": "邻居", "proxy_reason": "外出"}, "“甲”是送达人"),
        (DIRECT, {"received_by": "石二山", "relation": "", "proxy_reason": "外出"}, "要写与监护人的关系"),
        (DIRECT, {"received_by": "石二山", "relation": "兄弟"}, "要写代收理由"),
        (DIRECT, {"proxy_reason": "外出"}, "就是监护人本人"),
        (DIRECT, {"relation": "父亲"}, "就是监护人本人"),
        (DIRECT, {"refusal": "不肯"}, "拒收的是留置送达"),
        (DIRECT, {"witnesses": ("丙",)}, "只有留置送达要见证人"),
        (LEFT, {"refusal": ""}, "要写拒收事由"),
        (LEFT, {"witnesses": ()}, "要有基层组织代表见证，或拍照"),
        (LEFT, {"witnesses": ("甲",)}, "“甲”是送达人"),
        (LEFT, {"received_by": "石大山"}, "没有人签收"),
        (POST, {"note": ""}, "要在备注里写明邮件号"),
        (POST, {"mode": "电子送达", "note": ""}, "受送达人同意"),
        (POST, {"mode": "委托送达"}, "要有 2 名以上"),
    ],
)
def test_what_the_law_does_not_take_is_told(service: Service, changes: dict[str, Any], what: str) -> None:
    (told,) = faults(replace(service, **changes), NOTICE)
    assert what in str(told)
    assert told.at in Service.__dataclass_fields__
