"""Threat detection is on, with everything it can look at."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, expect_that
from stackproof.model import Category, Framework, NotApplicable, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import GUARDDUTY_DETECTOR, GUARDDUTY_FEATURE

FRAMEWORKS = {Framework.PCI: ("11.5.1", "11.5.1.1"), Framework.NIST: ("SI-4", "RA-3(4)")}


@control(
    "guardduty-detector-enabled",
    title="GuardDuty detectors are enabled",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=GUARDDUTY_DETECTOR,
    frameworks=FRAMEWORKS | {Framework.FSBP: ("GuardDuty.1",)},
    cases=Cases(
        passing=Given(GUARDDUTY_DETECTOR, {"enable": True}),
        failing=(Change("enable", False),),
        unknown=(Hide("enable"),),
        also_passing=(Remove("enable"),),
    ),
)
def enabled(detector: Resource) -> Outcome:
    """A detector is enabled unless told otherwise."""
    return expect_that(
        detector,
        "enable",
        lambda value: value is not False,
        expected="true",
        fix="Set enable to true.",
    )


@control(
    "guardduty-detector-watches-s3",
    title="GuardDuty detectors watch requests to S3",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=GUARDDUTY_DETECTOR,
    frameworks=FRAMEWORKS | {Framework.FSBP: ("GuardDuty.10",)},
    cases=Cases(
        passing=Given(GUARDDUTY_DETECTOR, {"datasources": {"s3_logs": {"enable": True}}}),
        failing=(Change("datasources.s3_logs.enable", False),),
        unknown=(Hide("datasources.s3_logs.enable"), Hide("datasources")),
        not_applicable=(Remove("datasources"), Remove("datasources.s3_logs")),
    ),
)
def watches_s3(detector: Resource) -> Outcome:
    """Only what is stated is judged: new detectors have all data sources on.

    Source: Amazon GuardDuty API Reference, CreateDetector.
    """
    path = "datasources.s3_logs.enable"
    if detector.get(path) is None:
        return NotApplicable("not stated; new detectors watch S3")
    return expect(detector, path, True, fix=f"Set {path} to true.")


@control(
    "guardduty-findings-published-soon",
    title="GuardDuty publishes changed findings within the hour",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=GUARDDUTY_DETECTOR,
    frameworks={Framework.PCI: ("12.10.5",), Framework.NIST: ("IR-6(1)",)},
    cases=Cases(
        passing=Given(GUARDDUTY_DETECTOR, {"finding_publishing_frequency": "FIFTEEN_MINUTES"}),
        failing=(
            Change("finding_publishing_frequency", "SIX_HOURS"),
            Remove("finding_publishing_frequency"),
        ),
        unknown=(Hide("finding_publishing_frequency"),),
        also_passing=(Change("finding_publishing_frequency", "ONE_HOUR"),),
    ),
)
def publishes_soon(detector: Resource) -> Outcome:
    """The default is six hours, which an attacker has for themselves."""
    return expect_that(
        detector,
        "finding_publishing_frequency",
        lambda value: value in ("FIFTEEN_MINUTES", "ONE_HOUR"),
        expected="FIFTEEN_MINUTES or ONE_HOUR",
        fix="Set finding_publishing_frequency to FIFTEEN_MINUTES.",
    )


_OFF_BY_DEFAULT = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")


@control(
    "guardduty-feature-enabled",
    title="GuardDuty features that the stack names are enabled",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=GUARDDUTY_FEATURE,
    frameworks=FRAMEWORKS,
    in_part={Framework.FSBP: tuple(f"GuardDuty.{number}" for number in range(5, 14))},
    cases=Cases(
        passing=Given(GUARDDUTY_FEATURE, {"name": "RDS_LOGIN_EVENTS", "status": "ENABLED"}),
        failing=(Change("status", "DISABLED"),),
        unknown=(Hide("status"),),
    ),
)
def feature_enabled(feature: Resource) -> Outcome:
    """Naming a feature to switch it off takes protection away that new detectors have.

    Runtime monitoring, which needs an agent on each machine, new detectors don't have.
    Source: Amazon GuardDuty User Guide, "Runtime Monitoring".
    """
    if feature.urn is None and feature["name"] in _OFF_BY_DEFAULT:
        return NotApplicable("no program is known to name it")
    return expect(feature, "status", "ENABLED", fix="Set status to ENABLED.")
