"""The ids of rule books: dated lists, and controls that name only what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from stackproof import clock
from stackproof.controls import catalogue
from stackproof.model import ControlError, Framework
from stackproof.model.frameworks import as_of, ids

# AWS adds and retires controls every month; the others come as editions with their own names.
_MOVING: Final = (Framework.FSBP, Framework.SECURITY_HUB)
_OLDEST: Final = timedelta(days=180)


@pytest.mark.parametrize(
    ("framework", "there", "not_there"),
    [
        # https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
        (Framework.FSBP, ("EC2.19", "S3.1", "RDS.50"), ("EC2.13", "S3.10", "SNS.1", "S3", "EC2.5")),
        (Framework.SECURITY_HUB, ("EC2.13", "CloudWatch.15"), ("EC2.19",)),
        (Framework.CIS, ("1.21", "2.1.1", "3.9", "4.16", "5.7"), ("1.22", "2.1", "5.1", "6.1")),
        (Framework.PCI, ("1.4.4", "8.3.10.1", "12.10.7", "A1.2.3"), ("3.6", "13.1.1", "8.3.12")),
        (
            Framework.NIST,
            ("AC-2", "AC-2(1)", "SI-13(5)", "SR-12", "PT-8"),
            ("AC-2(10)", "AC-26", "SI-13(2)", "XX-1", "AC-2()"),
        ),
    ],
)
def test_list_has_what_the_rule_book_has(
    framework: Framework, there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    assert set(there) <= ids(framework)
    assert ids(framework).isdisjoint(not_there)


def test_whole_catalogue_of_nist_is_known() -> None:
    # NIST counts 298 controls and 709 enhancements in force.
    enhancements = [id_ for id_ in ids(Framework.NIST) if "(" in id_]
    assert (len(ids(Framework.NIST)) - len(enhancements), len(enhancements)) == (298, 709)


def test_controls_of_security_hub_are_of_one_list() -> None:
    assert ids(Framework.FSBP).isdisjoint(ids(Framework.SECURITY_HUB))


@pytest.mark.parametrize("framework", _MOVING)
def test_list_that_moves_is_young(framework: Framework) -> None:
    assert clock.today() - date.fromisoformat(as_of(framework)) <= _OLDEST, "read the page again"


@pytest.mark.parametrize("field", ["frameworks", "in_part"])
def test_control_with_an_id_that_is_not_there_does_not_load(field: str) -> None:
    good = catalogue()["sns-topic-encrypted"]
    wrong: dict[str, Any] = {field: {Framework.FSBP: ("SNS.1",)}}
    with pytest.raises(ControlError, match=r"does not have: \['SNS.1'\]"):
        replace(good, **wrong)


def test_id_is_covered_wholly_or_in_part() -> None:
    for control in catalogue().values():
        for framework, given in control.in_part.items():
            assert set(given).isdisjoint(control.frameworks.get(framework, ())), control.id
