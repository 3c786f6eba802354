"""Whatever the system: a guard that is there does its work."""

from __future__ import annotations

import pytest

from stackproof.scenarios import test_guards as general

pytestmark = [pytest.mark.security, pytest.mark.blueprint("nova", "scalepayments")]

test_firewalls_stop_attacks_and_nobody_else = pytest.mark.requirement("1.11", "3.10")(
    general.test_firewalls_stop_attacks_and_nobody_else
)
test_databases_have_no_public_address = pytest.mark.requirement("1.8", "3.14")(
    general.test_databases_have_no_public_address
)
