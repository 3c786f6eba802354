"""Records of nights, made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Finding, Resource
from stackproof.parity.accounting import Accounting, Entry, Status
from stackproof.record import Record, record_of
from stackproof.record.made import controls_of
from stackproof.settings.selector import Selector
from stackproof.settings.settings import Settings
from stackproof.types.tokens import S3_BUCKET
from tests.unit.reports.made import bucket, control, run

FEW = Settings(select=(Selector({"id": "kms-key-rotation"}),))


def entry(name: str, status: Status = Status.JUDGED, **data: Any) -> Entry:
    made = bucket(name)
    resource = Resource(data, type=S3_BUCKET, name=name, id=name, arn=made.arn, region=made.region)
    return Entry(resource, status, (S3_BUCKET,))


def night(
    *findings: Finding,
    day: int = 1,
    month: int = 11,
    entries: Iterable[Entry] = (),
    scenarios: Iterable[Mapping[str, Any]] = (),
    **more: Any,
) -> Record:
    """Give the record of one night; every finding's bucket is accounted for."""
    named = {one.resource.name for one in entries}
    own = {f.resource.name: entry(f.resource.name) for f in findings}
    told = [*entries, *(one for name, one in own.items() if name not in named)]
    made = run(*findings, **{"settings": FEW, "accounting": Accounting(told), **more})
    record = record_of(made, scenarios)
    facts = {"began": f"2026-{month:02}-{day:02}T02:00:00.000+00:00"}
    known = controls_of([control(), *(f.control for f in findings)], {})
    controls = {one.id: one for one in (*known, *record.controls)}
    return record.model_copy(
        update={"run": record.run.model_copy(update=facts), "controls": list(controls.values())}
    )
