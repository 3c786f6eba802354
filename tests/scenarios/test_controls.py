"""Every control of the catalogue, judged on the deployed stack."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, Stack, Unknown, UnresolvedError
from stackproof.model.secrecy import disclosed

CONTROLS = catalogue()


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_control(control: Control, live: Stack, subtests: pytest.Subtests) -> None:
    """The control holds on every deployed resource that it judges.

    One broken rule on one resource is enough for an incident or an audit finding.
    """
    judged = 0
    for type_ in control.types:
        for resource in live.all(type_):
            for facet, outcome in control.outcomes(resource, live).items():
                judged += 1
                with subtests.test(msg=" ".join(filter(None, (resource.name, facet)))):
                    if isinstance(outcome, Unknown):
                        raise UnresolvedError(outcome)
                    assert not isinstance(outcome, Fail), (
                        f"{resource.name} ({resource.arn or resource.id}): {outcome.property} is "
                        f"{disclosed(outcome.property, outcome.actual)!r}, "
                        f"expected {outcome.expected}. {outcome.fix}"
                    )
    if judged == 0:
        pytest.skip(f"the stack has no {' or '.join(control.types)}")
