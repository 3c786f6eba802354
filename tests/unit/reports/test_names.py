"""No two stacks' files meet, nor those of a stack and of the whole."""

from __future__ import annotations

from itertools import product

import pytest

from stackproof.reports.kinds import KINDS
from stackproof.reports.names import FLEET, INDEX, report_name

HOSTILE = (
    *("index", "INDEX", "Index", "%69ndex", "fleet", "Fleet", "%66leet"),
    *("shop", "shop.ocsf", "shop.OCSF", "shop.asff", "shop%2Easff", "shop.json", "shop.html"),
    *(".ocsf", "..", "../shop", "shop/", "shop\\", "shop:1", "nul\0", "a\nb", "é", "e\u0301"),
)


def test_every_file_of_every_stack_has_a_name_of_its_own() -> None:
    whose = {f"{INDEX}.html": "the whole", f"{FLEET}.csv": "the whole"}
    for stack, kind in product(HOSTILE, KINDS):
        # Stacks whose names differ in nothing but case are refused before.
        file, owner = f"{report_name(stack)}{kind}".casefold(), f"{stack.casefold()} as {kind}"
        assert whose.setdefault(file, owner) == owner


@pytest.mark.parametrize("stack", HOSTILE)
def test_names_lead_nowhere_and_are_plain(stack: str) -> None:
    name = report_name(stack)
    assert name.isascii()
    assert name.isprintable()
    assert not {*name} & {*'/\\:*?"<>|'}
    assert not name.startswith(".")


@pytest.mark.parametrize("stack", ["shop-prod", "shop.prod", "Prod", "account 111111111111"])
def test_ordinary_names_stay_as_they_are(stack: str) -> None:
    assert report_name(stack) == stack
