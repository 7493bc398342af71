"""The service of a notice, and what the law demands of it (民事诉讼法 87–95, in whose light notices are served)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from generator.dataset.masking import quote
from generator.dataset.models import BROUGHT

PROVED_BY = {
    "委托送达": "受托单位和回执",
    "邮寄送达": "邮件号和回执",
    "电子送达": "受送达人同意电子送达的凭证和送达记录",
}
"""What proves service where nobody of the issuer was there."""
HIMSELF = "本人"


@dataclass(frozen=True, slots=True)
class Service:
    """How a notice was served; ``at`` is to the minute, what does not apply is empty."""

    at: datetime
    mode: str
    servers: tuple[str, ...]
    place: str = ""
    received_by: str = ""
    relation: str = ""
    proxy_reason: str = ""
    refusal: str = ""
    witnesses: tuple[str, ...] = ()
    witness_unit: str = ""
    photo: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """What service is measured by: the notice's days, the people it concerns, how many servers there must be."""

    issued_on: date
    today: date
    servers: int
    child: str = ""
    guardian: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a service, or a notice: by which attribute it is told, and the sentence without its
    full stop."""

    at: str
    what: str

    def __str__(self) -> str:
        return self.what


def faults(service: Service, notice: Served) -> list[Fault]:
    """Return what is wrong with a service, each at an attribute of it.

    One that came too late is a fact and no fault: what follows from it is that the notice is to be issued anew.
    """
    return [*_when(service, notice), *_who(service, notice), *_how(service, notice)]


def _when(service: Service, notice: Served) -> Iterator[Fault]:
    day = service.at.date()
    if day < notice.issued_on:
        yield Fault("at", f"送达日期 {day} 早于发出日期 {notice.issued_on}")
    if day > notice.today:
        yield Fault("at", f"送达日期 {day} 晚于今天 {notice.today}")


def _who(service: Service, notice: Served) -> Iterator[Fault]:
    servers = set(service.servers)
    needed = notice.servers if service.mode in BROUGHT else 1
    if len(servers) < needed:
        yield Fault("servers", f"{service.mode}要有 {needed} 名以上不同的送达人，这里有 {len(servers)} 名")
    if both := servers & {*service.witnesses, service.received_by}:
        yield Fault("servers", f"{quote('、'.join(sorted(both)))}是送达人，不能又是见证人或收件人")
    if service.received_by and service.received_by == notice.child:
        yield Fault("received_by", f"收件人{quote(service.received_by)}是学生本人，通知书要送给监护人")


def _how(service: Service, notice: Served) -> Iterator[Fault]:
    if service.mode == "直接送达":
        yield from _in_person(service, notice)
    if service.mode == "留置送达":
        yield from _left_behind(service)
    elif service.refusal:
        yield Fault("refusal", f"拒收的是留置送达，不是{service.mode}")
    elif service.witnesses:
        yield Fault("witnesses", f"只有留置送达要见证人，{service.mode}不要")
    if service.mode in PROVED_BY and not service.note:
        yield Fault("note", f"{service.mode}要在备注里写明{PROVED_BY[service.mode]}")


def _in_person(service: Service, notice: Served) -> Iterator[Fault]:
    if not service.received_by:
        yield Fault("received_by", "直接送达要写收件人")
    elif notice.guardian and service.received_by != notice.guardian:
        if service.relation in ("", HIMSELF):
            yield Fault("relation", f"收件人{quote(service.received_by)}不是监护人本人，要写与监护人的关系")
        if not service.proxy_reason:
            yield Fault("proxy_reason", f"收件人{quote(service.received_by)}不是监护人本人，要写代收理由")
    elif notice.guardian and (service.proxy_reason or service.relation not in ("", HIMSELF)):
        yield Fault("relation", "收件人就是监护人本人，不写代收理由，与受送达人关系写“本人”或不写")


def _left_behind(service: Service) -> Iterator[Fault]:
    if not service.refusal:
        yield Fault("refusal", "留置送达要写拒收事由")
    if not service.witnesses and not service.photo:
        yield Fault("witnesses", "留置送达要有基层组织代表见证，或拍照、录像（写照片编号）")
    if service.received_by:
        yield Fault("received_by", "留置送达没有人签收，不写收件人")
