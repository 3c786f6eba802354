"""Outputs that several blueprints put out in the same way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infra.components.alarms import Alarm
from infra.components.audit_trail import AuditTrail
from infra.components.dns import PublicName
from infra.components.keys import EncryptionKey
from infra.components.load_balancer import LoadBalancer
from infra.components.network import Network
from infra.settings.config import settings_output
from infra.settings.environments import EnvironmentConfig
from infra.settings.parts import BlueGreenSettings, ServiceSettings
from infra.site import Site

__all__ = [
    "account_wide",
    "alarms",
    "audit",
    "front_door",
    "identity",
    "keys",
    "network",
    "tasks",
]


def identity(blueprint: str, stack: str, config: EnvironmentConfig, site: Site) -> dict[str, Any]:
    """Say which stack this is; by project and environment its resources are found."""
    return {
        "project": config.project,
        "environment": str(config.environment),
        "stack": stack,
        "blueprint": blueprint,
        "region": site.region,
        "account_id": site.account_id,
        "settings": settings_output(config),
    }


def network(made: Network, *, isolated: str | None = None) -> dict[str, Any]:
    """Name a network; `isolated` is what the system calls its subnets without a way out."""
    flat: dict[str, Any] = {
        "vpc_id": made.vpc.id,
        "vpc_cidr": made.vpc.cidr_block,
        "availability_zones": list(made.zones),
        "public_subnet_ids": [subnet.id for subnet in made.public_subnets],
        "private_subnet_ids": [subnet.id for subnet in made.private_subnets],
        "internet_gateway_id": made.internet_gateway.id,
        "nat_gateway_ids": [gateway.id for gateway in made.nat_gateways],
        "public_route_table_ids": [made.public_route_table.id],
        "private_route_table_ids": [table.id for table in made.private_route_tables],
    }
    if isolated is not None:
        flat |= {
            f"{isolated}_subnet_ids": [subnet.id for subnet in made.database_subnets],
            f"{isolated}_route_table_ids": [table.id for table in made.database_route_tables],
        }
    return flat


def front_door(alb: LoadBalancer, public_name: PublicName) -> dict[str, Any]:
    """Name a load balancer that serves HTTPS, and the name that it answers.

    A hosted zone that the stack was told is another's: it is named by its records only.
    """
    own = public_name.own_zone
    return {
        **({} if own is None else {"hosted_zone_id": own.zone_id}),
        "alb_arn": alb.load_balancer.arn,
        "alb_name": alb.load_balancer.name,
        "alb_dns_name": alb.load_balancer.dns_name,
        "http_listener_arn": alb.http_listener.arn,
        "https_listener_arn": alb.https_listener.arn,
        "domain_name": public_name.domain_name,
        "dns_record_ids": [record.id for record in public_name.records],
        "certificate_arn": public_name.certificate_arn,
        "service_url": f"https://{public_name.domain_name}",
    }


def keys(by_concern: Mapping[str, EncryptionKey | None]) -> dict[str, Any]:
    """Name the encryption keys that there are."""
    flat: dict[str, Any] = {}
    for concern, key in by_concern.items():
        if key is not None:
            flat[f"{concern}_kms_key_arn"] = key.key.arn
            flat[f"{concern}_kms_key_id"] = key.key.key_id
    return flat


def alarms(made: Sequence[Alarm]) -> dict[str, Any]:
    """Name the alarms, and say of each as JSON when it goes off and what it does then."""
    return {
        "alarm_names": [alarm.made.name for alarm in made],
        "alarm_settings": {alarm.name: alarm.settings for alarm in made},
    }


def tasks(name: str, settings: ServiceSettings | BlueGreenSettings) -> dict[str, Any]:
    """Say what a service's tasks are started from, how large they are, and where they answer."""
    return {
        f"{name}_image": settings.image,
        f"{name}_command_sha256": _digest(json.dumps(settings.command)),
        f"{name}_cpu": settings.task.cpu,
        f"{name}_memory": settings.task.memory,
        f"{name}_port": settings.port,
        f"{name}_health_path": settings.health_path,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def audit(own: AuditTrail | None, named: str | None) -> dict[str, Any]:
    """Name the trail that records what is done: the stack's own, or the account's."""
    if own is None:
        return {"audit_trail_arn": named}
    return {
        "audit_trail_arn": own.trail.arn,
        "audit_bucket_name": own.bucket.bucket.id,
        "audit_log_group_name": own.log_group.name,
    }


def account_wide(named: Iterable[str | None]) -> dict[str, Any]:
    """Name what a stack relies on and doesn't own, because an account has it once."""
    shared = [name for name in named if name]
    return {"account_wide": shared} if shared else {}
