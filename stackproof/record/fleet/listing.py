"""The accounts of an organization, as AWS Organizations lists them.

Source: AWS Organizations API Reference, ListAccounts: `State` has replaced `Status`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.fleet.targets import Target
from stackproof.model import Unknown
from stackproof.record.fleet.form import FleetAccount, Organization
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws, listed
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard

LIST_ACCOUNTS: Final = Ask("organizations", "ListAccounts", "Accounts")
# Organizations is asked in one region for all.
_REGION: Final = "us-east-1"


def accounts_of(organization: Organization) -> tuple[list[FleetAccount], list[str]]:
    """Give the accounts that can be looked at, and a sentence on each that can't.

    Raises LiveError when AWS does not list them: nobody knows then who is missing.
    """
    target = Target(organization.aws_profile, organization.role, organization.external_id)
    aws = Aws(guard(readers(), [LIST_ACCOUNTS]), session=target.session())
    answer = aws.fetch(LIST_ACCOUNTS, _REGION)
    if isinstance(answer, Unknown):
        why = answer.detail or answer.cause
        raise LiveError(f"the organization's accounts cannot be listed: {why}", Code.AWS)
    found, left = [], []
    for account in listed(answer):
        if account["Id"] in organization.exclude:
            continue
        if _state(account) == "ACTIVE":
            found.append(FleetAccount(account=account["Id"]))
        else:
            left.append(f"account {account['Id']} is {_state(account)}: it was not looked at")
    return found, left


def _state(account: Mapping[str, Any]) -> str:
    return str(account.get("State") or account.get("Status"))
