"""Resource Groups Tagging API: kinds of resource that moto leaves out or misnames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stackproof.embedded.overlay.registry import patches

if TYPE_CHECKING:
    from moto.core.resource_tagging import TaggedResource

Found = Iterator[tuple[str, str, Mapping[str, str]]]  # kind, ARN, tags


@patches("resourcegroupstaggingapi")
def list_every_kind() -> None:
    """Let GetResources list each kind that AWS lists, with AWS's names for it.

    AWS: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
    """
    from moto.resourcegroupstaggingapi import models

    tagging: Any = models
    original = tagging.iter_taggable_backends

    def with_missing_kinds(account: str, region: str) -> Iterator[Any]:
        for backend in original(account, region):
            yield _Corrected(backend, region)
        yield from _missing(account, region)

    tagging.iter_taggable_backends = with_missing_kinds


class _Corrected:
    """A backend of moto's whose resources are listed as AWS lists them."""

    def __init__(self, backend: Any, region: str) -> None:
        self._backend = backend
        self._region = region

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """List what has tags and belongs to the region."""
        for resource in self._backend.iter_tagged_resources():
            resource.extra.pop("include_untagged", None)  # AWS lists what is or was tagged
            if resource.resource_type == "s3:bucket":
                bucket = self._backend.buckets[resource.arn.rpartition(":")[2]]
                if bucket.region_name != self._region:
                    continue
            kind, part = _RENAMED.get(resource.resource_type, (resource.resource_type, None))
            if part:
                old = resource.resource_type.partition(":")[2]
                resource.arn = resource.arn.replace(f":{old}/", f":{part}/")
            resource.resource_type = kind
            yield resource


_RENAMED: dict[str, tuple[str, str | None]] = {
    "ec2:flow-logs": ("ec2:vpc-flow-log", "vpc-flow-log"),
    "elasticache:cache_clusters": ("elasticache:cluster", None),
    "elasticache:cache_subnet_groups": ("elasticache:subnetgroup", None),
    "elasticache:replication-group": ("elasticache:replicationgroup", None),
    "elasticache:snapshots": ("elasticache:snapshot", None),
    "elasticache:users": ("elasticache:user", None),
}


class _Listed:
    """Resources of a kind that moto doesn't offer to its tagging service."""

    def __init__(self, found: Iterable[tuple[str, str, Mapping[str, str]]]) -> None:
        self._found = found

    def owns_arn(self, _: str) -> bool:
        """Leave tagging itself to the services' own operations."""
        return False

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """List the resources."""
        from moto.core.resource_tagging import TaggedResource

        for kind, arn, tags in self._found:
            yield TaggedResource(arn=arn, tags=dict(tags), resource_type=kind)


def _missing(account: str, region: str) -> Iterator[_Listed]:
    from moto.core.base_backend import BackendDict

    # Services that nobody has called yet have nothing to list, and needn't be imported.
    registry: Any = BackendDict
    for backends in list(registry._instances):
        lister = _LISTERS.get(backends.service_name)
        if lister and account in backends:
            regions = backends[account]
            backend = regions[region] if region in regions.regions else regions.get("aws")
            if backend is not None:
                yield _Listed(lister(backend, account, region))


def _ec2(backend: Any, account: str, region: str) -> Found:
    prefix = f"arn:aws:ec2:{region}:{account}"
    groups = (group for vpc in backend.groups.values() for group in vpc.values())
    rules = [r for g in groups for r in (*g.ingress_rules, *g.egress_rules)]
    kinds: dict[str, Iterable[str | None]] = {
        "elastic-ip": [address.allocation_id for address in backend.addresses],
        "vpc-endpoint": [e.id for e in backend.vpc_end_points.values() if e.state != "deleted"],
        "network-acl": list(backend.network_acls),
        "launch-template": list(backend.launch_templates),
        "security-group-rule": [rule.id for rule in rules],
    }
    for kind, ids in kinds.items():
        for resource_id in ids:
            yield f"ec2:{kind}", f"{prefix}:{kind}/{resource_id}", backend.tags.get(resource_id, {})


def _elbv2(backend: Any, _account: str, _region: str) -> Found:
    tags = backend.tagging_service.get_tag_dict_for_resource
    for balancer in backend.load_balancers.values():
        for listener in balancer.listeners.values():
            yield "elasticloadbalancing:listener", listener.arn, tags(listener.arn)
            for rule in listener.rules.values():
                yield "elasticloadbalancing:listener-rule", rule.arn, tags(rule.arn)


def _rds(backend: Any, _account: str, _region: str) -> Found:
    kinds: dict[str, Mapping[str, Any]] = {
        "cluster-pg": backend.db_cluster_parameter_groups,
        "pg": backend.db_parameter_groups,
        "subgrp": backend.subnet_groups,
        "og": backend.option_groups,
        "es": backend.event_subscriptions,
    }
    for kind, things in kinds.items():
        for thing in things.values():
            tags = {tag["Key"]: tag["Value"] for tag in thing.get_tags()}
            yield f"rds:{kind}", thing.arn, tags


def _wafv2(backend: Any, account: str, region: str) -> Found:
    held = [backend]
    if region == "us-east-1":  # where what protects CloudFront is, which moto keeps apart
        from moto.wafv2.models import GLOBAL_REGION, wafv2_backends

        held.append(wafv2_backends[account][GLOBAL_REGION])
    for tagged in held:
        tags = tagged.tagging_service.get_tag_dict_for_resource
        for kind, things in (("webacl", tagged.wacls), ("ipset", tagged.ip_sets)):
            for arn in things:
                yield f"wafv2:{kind}", arn, tags(arn)


def _guardduty(backend: Any, account: str, region: str) -> Found:
    for detector in backend.detectors.values():
        arn = f"arn:aws:guardduty:{region}:{account}:detector/{detector.id}"
        yield "guardduty:detector", arn, detector.tags


def _route53(backend: Any, _account: str, region: str) -> Found:
    if region == "us-east-1":  # where AWS lists global resources
        for zone in backend.zones:
            arn = f"arn:aws:route53:::hostedzone/{zone}"
            yield "route53:hostedzone", arn, backend.resource_tags.get(zone, {})
        for check in backend.health_checks:
            arn = f"arn:aws:route53:::healthcheck/{check}"
            yield "route53:healthcheck", arn, backend.resource_tags.get(check, {})


def _backup(backend: Any, _account: str, _region: str) -> Found:
    for plan in backend.plans.values():
        yield "backup:backup-plan", plan.backup_plan_arn, backend.list_tags(plan.backup_plan_arn)


def _scalable_targets(backend: Any, _account: str, _region: str) -> Found:
    for dimension in backend.targets.values():
        for target in dimension.values():
            yield (
                "application-autoscaling:scalable-target",
                target.arn,
                getattr(target, "stackproof_tags", {}),
            )


def _ecr(backend: Any, _account: str, _region: str) -> Found:
    for repository in backend.repositories.values():
        tags = backend.tagger.get_tag_dict_for_resource(repository.arn)
        yield "ecr:repository", repository.arn, tags


def _codecommit(backend: Any, _account: str, _region: str) -> Found:
    for repository in backend.repositories.values():
        arn = repository.repository_metadata["Arn"]
        yield "codecommit:repository", arn, getattr(repository, "stackproof_tags", {})


def _codebuild(backend: Any, _account: str, _region: str) -> Found:
    for project in backend.codebuild_projects.values():
        tags = project.project_metadata.get("tags") or ()
        yield "codebuild:project", project.arn, {tag["key"]: tag["value"] for tag in tags}


def _codepipeline(backend: Any, _account: str, _region: str) -> Found:
    for pipeline in backend.pipelines.values():
        yield "codepipeline:pipeline", pipeline.metadata["pipelineArn"], pipeline.tags


def _apigateway(backend: Any, _account: str, region: str) -> Found:
    prefix = f"arn:aws:apigateway:{region}::"
    for api in backend.apis.values():
        arn = f"{prefix}/restapis/{api.id}"
        yield "apigateway:restapis", arn, api.tags or {}
        for stage in api.stages.values():
            yield "apigateway:stages", f"{arn}/stages/{stage.name}", stage.tags or {}
    for plan in backend.usage_plans.values():
        yield "apigateway:usageplans", f"{prefix}/usageplans/{plan.id}", plan.tags or {}
    for key in backend.keys.values():
        yield "apigateway:apikeys", f"{prefix}/apikeys/{key.id}", key.tags or {}


def _apigatewayv2(backend: Any, _account: str, _region: str) -> Found:
    for api in backend.apis.values():
        yield "apigateway:apis", api.arn, backend.get_tags(api.arn)
        for stage in api.stages.values():
            yield "apigateway:stages", f"{api.arn}/stages/{stage.name}", stage.tags


def _events(backend: Any, _account: str, _region: str) -> Found:
    for bus in backend.event_buses.values():
        for rule in bus.rules.values():
            yield "events:rule", rule.arn, backend.tagger.get_tag_dict_for_resource(rule.arn)


def _cloudtrail(backend: Any, _account: str, _region: str) -> Found:
    for trail in backend.trails.values():
        tags = backend.tagging_service.get_tag_dict_for_resource(trail.arn)
        yield "cloudtrail:trail", trail.arn, tags


def _config(backend: Any, _account: str, _region: str) -> Found:
    for rule in backend.config_rules.values():
        yield "config:config-rule", rule.config_rule_arn, rule.tags


def _kinesis(backend: Any, _account: str, _region: str) -> Found:
    for stream in backend.streams.values():
        yield "kinesis:stream", stream.arn, stream.tags


def _lambda(backend: Any, _account: str, _region: str) -> Found:
    for mapping in backend._event_source_mappings.values():
        yield "lambda:event-source-mapping", mapping.arn, mapping.tags


def _stepfunctions(backend: Any, _account: str, _region: str) -> Found:
    for arn in backend.activities:
        yield "states:activity", arn, backend.tagger.get_tag_dict_for_resource(arn)


_LISTERS: dict[str, Callable[[Any, str, str], Found]] = {
    "backup": _backup,
    "ec2": _ec2,
    "elbv2": _elbv2,
    "rds": _rds,
    "wafv2": _wafv2,
    "events": _events,
    "guardduty": _guardduty,
    "kinesis": _kinesis,
    "lambda": _lambda,
    "route53": _route53,
    "stepfunctions": _stepfunctions,
    "apigateway": _apigateway,
    "apigatewayv2": _apigatewayv2,
    "application-autoscaling": _scalable_targets,
    "cloudtrail": _cloudtrail,
    "codebuild": _codebuild,
    "config": _config,
    "codecommit": _codecommit,
    "codepipeline": _codepipeline,
    "ecr": _ecr,
}
