"""Serve policies to the Pulumi engine on plain data, converting each resource once.

The SDK's own server (`pulumi_policy.PolicyPack`) converts every resource from the wire again for
every policy, before the policy is asked anything: with 60 stack policies and 230 resources that
is more than two seconds, however quick the policies are. This one speaks the same protocol
(`pulumi/proto/pulumi/analyzer.proto`) and gives the same answers; tests compare the two.
`PolicyPack(name, policies())` works as well, and is what serves them beside policies of others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime import proto
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationPolicy,
    Severity,
)
from pulumi_policy.version import VERSION as PROTOCOL

from stackproof.policy_pack import requests
from stackproof.policy_pack.aside import LeftOut
from stackproof.policy_pack.config import ALL, PackConfigError, check
from stackproof.policy_pack.door import answering, loading
from stackproof.policy_pack.listing import Listing
from stackproof.policy_pack.policies import Judging, OfResource, OfStack

# The CLI shows the version that PulumiPolicy.yaml says instead.
_VERSION = "0.0.1"
# A request holds a whole stack; the SDK's server allows as much.
_LARGEST_MESSAGE = 400 * 1024 * 1024

_Enabled: TypeAlias = tuple[Judging, EnforcementLevel]
# What to answer for policies that have nothing to say about a type, and those that have.
_Agenda: TypeAlias = tuple[proto.AnalyzeResponse, Sequence[tuple[OfResource, EnforcementLevel]]]


@loading
def serve(name: str, policies: Sequence[Judging]) -> None:
    """Serve until the engine ends this process; say on standard output at which port.

    Raises PackConfigError for policies that aren't made by `stackproof.policy_pack.policies`.
    """
    server = grpc.server(
        ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    proto.add_AnalyzerServicer_to_server(Analyzer(name, policies), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(None)


class Analyzer(proto.AnalyzerServicer):
    """Pulumi's analyzer protocol, over this package's policies."""

    def __init__(self, name: str, policies: Sequence[Judging]) -> None:
        others = [policy.name for policy in policies if not isinstance(policy, Judging)]
        if others:
            raise PackConfigError(
                f"serve {', '.join(others)} with pulumi_policy.PolicyPack instead"
            )
        self._name = name
        self._policies = policies
        self._config: Mapping[str, Mapping[str, Any]] = {}
        self._levels: Mapping[str, EnforcementLevel] = {}
        self._inputs: dict[str, frozenset[str]] = {}
        self._agendas: dict[str, _Agenda] = {}
        self._enabled = tuple(self._all_enabled())

    @answering
    def GetPluginInfo(self, request: Any, context: Any) -> proto.PluginInfo:
        """Say which version of the policy SDK this server stands in for."""
        return proto.PluginInfo(version=PROTOCOL)

    @answering
    def GetAnalyzerInfo(self, request: Any, context: Any) -> proto.AnalyzerInfo:
        """Describe the policies and their configuration."""
        return proto.AnalyzerInfo(
            name=self._name,
            version=_VERSION,
            supportsConfig=True,
            policies=[_described(policy) for policy in self._policies],
        )

    @answering
    def Configure(self, request: proto.ConfigureAnalyzerRequest, context: Any) -> Any:
        """Take over levels and parameters, by the names of the policies."""
        config = {
            name: json_format.MessageToDict(given.properties)
            for name, given in request.policyConfig.items()
        }
        check(self._policies, config)
        levels = {
            name: EnforcementLevel(proto.EnforcementLevel.Name(given.enforcementLevel).lower())
            for name, given in request.policyConfig.items()
        }
        for policy in self._policies:
            if isinstance(policy, LeftOut):
                policy.configure(levels)
            elif not isinstance(policy, Listing):
                policy.configure(config.get(policy.name, {}))
        self._config, self._levels = config, levels
        self._agendas = {}
        self._enabled = tuple(self._all_enabled())
        return empty_pb2.Empty()

    @answering
    def ConfigureStack(
        self, request: proto.AnalyzerStackConfigureRequest, context: Any
    ) -> proto.AnalyzerStackConfigureResponse:
        """Take nothing over: controls judge every stack alike."""
        return proto.AnalyzerStackConfigureResponse()

    @answering
    def Analyze(self, request: proto.AnalyzeRequest, context: Any) -> proto.AnalyzeResponse:
        """Run the resource policies over one resource."""
        self._inputs[request.urn] = frozenset(request.properties.fields)
        shown = requests.alone(request)
        left, asked = self._agenda(request.type)
        response = proto.AnalyzeResponse()
        response.CopyFrom(left)
        for policy, level in asked:
            reason = policy.judge(
                shown, self._configured(policy), self._reporter(policy, level, response)
            )
            if reason:
                response.not_applicable.append(_left(policy, reason))
        return response

    @answering
    def AnalyzeStack(
        self, request: proto.AnalyzeStackRequest, context: Any
    ) -> proto.AnalyzeResponse:
        """Run the stack policies over all resources."""
        program = requests.together(request.resources, self._inputs)
        asked = [(p, level) for p, level in self._enabled if not isinstance(p, OfResource)]
        looked_at = [policy.looks_at for policy, _ in asked if isinstance(policy, OfStack)]
        stack = program.stack(frozenset().union(*looked_at))
        response = proto.AnalyzeResponse()
        for policy, level in asked:
            policy.judge(stack, self._configured(policy), self._reporter(policy, level, response))
        return response

    @answering
    def Remediate(self, request: proto.AnalyzeRequest, context: Any) -> proto.RemediateResponse:
        """Change nothing: controls judge."""
        return proto.RemediateResponse()

    def _agenda(self, token: str) -> _Agenda:
        """Give what is to be done about a resource of a type.

        Of a hundred policies a few have something to say about it, so the rest of the answer is
        made once.
        """
        if token not in self._agendas:
            left, asked = proto.AnalyzeResponse(), []
            for policy, level in self._enabled:
                if isinstance(policy, OfResource):
                    reason = policy.leaves(token)
                    if reason:
                        left.not_applicable.append(_left(policy, reason))
                    else:
                        asked.append((policy, level))
            self._agendas[token] = left, asked
        return self._agendas[token]

    def _all_enabled(self) -> Iterable[_Enabled]:
        for policy in self._policies:
            level = self._level(policy)
            if level is EnforcementLevel.REMEDIATE:
                yield policy, EnforcementLevel.MANDATORY
            elif level is not EnforcementLevel.DISABLED:
                yield policy, level

    def _level(self, policy: Judging) -> EnforcementLevel:
        given = self._levels.get(policy.name)
        own = _level(policy)
        # What such a listing reports is no violation: `all` would stop the preview of every new
        # stack for what only AWS knows, or silence what a named policy could not see.
        lists = isinstance(policy, Listing) and own is EnforcementLevel.ADVISORY
        if given is None or (lists and given is self._levels.get(ALL)):
            return own
        return given

    def _configured(self, policy: Policy) -> Mapping[str, Any]:
        return self._config.get(policy.name, {})

    def _reporter(
        self, policy: Policy, level: EnforcementLevel, response: proto.AnalyzeResponse
    ) -> ReportViolation:
        def report(message: str, urn: str | None = None) -> None:
            response.diagnostics.append(
                proto.AnalyzeDiagnostic(
                    policyName=policy.name,
                    policyPackName=self._name,
                    policyPackVersion=_VERSION,
                    message=f"{policy.description}\n{message}",
                    urn=urn or "",
                    description=policy.description,
                    enforcementLevel=_wire_level(level),
                    severity=_wire_severity(policy.severity),
                )
            )

        return report


def _left(policy: Policy, reason: str) -> proto.PolicyNotApplicable:
    return proto.PolicyNotApplicable(policy_name=policy.name, reason=reason)


def _described(policy: Policy) -> proto.PolicyInfo:
    resource = isinstance(policy, ResourceValidationPolicy)
    described = proto.PolicyInfo(
        name=policy.name,
        description=policy.description,
        enforcementLevel=_wire_level(_level(policy)),
        policy_type=proto.POLICY_TYPE_RESOURCE if resource else proto.POLICY_TYPE_STACK,
        severity=_wire_severity(policy.severity),
        tags=policy.tags,
    )
    if policy.config_schema is not None:
        described.configSchema.properties.update(policy.config_schema.properties)
    if policy.framework is not None:
        described.framework.name = policy.framework.name or ""
        described.framework.reference = policy.framework.reference or ""
    return described


def _level(policy: Policy) -> EnforcementLevel:
    return policy.enforcement_level or EnforcementLevel.ADVISORY


def _wire_level(level: EnforcementLevel) -> proto.EnforcementLevel.ValueType:
    value: proto.EnforcementLevel.ValueType = proto.EnforcementLevel.Value(level.name)
    return value


def _wire_severity(severity: Severity | None) -> proto.PolicySeverity.ValueType:
    name = "UNSPECIFIED" if severity is None else severity.name
    value: proto.PolicySeverity.ValueType = proto.PolicySeverity.Value(f"POLICY_SEVERITY_{name}")
    return value
