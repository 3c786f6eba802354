"""A control's parameters as the pack's standard configuration (`--policy-pack-config`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pulumi_policy import Policy, PolicyConfigSchema

from stackproof.closest import closest
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Control
from stackproof.model.parameter import ParameterError, as_json
from stackproof.policy_pack.proxies import plain
from stackproof.settings.parameters import read, require

# The key by which Pulumi's configuration speaks of every policy of a pack at once; the CLI spreads
# it over the policies and passes it on as well.
# Source: https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/
ALL: Final = "all"


class PackConfigError(StackproofError):
    """Raised for configuration that a policy cannot use; says which policy and what is right."""

    code = Code.PACK_CONFIGURATION


def schema(control: Control, project: Mapping[str, Any] | None = None) -> PolicyConfigSchema | None:
    """Give the JSON schema of a control's parameters, by which the CLI checks types and ranges.

    The CLI sends a default as if somebody had configured it, so that it is what the `project` says.
    """
    held = {**control.parameters, **(project or {})}
    properties: dict[str, Any] = {
        name: {**parameter.schema, "default": as_json(held[name])}
        for name, parameter in control.declared.items()
    }
    return PolicyConfigSchema(properties) if properties else None


def check(policies: Iterable[Policy], configured: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise PackConfigError when configuration names a policy or a parameter that is not there.

    The CLI checks only the parameters that it knows.
    """
    known = {policy.name: policy.config_schema for policy in policies}
    for policy, given in configured.items():
        if policy == ALL:
            if given:
                raise PackConfigError(
                    f"policy pack configuration: {ALL!r} gives every policy its level and has no "
                    f"parameters; name the policies that {', '.join(sorted(given))} is for"
                )
            continue
        if policy not in known:
            hint = closest(policy, known, "")
            reason = "; ".join(filter(None, (f"there is no policy {policy!r}", hint)))
            raise PackConfigError(f"policy pack configuration: {reason}")
        described = known[policy]
        for name in given:
            try:
                require(f"policy {policy!r}", described.properties if described else {}, name)
            except ParameterError as error:
                raise PackConfigError(f"policy pack configuration: {error}") from None


def parameters(control: Control, configured: Mapping[str, Any]) -> dict[str, Any]:
    """Give the configured parameters as the control takes them.

    Raises PackConfigError for a parameter that the control does not have, or a value that it
    cannot take.
    """
    # The wire has one kind of number: a port arrives as 22.0.
    given = {name: plain(value) for name, value in configured.items()}
    try:
        return read(control, given)
    except ParameterError as error:
        raise PackConfigError(f"policy pack configuration: {error}") from None
