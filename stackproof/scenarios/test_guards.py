"""Whatever the system: a guard that is there does its work."""

from __future__ import annotations

import pytest

from stackproof.model import Stack
from stackproof.types import tokens

pytestmark = pytest.mark.security


@pytest.mark.types(tokens.WAF_ACL)
def test_firewalls_stop_attacks_and_nobody_else(live: Stack) -> None:
    """Each web ACL lets requests through unless a rule stops them, and some rule does.

    Rules that only count are set while one is tried out, and forgotten: the attack is counted.
    """
    for acl in live.all(tokens.WAF_ACL):
        assert acl["default_action"].get("allow") is not None, acl.name
        rules = list(acl.blocks("rules"))
        stopping = [
            r
            for r in rules
            if r.get("action.block") is not None or r.get("override_action.none") is not None
        ]
        assert stopping, acl.name


@pytest.mark.types(tokens.RDS_INSTANCE, tokens.RDS_CLUSTER_INSTANCE)
def test_databases_have_no_public_address(live: Stack) -> None:
    """No database is publicly accessible.

    A public name is the half of a way in; a security group opened by mistake is the other.
    """
    for type_ in (tokens.RDS_INSTANCE, tokens.RDS_CLUSTER_INSTANCE):
        for database in live.all(type_):
            assert not database["publicly_accessible"], database.name
