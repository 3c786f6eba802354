"""Whatever the systems: what is deployed side by side shares nothing and knows nothing of it."""

from __future__ import annotations

import pytest

from stackproof.model import Stack
from stackproof.scenarios import test_cross_environment as general
from stackproof.types import tokens
from stackproof.types.fitting import misfits

pytestmark = pytest.mark.cross_environment

test_security_groups_trust_only_their_own_environment = (
    general.test_security_groups_trust_only_their_own_environment
)
test_tags_say_whose_everything_is = pytest.mark.requirement("2.2", "3.12")(
    general.test_tags_say_whose_everything_is
)
test_stacks_share_nothing = general.test_stacks_share_nothing
test_stacks_have_addresses_of_their_own = pytest.mark.requirement("3.22")(
    general.test_stacks_have_addresses_of_their_own
)
test_stacks_do_not_refer_to_each_other = pytest.mark.requirement("3.22")(
    general.test_stacks_do_not_refer_to_each_other
)
test_same_controls_are_applied_in_every_environment = pytest.mark.requirement("3.22")(
    general.test_same_controls_are_applied_in_every_environment
)
test_controls_hold_in_every_stack = pytest.mark.requirement("3.22")(
    general.test_controls_hold_in_every_stack
)
test_outputs_give_away_no_other_environment = general.test_outputs_give_away_no_other_environment


def test_network_leads_into_no_other_vpc(live: Stack) -> None:
    """No route of the stack goes through a peering connection or a transit gateway.

    What can be reached from dev can be broken from dev.
    """
    for route in live.all(tokens.ROUTE):
        assert not route["vpc_peering_connection_id"], route.name
        assert not route["transit_gateway_id"], route.name


@pytest.mark.requirement("7.1")
@pytest.mark.side_by_side
def test_everything_is_shown_in_pulumis_names_and_forms(live: Stack) -> None:
    """Names and kinds of all that was read, at every depth, are those of the provider's SDK.

    A control that asks by Pulumi's name would otherwise take for unset what AWS has.
    """
    strange = [f"{r.type} {r.name}: {misfit}" for r in live for misfit in misfits(r.type, r.data)]
    assert strange == []
