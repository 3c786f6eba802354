"""What an ARN says about where a resource is."""

from __future__ import annotations


def region_of(arn: str | None) -> str | None:
    """Give the region that an ARN names, `None` for global resources and what is no ARN."""
    return _part(arn, 3)


def account_of(arn: str | None) -> str | None:
    """Give the account that an ARN names, `None` for AWS's own resources and what is no ARN."""
    account = _part(arn, 4)
    return account if account and account.isdigit() else None


def _part(arn: str | None, place: int) -> str | None:
    parts = arn.split(":", maxsplit=5) if arn else []
    return parts[place] or None if len(parts) == 6 and parts[0] == "arn" else None
