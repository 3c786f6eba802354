"""What a waiver is meant for, counted: more or fewer resources are nobody's decision."""

from __future__ import annotations

from stackproof.model import Category, Control, Fail, Outcome, Pass, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide

WAIVER = "stackproof:waiver"


def as_expected(resource: Resource) -> Outcome:
    """A pattern that covers one resource more accepts what nobody has looked at.

    Fewer than expected is unknown while a failure that it may cover could not be seen.
    """
    expected, covered = resource.number("expect") or 0, resource.values("covered")
    if len(covered) < expected:
        _ = resource["unseen"]
    if len(covered) == expected:
        return Pass()
    return Fail(
        "expect",
        f"{expected} resource{'' if expected == 1 else 's'} covered",
        covered,
        "Mend the failures that came, or look at each and change `expect`, or the patterns.",
    )


EXPECTED = Control(
    id="waiver-as-expected",
    title="Waivers cover as many resources as they expect",
    severity=Severity.HIGH,
    category=Category.PARITY,
    types=(WAIVER,),
    judge=as_expected,
    cases=Cases(
        passing=Given(WAIVER, {"expect": 2, "covered": ["ledger", "orders"]}),
        failing=(Change("covered", ["ledger", "orders", "logs"]), Change("covered", ["ledger"])),
        unknown=(Hide("covered"),),
    ),
)
