"""Compliance Findings of OCSF, an array of one event for each finding of a record.

Source: Open Cybersecurity Schema Framework 1.5, class Compliance Finding [2003], profile `cloud`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from stackproof.extras import needed
from stackproof.model.outcome import OutcomeWord
from stackproof.record.form import Control, Finding, Record
from stackproof.reports.columns import controls_of, whole_name
from stackproof.reports.helping import page_of, requirements, why
from stackproof.reports.identities import identity
from stackproof.reports.texts import line
from stackproof.sights.arns import account_of
from stackproof.types.owners import called

_MODELS: Final = "py_ocsf_models"
# Waived is a failure that somebody accepts: the check's own outcome stays, its status says so.
_OUTCOMES: Final[Mapping[OutcomeWord, str]] = {
    "pass": "Pass",
    "fail": "Fail",
    "waived": "Fail",
    "unknown": "Warning",
    "not_applicable": "Other",
}
_STATUSES: Final[Mapping[OutcomeWord, str]] = {
    "pass": "Resolved",
    "fail": "New",
    "waived": "Suppressed",
    "unknown": "Unknown",
    "not_applicable": "Other",
}


def as_ocsf(record: Record) -> str:
    """Give each finding as an event; earlier failures that nobody saw mended are warnings."""
    events = ",\n".join(_Events(record).written())
    return f"[\n{events}\n]" if events else "[]"


class _Events:
    def __init__(self, record: Record) -> None:
        self._record = record
        self._controls = {control.id: _Told(control) for control in controls_of(record)}
        self._tags = {resource.identity: resource.tags for resource in record.resources}
        self._new = (
            {finding.fingerprint for finding in record.changes.new} if record.changes else None
        )
        findings = f"{_MODELS}.events.findings"
        self._event = _named(f"{findings}.compliance_finding", "ComplianceFinding")
        self._type = _named(f"{findings}.compliance_finding_type_id", "ComplianceFindingTypeID")
        self._activity = _named(f"{findings}.activity_id", "ActivityID")
        self._severity = _named(f"{findings}.severity_id", "SeverityID")
        self._status = _named(f"{findings}.status_id", "StatusID")
        objects = f"{_MODELS}.objects"
        self._compliance = _named(f"{objects}.compliance", "Compliance")
        self._outcome = _named(f"{objects}.compliance_status", "StatusID")
        self._info = _named(f"{objects}.finding_info", "FindingInformation")
        self._resource = _named(f"{objects}.resource_details", "ResourceDetails")
        self._user = _named(f"{objects}.user", "User")
        self._account = _named(f"{objects}.account", "Account")
        self._account_type = _named(f"{objects}.account", "TypeID").AWS_Account
        self._remediation = _named(f"{objects}.remediation", "Remediation")
        product = _named(f"{objects}.product", "Product")
        self._metadata = _named(f"{objects}.metadata", "Metadata")(
            product=product(
                name="stackproof", vendor_name="stackproof", version=line(record.run.tool)
            ),
            profiles=["cloud"],
            tenant_uid=line(record.run.account),
            labels=[f"stack:{line(record.run.stack)}"],
        )

    def written(self) -> Iterator[str]:
        for finding in self._record.findings:
            yield self._of(finding, finding.outcome, finding.message)
        for finding in self._record.not_seen:
            message = f"Failed before, and nobody saw it mended: {finding.message}"
            yield self._of(finding, "unknown", message)

    def _of(self, finding: Finding, outcome: OutcomeWord, message: str) -> str:
        run, control = self._record.run, self._controls[finding.control]
        began = _milliseconds(run.began)
        first = _milliseconds(finding.failing_since) if finding.failing_since else began
        activity = self._activity[self._happened(finding, outcome)]
        status = self._status[_STATUSES[outcome]]
        severity = self._severity[finding.severity.capitalize()]
        own = finding.sight == run.sight
        event = self._event(
            activity_id=activity,
            activity_name=activity.name,
            type_uid=self._type[activity.name],
            type_name=f"Compliance Finding: {activity.name}",
            metadata=self._metadata,
            time=began,
            message=line(message),
            severity_id=severity,
            severity=severity.name,
            status_id=status,
            status=status.name,
            status_code=outcome,
            status_detail=line(finding.cause) if finding.cause else None,
            start_time=first,
            compliance=self._compliance(
                control=finding.control,
                category=finding.category,
                desc=control.why,
                standards=control.standards,
                requirements=control.requirements,
                status_id=self._outcome[_OUTCOMES[outcome]],
            ),
            finding_info=self._info(
                uid=finding.fingerprint if own else f"{finding.sight}:{finding.fingerprint}",
                title=line(finding.title),
                desc=line(message),
                types=[finding.category],
                first_seen_time=first,
                last_seen_time=began,
                src_url=control.page,
            ),
            remediation=self._mended(finding, control),
            resources=[self._on(finding)],
            unmapped={"sight": finding.sight, "facet": line(finding.facet)},
        )
        written: str = event.model_dump_json(exclude_none=True)
        return written

    def _happened(self, finding: Finding, outcome: OutcomeWord) -> str:
        if outcome == "pass":
            return "Close"
        known = self._new is not None and finding.fingerprint not in self._new
        return "Update" if known and outcome in ("fail", "waived") else "Create"

    def _mended(self, finding: Finding, control: _Told) -> Any:
        if not finding.fix:
            return None
        pages = [control.page] if control.page else None
        return self._remediation(desc=line(finding.fix), references=pages)

    def _on(self, finding: Finding) -> Any:
        run, named = self._record.run, line(identity(finding))
        account = account_of(finding.arn) or line(run.account)
        tags = self._tags.get(identity(finding), {})
        arn = finding.arn or ""
        return self._resource(
            uid=named,
            name=line(called(finding.name, finding.owner)),
            type=finding.type,
            region=finding.region or run.region,
            cloud_partition=arn.split(":")[1] if arn.startswith("arn:") else None,
            labels=[f"{line(key)}:{line(value)}" for key, value in tags.items() if value] or None,
            owner=self._user(
                name=account,
                uid=account,
                type_id=0,
                account=self._account(name=account, uid=account, type_id=self._account_type),
            ),
        )


class _Told:
    """What an event says of its control."""

    def __init__(self, control: Control) -> None:
        self.page = page_of(control)
        self.why = why(control.id) or line(control.title)
        books = (*control.frameworks, *control.frameworks_in_part)
        self.standards = [whole_name(book) for book in dict.fromkeys(books)] or None
        self.requirements = list(requirements(control)) or None


def _named(module: str, name: str) -> Any:
    return getattr(needed(module, "formats"), name)


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
