"""What detectors watch, as AWS says it by now: by features, whatever a program calls them."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.types.tokens import GUARDDUTY_DETECTOR
from tests.unit.sights.real_answers import arn, only, read, verdicts

WATCHES, FEATURES = "guardduty-detector-watches-s3", "guardduty-feature-enabled"


def detector(**features: str) -> dict[str, Any]:
    listed = [{"Name": name, "Status": status} for name, status in features.items()]
    about = {"Status": "ENABLED", "ServiceRole": "role", "CreatedAt": "2026-11-29"}
    return {
        "guardduty:ListDetectors": {"DetectorIds": ["d1"]},
        "guardduty:GetDetector": {**about, "Features": listed},
    }


@pytest.mark.parametrize(("status", "verdict"), [("ENABLED", "pass"), ("DISABLED", "fail")])
def test_data_sources_are_shown_by_their_features(status: str, verdict: str) -> None:
    answers = detector(
        S3_DATA_EVENTS=status, EKS_AUDIT_LOGS="ENABLED", EBS_MALWARE_PROTECTION="DISABLED"
    )
    snapshot = read(answers, arn("guardduty", "detector/d1"))
    assert only(snapshot, GUARDDUTY_DETECTOR)["datasources"] == {
        "s3_logs": {"enable": status == "ENABLED"},
        "kubernetes": {"audit_logs": {"enable": True}},
        "malware_protection": {
            "scan_ec2_instance_with_findings": {"ebs_volumes": {"enable": False}}
        },
    }
    assert verdicts(snapshot, WATCHES) == {WATCHES: verdict}


@pytest.mark.parametrize(
    ("feature", "verdict"),
    [("RUNTIME_MONITORING", "not_applicable"), ("LAMBDA_NETWORK_LOGS", "fail")],
)
def test_feature_that_new_detectors_lack_is_nobodys_fault(feature: str, verdict: str) -> None:
    snapshot = read(detector(**{feature: "DISABLED"}), arn("guardduty", "detector/d1"))
    assert verdicts(snapshot, FEATURES) == {FEATURES: verdict}
