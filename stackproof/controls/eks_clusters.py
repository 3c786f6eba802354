"""Clusters of Kubernetes: who reaches their API and their nodes, and what is written down."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.model.parameter import Several, Texts
from stackproof.reasoning.addresses import is_internet
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import EKS_CLUSTER, EKS_NODE_GROUP, KMS_KEY

_ANYWHERE = "0.0.0.0/0"
CLUSTER = Given(
    EKS_CLUSTER,
    {
        "name": "payments",
        "enabled_cluster_log_types": ["api", "audit"],
        "encryption_config": {
            "provider": {"key_arn": Ref("key", "arn")},
            "resources": ["secrets"],
        },
        "vpc_config": {"endpoint_private_access": True, "endpoint_public_access": False},
    },
    (Neighbour("key", KMS_KEY, {"description": "secrets of Kubernetes"}),),
)
_PUBLIC = Change("vpc_config.endpoint_public_access", True)


@control(
    "eks-endpoint-not-public",
    title="The API of clusters is not open to the internet",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=EKS_CLUSTER,
    frameworks={Framework.PCI: ("1.3.1", "1.4.4"), Framework.NIST: ("AC-4(21)", "SC-7")},
    in_part={Framework.FSBP: ("EKS.1",)},
    cases=Cases(
        passing=CLUSTER,
        failing=(
            _PUBLIC,
            Remove("vpc_config.endpoint_public_access"),
            Remove("vpc_config"),
            (_PUBLIC, Change("vpc_config.public_access_cidrs", ["198.51.100.0/24", _ANYWHERE])),
            (_PUBLIC, Change("vpc_config.public_access_cidrs", ["::/0"])),
        ),
        unknown=(
            Hide("vpc_config"),
            Hide("vpc_config.endpoint_public_access"),
            (_PUBLIC, Change("vpc_config.public_access_cidrs", ["nowhere"])),
        ),
        also_passing=((_PUBLIC, Change("vpc_config.public_access_cidrs", ["198.51.100.0/24"])),),
    ),
)
def endpoint_not_public(cluster: Resource) -> Outcome:
    """It is by default, for everybody: a stolen token, or a fault of the API, is enough then.

    Source: Amazon EKS API Reference, VpcConfigRequest.
    """
    if cluster.get("vpc_config.endpoint_public_access") is False:
        return Pass()
    path = "vpc_config.public_access_cidrs"
    ranges = cluster.values(path) or [_ANYWHERE]
    open_ = [range_ for range_ in ranges if is_internet(str(range_))]
    if not open_:
        return Pass()
    return Fail(
        path,
        "endpoint_public_access: false, or ranges of one's own",
        open_,
        "Set vpc_config.endpoint_public_access to false, or name the ranges of administrators.",
    )


@control(
    "eks-audit-logs",
    title="Clusters log who asked their API for what",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=EKS_CLUSTER,
    frameworks={
        Framework.FSBP: ("EKS.8",),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=CLUSTER,
        failing=(
            Change("enabled_cluster_log_types", ["api", "scheduler"]),
            Change("enabled_cluster_log_types", []),
            Remove("enabled_cluster_log_types"),
        ),
        unknown=(Hide("enabled_cluster_log_types"), Hide("enabled_cluster_log_types.1")),
    ),
)
def audit_logs(
    cluster: Resource,
    *,
    types: Annotated[
        tuple[str, ...],
        Texts(
            "kinds of logs",
            choices=("api", "audit", "authenticator", "controllerManager", "scheduler"),
            fewest=1,
        ),
    ] = ("audit",),
) -> Outcome:
    """No log is on by default; without that of audits nobody knows who read a secret."""
    path = "enabled_cluster_log_types"
    on = cluster.values(path)
    if {*types} <= {*on}:
        return Pass()
    return Fail(path, ", ".join(types), on, f"Add {', '.join(types)} to {path}.")


@control(
    "eks-secrets-customer-key",
    title="Clusters encrypt the secrets of Kubernetes with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=EKS_CLUSTER,
    needs=KEY_TYPES,
    frameworks={
        Framework.FSBP: ("EKS.3",),
        Framework.PCI: ("3.5.1", "8.3.2"),
        Framework.NIST: ("SC-12", "SC-28(1)"),
    },
    cases=Cases(
        passing=CLUSTER,
        failing=(
            Remove("encryption_config"),
            Change("encryption_config.resources", []),
        ),
        unknown=(Hide("encryption_config"), Hide("encryption_config.provider.key_arn")),
        absent=(Without("key"),),
    ),
)
def secrets_key(cluster: Resource, stack: Stack) -> Outcome:
    """From version 1.28 on AWS encrypts them with its own key, which nobody can take away.

    Source: Amazon EKS User Guide, "Default envelope encryption for all Kubernetes API Data".
    """
    block = next(cluster.blocks("encryption_config"), None)
    if block is None or "secrets" not in block.values("resources"):
        return Fail(
            "encryption_config",
            "a customer managed KMS key for secrets",
            None,
            'Set encryption_config with provider.key_arn and resources ["secrets"].',
        )
    return customer_key(cluster, stack, "encryption_config.provider.key_arn")


NODES = Given(
    EKS_NODE_GROUP,
    {
        "cluster_name": "payments",
        "scaling_config": {"desired_size": 3, "min_size": 2, "max_size": 6},
        "remote_access": {"ec2_ssh_key": "ops", "source_security_group_ids": ["sg-1"]},
    },
)


@control(
    "eks-nodes-no-open-ssh",
    title="Node groups do not open SSH to the internet",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=EKS_NODE_GROUP,
    frameworks={Framework.PCI: ("1.3.1",), Framework.NIST: ("AC-4(21)", "SC-7")},
    cases=Cases(
        passing=NODES,
        failing=(
            Remove("remote_access.source_security_group_ids"),
            Change("remote_access.source_security_group_ids", []),
        ),
        unknown=(
            Hide("remote_access"),
            Hide("remote_access.ec2_ssh_key"),
            Hide("remote_access.source_security_group_ids"),
        ),
        not_applicable=(Remove("remote_access"), Change("remote_access", {})),
    ),
)
def nodes_no_open_ssh(nodes: Resource) -> Outcome:
    """With a key and no group AWS opens port 22 to every address.

    Source: Amazon EKS API Reference, RemoteAccessConfig, sourceSecurityGroups.
    """
    if not nodes.get("remote_access.ec2_ssh_key"):
        return NotApplicable("no SSH key, so no way in")
    path = "remote_access.source_security_group_ids"
    if nodes.values(path):
        return Pass()
    return Fail(path, "groups that may log in", None, f"Set {path}, or leave remote_access out.")


@control(
    "eks-nodes-several",
    title="Node groups keep at least two nodes",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=EKS_NODE_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=NODES,
        failing=(Change("scaling_config.min_size", 1), Change("scaling_config.min_size", 0)),
        unknown=(Hide("scaling_config"), Hide("scaling_config.min_size")),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def several_nodes(nodes: Resource, *, minimum: Several = 2) -> Outcome:
    """With its only node everything that ran on it stands still until another one is up."""
    return at_least(
        nodes, "scaling_config.min_size", minimum, fix=f"Set scaling_config.min_size to {minimum}."
    )
