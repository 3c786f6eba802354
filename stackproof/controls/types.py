"""The Pulumi type tokens that controls name."""

from __future__ import annotations

from typing import Final

RDS_CLUSTER: Final = "aws:rds/cluster:Cluster"
RDS_CLUSTER_INSTANCE: Final = "aws:rds/clusterInstance:ClusterInstance"
RDS_SUBNET_GROUP: Final = "aws:rds/subnetGroup:SubnetGroup"
SUBNET: Final = "aws:ec2/subnet:Subnet"
