"""A record in the AWS Security Finding Format: requests that BatchImportFindings takes, not sent.

Sources: AWS Security Hub User Guide, "Required ASFF attributes" and "Optional top-level ASFF
attributes"; AWS Security Hub Partner Integration Guide, "Guidelines for using the
BatchImportFindings API" (100 findings and 6 MB a batch, 240 KB a finding).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from stackproof.model.frameworks import Framework
from stackproof.model.outcome import OutcomeWord
from stackproof.record.form import Control, Finding, Record
from stackproof.reports.columns import controls_of, whole_name
from stackproof.reports.helping import page_of
from stackproof.reports.identities import identity
from stackproof.reports.texts import line
from stackproof.reports.wording import shown
from stackproof.sights.arns import account_of
from stackproof.types import tokens as t
from stackproof.types.owners import called
from stackproof.types.regions import is_region, partition_of

BATCH: Final = 100
_TITLE: Final = 256
_DESCRIPTION: Final = 1024
_ID: Final = 512
_FIELD: Final = 2048
_REQUIREMENT: Final = 64
_REQUIREMENTS: Final = 32
_TAGS: Final = 50
_STATUS: Final[Mapping[OutcomeWord, str]] = {
    "pass": "PASSED",
    "fail": "FAILED",
    "waived": "FAILED",
    "unknown": "WARNING",
}
_WORKFLOW: Final = {"pass": "RESOLVED", "waived": "SUPPRESSED"}
# What the rule of names, `Aws` and service and type, doesn't give.
_TYPES: Final = {
    t.ACM_CERTIFICATE: "AwsCertificateManagerCertificate",
    t.AUTOSCALING_GROUP: "AwsAutoScalingAutoScalingGroup",
    t.BACKUP_PLAN: "AwsBackupBackupPlan",
    t.BACKUP_VAULT: "AwsBackupBackupVault",
    t.EBS_VOLUME: "AwsEc2Volume",
    t.LB: "AwsElbv2LoadBalancer",
    t.LAUNCH_CONFIGURATION: "AwsAutoScalingLaunchConfiguration",
    t.METRIC_ALARM: "AwsCloudWatchAlarm",
    t.OPENSEARCH_DOMAIN: "AwsOpenSearchServiceDomain",
    t.RDS_CLUSTER: "AwsRdsDbCluster",
    t.RDS_CLUSTER_INSTANCE: "AwsRdsDbInstance",
    t.RDS_CLUSTER_SNAPSHOT: "AwsRdsDbClusterSnapshot",
    t.RDS_INSTANCE: "AwsRdsDbInstance",
    t.RDS_SNAPSHOT: "AwsRdsDbSnapshot",
    t.ROUTE53_ZONE: "AwsRoute53HostedZone",
    t.S3_BUCKET_OBJECT: "AwsS3Object",
    t.S3_BUCKET_OBJECT_V2: "AwsS3Object",
    t.S3_OBJECT_COPY: "AwsS3Object",
    t.SFN_STATE_MACHINE: "AwsStepFunctionStateMachine",
    t.TRANSIT_GATEWAY: "AwsEc2TransitGateway",
}


def as_asff(record: Record) -> str:
    """Give the requests as a JSON array: of one account each, at most 100 findings in one.

    What does not apply has no finding. Nor has what is of an account that nobody could tell:
    Security Hub takes findings only by their accounts, in one region.
    """
    region = next(filter(is_region, record.run.regions), None)
    controls = {control.id: control for control in controls_of(record)}
    tags = {resource.identity: resource.tags for resource in record.resources}
    by_account: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding, outcome in _told(record):
        account = account_of(finding.arn) or record.run.account
        if region and len(account) == 12 and account.isdigit():
            control = controls[finding.control]
            labels = tags.get(identity(finding), {})
            place = account, region
            made = _finding(record, finding, outcome, control, place=place, tags=labels)
            by_account[account].append(made)
    batches = [
        {"Findings": found[start : start + BATCH]}
        for _, found in sorted(by_account.items())
        for start in range(0, len(found), BATCH)
    ]
    return json.dumps(batches, separators=(",", ":"))


def _told(record: Record) -> Iterator[tuple[Finding, OutcomeWord]]:
    yield from (
        (finding, finding.outcome) for finding in record.findings if finding.outcome in _STATUS
    )
    # An earlier failure that nobody saw mended.
    yield from ((finding, "unknown") for finding in record.not_seen)


def _finding(
    record: Record,
    finding: Finding,
    outcome: OutcomeWord,
    control: Control,
    *,
    place: tuple[str, str],
    tags: Mapping[str, str | None],
) -> dict[str, Any]:
    run = record.run
    name = line(called(finding.name, finding.owner))
    since = finding.failing_since or run.began
    account, region = place
    partition = partition_of(region)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": _short("/".join(("stackproof", run.stack, finding.sight, finding.fingerprint)), _ID),
        "ProductArn": (f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductName": "stackproof",
        "CompanyName": "stackproof",
        "Region": region,
        "GeneratorId": f"stackproof/{finding.control}",
        "AwsAccountId": account,
        "Types": [f"Software and Configuration Checks/AWS Best Practices/{finding.category}"],
        "FirstObservedAt": since,
        "LastObservedAt": run.began,
        "CreatedAt": since,
        "UpdatedAt": run.began,
        "Severity": {
            "Label": "INFORMATIONAL" if outcome == "pass" else finding.severity.upper(),
            "Original": finding.severity,
        },
        "Title": _cut(f"{name[:100]}: {finding.title}", _TITLE),
        "Description": _cut(finding.message, _DESCRIPTION),
        **_remediation(finding, control),
        "ProductFields": {
            f"stackproof/{key}": _cut(value, _FIELD)
            for key, value in _fields(record, finding)
            if value
        },
        "Resources": [_resource(finding, partition, tags, region)],
        "Compliance": {
            "Status": _STATUS[outcome],
            **_requirements(control),
        },
        "Workflow": {"Status": _WORKFLOW.get(outcome, "NEW")},
        "RecordState": "ACTIVE",
    }


def _remediation(finding: Finding, control: Control) -> dict[str, Any]:
    page = page_of(control)
    if not finding.fix:
        return {}
    told = {"Text": _cut(finding.fix, _ID), **({"Url": page} if page else {})}
    return {"Remediation": {"Recommendation": told}}


def _fields(record: Record, finding: Finding) -> Iterator[tuple[str, str | None]]:
    yield "stack", record.run.stack
    yield "sight", finding.sight
    yield "outcome", finding.outcome
    yield "property", finding.property
    yield "expected", finding.expected
    yield "actual", shown(finding.actual) if finding.outcome in ("fail", "waived") else None
    yield "cause", finding.cause
    yield "facet", finding.facet
    yield "urn", finding.urn


def _resource(
    finding: Finding, partition: str, tags: Mapping[str, str | None], region: str
) -> dict[str, Any]:
    kept = {_short(key, 128): _cut(value, 256) for key, value in tags.items() if key and value}
    made = {
        "Type": _type(finding.type),
        "Id": _short(identity(finding), _ID),
        "Partition": partition,
        "Region": finding.region or region,
    }
    return {**made, "Tags": dict(list(kept.items())[:_TAGS])} if kept else made


def _requirements(control: Control) -> dict[str, Sequence[str]]:
    """Give the requirements that a control is evidence for, and not those it is in part."""
    told = [
        _cut(f"{whole_name(book)} {id_}", _REQUIREMENT)
        for book, ids in control.frameworks.items()
        for id_ in ids
        if book not in (Framework.FSBP.name, Framework.SECURITY_HUB.name)
    ]
    return {"RelatedRequirements": told[:_REQUIREMENTS]} if told else {}


@cache
def _type(token: str) -> str:
    if token in _TYPES:
        return _TYPES[token]
    _, module, name = token.split(":") if token.count(":") == 2 else ("", "", "")
    return _known_types().get(f"aws{module.partition('/')[0]}{name}".lower(), "Other")


@cache
def _known_types() -> Mapping[str, str]:
    """Give the types of resources that Security Hub knows, by their names in small letters."""
    from botocore.session import get_session

    shape: Any = get_session().get_service_model("securityhub").shape_for("ResourceDetails")
    return {name.lower(): name for name in shape.members}


def _cut(text: str, most: int) -> str:
    """Give a text as one line of at most so many characters; none would be refused."""
    plain = line(text).strip() or "-"
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _short(name: str, most: int) -> str:
    """Give a name that stays another one than others when it is cut."""
    plain = line(name)
    if len(plain) <= most:
        return plain
    return f"{plain[: most - 17]}-{hashlib.sha256(plain.encode()).hexdigest()[:16]}"
