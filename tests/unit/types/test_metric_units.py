"""The table of units: its names are metrics that are known, its units those of CloudWatch."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import botocore.session
import pytest

from stackproof.types.metric_units import units, units_of
from stackproof.types.metrics import namespaces


def test_each_name_is_of_a_metric_that_is_known() -> None:
    unknown = [
        (namespace, name)
        for namespace, rows in units().items()
        for _, names in rows
        for name in names
        if not any(fnmatchcase(metric, name) for metric in namespaces()[namespace].metrics)
    ]
    assert unknown == []


def test_each_unit_is_one_of_cloudwatch() -> None:
    model: Any = botocore.session.get_session().get_service_model("cloudwatch")
    known = {*model.shape_for("StandardUnit").enum}
    assert {unit for rows in units().values() for unit, _ in rows} <= known


def test_no_metric_has_two_units() -> None:
    two = [
        (namespace, metric)
        for namespace, found in namespaces().items()
        for metric in found.metrics
        if len(units_of(namespace, metric)) > 1
    ]
    assert two == []


@pytest.mark.parametrize(
    ("namespace", "metric", "seconds"),
    [
        ("AWS/Billing", "EstimatedCharges", 21_600),
        ("AWS/S3", "BucketSizeBytes", 86_400),
        ("AWS/CertificateManager", "DaysToExpiry", 43_200),
        ("AWS/Route53", "DNSSECInternalFailure", 14_400),
        ("AWS/EFS", "StorageBytes", 900),
        ("AWS/Lambda", "Errors", 0),
    ],
)
def test_what_is_reported_seldom_says_how_often(namespace: str, metric: str, seconds: int) -> None:
    (row,) = namespaces()[namespace].metrics[metric]
    assert row.interval == seconds
