"""Make a record from a run."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from stackproof import clock
from stackproof.model import Control
from stackproof.model.gap import Gap
from stackproof.model.secret_formats import as_name
from stackproof.parity.accounting import TYPELESS, Accounting, Entry, Status
from stackproof.parity.controls import PARITY
from stackproof.parity.drift import Comparison
from stackproof.record import form
from stackproof.record.checkout import Checkout
from stackproof.record.facts import facts_of, labels
from stackproof.record.findings import findings_of
from stackproof.record.meaning import catalogue_version, meaning, parameters_version, told_of
from stackproof.record.pointing import pointing
from stackproof.record.redaction import scrubbed
from stackproof.settings.settings import Settings
from stackproof.types.owners import owner_name
from stackproof.verify import Run
from stackproof.waivers import Match

_NO_CHECKOUT = Checkout()


def record_of(
    run: Run, scenarios: Iterable[Mapping[str, Any]] = (), checkout: Checkout = _NO_CHECKOUT
) -> form.Record:
    """Give a run as one record; `scenarios` are what the pytest plugin wrote of them."""
    held = {control.id: control for control in (*run.settings.chosen, *PARITY.values())}
    chosen = list({**held, **{f.control.id: f.control for f in run.findings}}.values())
    told = told_of(run.settings, chosen)
    began = clock.now() - timedelta(seconds=run.seconds)
    entries = _by_status(run.accounting)
    resources = _pointing([*entries, *_unmanaged(run.comparison)], run)
    return form.Record(
        run=form.RunFacts(
            stack=run.stack,
            project=_project(run),
            sight=run.sight.value,
            account=run.account,
            region=run.regions[0],
            regions=list(run.regions),
            endpoint=run.endpoint and scrubbed(run.endpoint),
            emulated=run.emulated,
            api_calls=sum(run.calls.values()),
            api_calls_by_service=dict(sorted(run.calls.items())),
            began=began.isoformat(timespec="milliseconds"),
            seconds=round(run.seconds, 3),
            resources=run.resources,
            fail_on=run.fail_on.value,
            exit_code=run.exit_code,
            verdict=scrubbed(run.verdict),
            tool=version("stackproof"),
            catalogue=catalogue_version(chosen),
            parameters=parameters_version(told),
            profile=run.settings.profile,
            commit=checkout.commit,
            folder=checkout.folder,
        ),
        summary=run.summary,
        accounting=accounting_of(run.accounting),
        resources=resources[: len(entries)],
        gaps=gaps_of(run.gaps),
        parity=_parity(run.comparison, resources[len(entries) :]),
        warnings=list(map(scrubbed, run.warnings)),
        errors=[scrubbed(run.why_not)] if run.why_not else [],
        waivers=[_waiver(match) for match in run.waivers],
        readings=[
            form.Reading(seconds=look.seconds, open=list(look.open), less=list(look.less))
            for look in run.looks
        ],
        controls=controls_of(chosen, told, run.settings.own),
        left_out=_left_out(run.settings),
        findings=findings_of(run.findings, run.sight, run.secrets),
        scenarios=[form.Scenario.model_validate(_told(scenario)) for scenario in scenarios],
    )


def accounting_of(accounting: Accounting) -> form.Accounting:
    """Give the counts of an accounting."""
    counts = {status.value: number for status, number in accounting.counts.items()}
    return form.Accounting(
        counts=counts,
        not_aws=dict(accounting.elsewhere),
        seen_in_part={
            type_: list(map(as_name, names)) for type_, names in accounting.seen_in_part.items()
        },
    )


def unjudged_of(accounting: Accounting) -> list[form.Resource]:
    """Give what was not judged, by its status."""
    entries = _by_status(accounting)
    return [_resource(entry) for entry in entries if entry.status is not Status.JUDGED]


def gaps_of(gaps: Sequence[Gap]) -> list[form.Gap]:
    """Give what was not read."""
    return [
        form.Gap(
            operation=gap.operation,
            cause=gap.cause.value,
            region=gap.region,
            types=list(gap.types),
        )
        for gap in gaps
    ]


def controls_of(
    controls: Iterable[Control], parameters: Mapping[str, Any], own: Container[str] = ()
) -> list[form.Control]:
    """Give controls as they held, with their parameters that are not defaults; `own` are ids."""
    return [
        form.Control(
            id=control.id,
            title=control.title,
            severity=control.severity.value,
            category=control.category.value,
            types=list(control.types),
            frameworks={f.name: list(ids) for f, ids in control.frameworks.items()},
            frameworks_in_part={f.name: list(ids) for f, ids in control.in_part.items()},
            meaning=meaning(control),
            parameters=parameters.get(control.id, {}),
            own=control.id in own,
        )
        for control in controls
    ]


def _left_out(settings: Settings) -> form.LeftOut:
    return form.LeftOut(
        controls=[id_ for id_, control in settings.known.items() if not settings.holds(control)],
        resources=[selector.text for selector in settings.by_resource],
    )


def _by_status(accounting: Accounting) -> list[Entry]:
    """Give the judged, then the others by their status."""
    return [entry for status in Status for entry in accounting.of(status)]


def _resource(entry: Entry, run: Run | None = None) -> form.Resource:
    resource, unknown = entry.resource, entry.unknown
    urn = resource.urn or ""
    secrets = run.secrets.get(urn, ()) if run else ()
    why = entry.why
    if unknown is not None:
        why = f"{unknown.cause}: {unknown.detail}".removesuffix(": ")
        why = unknown.detail if unknown in TYPELESS else why
    facts, digests, hidden = facts_of(resource, secrets)
    return form.Resource(
        status=entry.status.value,
        type=resource.type,
        urn=_name(resource.urn),
        name=as_name(resource.name),
        owner=_name(owner_name(resource)) if resource.type else None,
        id=_name(resource.id),
        arn=_name(resource.arn),
        account=resource.account,
        region=resource.region,
        named_by=entry.source.value if entry.source else None,
        why=scrubbed(why),
        disputed=entry.disputed,
        tags=labels(resource),
        facts=facts,
        digests=digests,
        hidden=hidden,
        source=run.sources.get(urn) if run else None,
    )


def _name(text: str | None) -> str | None:
    return as_name(text) if text else text


def _pointing(entries: Sequence[Entry], run: Run) -> list[form.Resource]:
    made = [_resource(entry, run) for entry in entries]
    return pointing(made, [entry.resource for entry in entries])


def _unmanaged(comparison: Comparison | None) -> list[Entry]:
    found = comparison.unmanaged if comparison else ()
    return [Entry(resource, Status.JUDGED, (resource.type,)) for resource in found]


def _parity(
    comparison: Comparison | None, unmanaged: Sequence[form.Resource]
) -> form.Parity | None:
    if comparison is None:
        return None
    return form.Parity(
        properties_compared=comparison.compared,
        properties_not_shown=comparison.unshown,
        unmanaged=[resource.model_copy(update={"status": "unmanaged"}) for resource in unmanaged],
    )


def _waiver(match: Match) -> form.Waiver:
    waiver = match.waiver
    return form.Waiver(
        number=match.number,
        control=waiver.control,
        patterns=list(map(as_name, waiver.resource)),
        owner=scrubbed(waiver.owner),
        reason=scrubbed(waiver.reason),
        until=waiver.until.isoformat(),
        expect=waiver.expect,
        resources=[as_name(resource.name) for resource in match.resources],
    )


def _told(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the plugin wrote of a scenario, without the secrets that messages show."""
    parts = [
        {**part, "part": as_name(part["part"])} | _scrubbed(part)
        for part in scenario.get("parts", ())
    ]
    name = as_name(scenario["scenario"])
    return {**scenario, "scenario": name, "parts": parts} | _scrubbed(scenario)


def _scrubbed(told: Mapping[str, Any]) -> dict[str, str]:
    return {name: scrubbed(told[name]) for name in ("message", "at_first") if name in told}


def _project(run: Run) -> str | None:
    """Give the Pulumi project, which each URN names after the stack."""
    urns = (entry.resource.urn for entry in run.accounting.entries)
    parts = next((urn.split("::") for urn in urns if urn), [])
    return parts[1] if len(parts) > 1 else None
