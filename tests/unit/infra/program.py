"""Run the whole Pulumi program under mocks, without network, and record what it declares."""

from __future__ import annotations

import asyncio
import json
import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, proto, rpc, settings, stack

from stackproof.embedded.project import find_project
from stackproof.embedded.project import stack_config as read_stack_config
from stackproof.types.wire import from_wire, python_name

ROOT = Path(__file__).resolve().parents[3]
PROJECT = "stackproof"
ACCOUNT = "123456789012"
PROVIDER = "pulumi:providers:aws"
STACK = "pulumi:pulumi:Stack"
TOKEN = "drawn-at-random-by-secrets-manager"


@dataclass(frozen=True)
class Declared:
    """One resource as the program registered it; inputs by their Python names."""

    type: str
    name: str
    inputs: dict[str, Any]
    region: str
    custom: bool = True
    ignore_changes: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    secret_inputs: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> Any:
        return self.inputs[key]

    def policy(self, key: str = "policy") -> list[dict[str, Any]]:
        """Return the statements of an IAM policy document."""
        statements: list[dict[str, Any]] = json.loads(self.inputs[key])["Statement"]
        return statements


@dataclass
class Deployment:
    """All that one run of the program declared and put out."""

    resources: list[Declared] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    secret_outputs: set[str] = field(default_factory=set)
    # The same resources as the engine shows them to a policy pack.
    shown: list[proto.AnalyzerResource] = field(default_factory=list, repr=False)

    def all(self, type_: str) -> list[Declared]:
        """Give the resources of a type by name: threads register them in any order."""
        found = [resource for resource in self.resources if resource.type == type_]
        return sorted(found, key=lambda resource: resource.name)

    def only(self, type_: str, name: str | None = None) -> Declared:
        found = [r for r in self.all(type_) if name is None or r.name == name]
        assert len(found) == 1, f"{len(found)} of {type_} {name}: {[r.name for r in found]}"
        return found[0]

    @property
    def custom(self) -> list[Declared]:
        return [resource for resource in self.resources if resource.custom]


class FakeAws(mocks.Mocks):
    """Answers with made-up but well-formed ids, ARNs and endpoints.

    With `nothing_known` it answers like a preview of a new stack: with what was asked for only.
    """

    def __init__(self, region: str, zones: str = "abcdef", *, nothing_known: bool = False) -> None:
        self.region = region
        self.zones = [f"{region}{letter}" for letter in zones]
        self.nothing_known = nothing_known
        self._elsewhere: dict[str, str] = {}

    def region_of(self, provider: str) -> str:
        """Return the region of a provider that the program made, else its default one."""
        return (
            self._elsewhere.get(provider.split("::")[-2], self.region) if provider else self.region
        )

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getPartition:getPartition": {"partition": "aws"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": self.zones},
            "aws:secretsmanager/getRandomPassword:getRandomPassword": {"randomPassword": TOKEN},
        }
        return answers[args.token], []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if not args.custom:
            return None, {}
        if args.typ == PROVIDER:
            self._elsewhere[args.name] = args.inputs["region"]
        if self.nothing_known:
            return "", args.inputs
        service, kind = args.typ.split(":")[1].split("/")[0], args.typ.rpartition(":")[2]
        prefix = args.inputs.get("namePrefix")
        physical = f"{prefix}Ab12Cd" if prefix else args.inputs.get("name") or args.name
        region = self.region_of(args.provider or "")
        arn = f"arn:aws:{service}:{region}:{ACCOUNT}:{kind.lower()}/{physical}"
        if kind == "Bucket":
            arn = f"arn:aws:s3:::{args.inputs['bucket']}"
        secrets = f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret"
        computed = {
            "arn": arn,
            "name": f"{physical}",
            "keyId": f"{kind}-{args.name}",
            "zoneId": f"Z{args.name.upper()}",
            "allocationId": f"eipalloc-{args.name}",
            "dnsName": f"{args.name}.elb.amazonaws.com",
            "arnSuffix": f"{kind.lower()}/{physical}/0123456789abcdef",
            "fqdn": f"{args.name}.example.com",
            "endpoint": f"{args.name}.cluster.rds.amazonaws.com",
            "readerEndpoint": f"{args.name}.cluster-ro.rds.amazonaws.com",
            "address": f"{args.name}.rds.amazonaws.com",
            "clusterResourceId": "cluster-RESOURCE",
            "resourceId": "db-RESOURCE",
            "latestVersion": 1,
            "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{physical}",
            "cloneUrlHttp": f"https://git-codecommit.{region}.amazonaws.com/v1/repos/{physical}",
            "invokeArn": f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}"
            "/invocations",
            "executionArn": f"arn:aws:execute-api:{region}:{ACCOUNT}:{kind}-{args.name}",
            "apiEndpoint": f"https://{args.name}.execute-api.{region}.amazonaws.com",
            "invokeUrl": f"https://{args.name}.execute-api.{region}.amazonaws.com/",
            "masterUserSecrets": [{"secretArn": f"{secrets}:rds!cluster-database"}],
            "primaryEndpointAddress": f"{args.name}.cache.amazonaws.com",
            "domainValidationOptions": [
                {
                    "resourceRecordName": "_proof.example.com",
                    "resourceRecordType": "CNAME",
                    "resourceRecordValue": "_value.acm-validations.aws",
                }
            ],
        }
        return f"{kind}-{args.name}", {**computed, **args.inputs}


class Recorder(mocks.MockMonitor):
    """A monitor that remembers registrations and the stack's outputs, secrets and all."""

    def __init__(self, fake: FakeAws) -> None:
        super().__init__(fake)
        self.fake = fake
        self.deployment = Deployment()

    def RegisterResource(self, request: Any) -> Any:
        if request.type not in (STACK, PROVIDER):
            plain = rpc.deserialize_properties(request.object, keep_unknowns=True)
            self.deployment.resources.append(
                Declared(
                    type=request.type,
                    name=request.name,
                    inputs=from_wire(request.type, _without_secrets(plain)),
                    region=self.fake.region_of(request.provider),
                    custom=request.custom,
                    ignore_changes=tuple(request.ignoreChanges),
                    depends_on=tuple(request.dependencies),
                    secret_inputs=frozenset(
                        python_name(request.type, key)
                        for key, value in plain.items()
                        if rpc.is_rpc_secret(value)
                    ),
                )
            )
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.custom and request.type != PROVIDER:
            region = self.fake.region_of(request.provider)
            self.deployment.shown.append(_shown(request, response.urn, region))
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:
        # A component's URN names its parent's type, the stack's, before its own.
        if request.urn.split("::")[2] == STACK:
            plain = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
            self.deployment.outputs = _without_secrets(plain)
            self.deployment.secret_outputs = {
                key for key, value in plain.items() if rpc.is_rpc_secret(value)
            }
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _shown(request: Any, urn: str, region: str) -> proto.AnalyzerResource:
    provider = proto.AnalyzerProviderResource(type=PROVIDER, urn=f"{urn}::provider", name="aws")
    provider.properties.update({"region": region})
    return proto.AnalyzerResource(
        urn=urn,
        type=request.type,
        name=request.name,
        properties=request.object,
        provider=provider,
        propertyDependencies={
            name: proto.AnalyzerPropertyDependencies(urns=dependencies.urns)
            for name, dependencies in request.propertyDependencies.items()
        },
    )


def _without_secrets(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return _without_secrets(rpc.unwrap_rpc_secret(value))
    if isinstance(value, Mapping):
        return {key: _without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value


def stack_config(stack_name: str) -> dict[str, str]:
    """Return the configuration that a stack's own file holds, as Pulumi hands it on."""
    return read_stack_config(find_project(ROOT), stack_name)


def changed_config(stack_name: str, changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return a stack's own configuration with other values of some keys; `None` removes one."""
    config = stack_config(stack_name)
    for key, value in changes.items():
        full_key = key if ":" in key else f"{PROJECT}:{key}"
        config.pop(full_key, None)
        if value is not None:
            config[full_key] = value
    return config


def configure(stack_name: str, config: Mapping[str, str], secret_keys: Sequence[str] = ()) -> None:
    """Make a configuration the current one, as Pulumi does before it runs a program."""
    pulumi.runtime.configure(pulumi.runtime.Settings(project=PROJECT, stack=stack_name))
    pulumi.runtime.set_all_config(dict(config), list(secret_keys))


def run_program(
    stack_name: str,
    config: Mapping[str, str] | None = None,
    *,
    secret_keys: Sequence[str] = (),
    zones: str = "abcdef",
    preview: bool = False,
    into: Deployment | None = None,
) -> Deployment:
    """Run `infra/` as Pulumi does; raises what the program raises.

    `zones` are the letters of the region's availability zones; `into` keeps what was declared
    before the program failed. A preview knows nothing that AWS would decide.
    """
    chosen = stack_config(stack_name) if config is None else config
    # One loop for everything: `set_mocks` already schedules the registration of a stack.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    region = chosen.get("aws:region", "us-east-1")
    fake = FakeAws(region, zones, nothing_known=preview)
    monitor = Recorder(fake)
    settings.set_root_resource(None)  # type: ignore[arg-type]
    mocks.set_mocks(fake, PROJECT, stack_name, preview=preview, monitor=monitor)
    monitor.deployment = Deployment() if into is None else into
    settings.set_root_resource(None)  # type: ignore[arg-type]
    pulumi.runtime.set_all_config(dict(chosen), list(secret_keys))

    def program() -> None:
        runpy.run_path(str(ROOT / "infra"), run_name="__main__")

    try:
        loop.run_until_complete(stack.run_in_stack(program))
    finally:
        loop.close()
    return monitor.deployment


@cache
def declared(stack_name: str) -> Deployment:
    """What the program declares for a stack as its own file configures it; run once."""
    return run_program(stack_name)


def refusal(
    stack_name: str, changes: Mapping[str, str | None], **options: Any
) -> tuple[list[str], Deployment]:
    """Run a program whose configuration is changed for the worse; `None` removes a key.

    Returns the sentences it refuses with, and what it declared before that (nothing, we hope).
    """
    declared = Deployment()
    with pytest.raises(pulumi.RunError) as caught:
        run_program(stack_name, changed_config(stack_name, changes), into=declared, **options)
    return str(caught.value).splitlines(), declared
