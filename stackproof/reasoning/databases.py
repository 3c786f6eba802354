"""What RDS decides for kinds of databases by itself, and in which zones clusters stand."""

from __future__ import annotations

from stackproof.model import (
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.relations import all_referrers
from stackproof.types.database_features import SERVERLESS_V1, Feature, lacks

_V1 = "Aurora Serverless v1"


def zones_of_rds(cluster: Resource) -> str | None:
    """Say which RDS feature keeps a cluster in several zones without instances of one's own.

    Source: Amazon RDS User Guide, "Multi-AZ DB cluster deployments" (a writer and two readers in
    three zones); Amazon Aurora User Guide, "How Aurora Serverless v1 works" (automatic multi-AZ
    failover).
    """
    if cluster["db_cluster_instance_class"]:
        return "RDS keeps a Multi-AZ DB cluster in three zones"
    return f"{_V1} fails over to another zone by itself" if is_serverless_v1(cluster) else None


def is_serverless_v1(database: Resource) -> bool:
    """Tell whether a cluster has no instances that anybody could ask something of."""
    return database.text("engine_mode") == "serverless"


def without_feature(database: Resource, feature: Feature) -> str | None:
    """Say that a database's kind has no such feature, where it hasn't."""
    if feature in SERVERLESS_V1 and is_serverless_v1(database):
        return f"{_V1} has no {feature}"
    engine, class_ = (database.text(name) or "" for name in ("engine", "instance_class"))
    found = lacks(feature, engine, class_)
    return f"RDS offers no {feature} for {found}" if found else None


def if_offered(outcome: Outcome, database: Resource, feature: Feature) -> Outcome:
    """Give an outcome, if it isn't that somebody lacks what their kind of database lacks."""
    why = without_feature(database, feature) if isinstance(outcome, Fail) else None
    return NotApplicable(why) if why else outcome


def is_replica_in_region(instance: Resource) -> bool:
    """Tell whether an instance is a replica of one in its own region.

    Such a source is named, one in another region is written as an ARN. Source: Amazon RDS API
    Reference, "CreateDBInstanceReadReplica", SourceDBInstanceIdentifier.
    """
    source = instance.text("replicate_source_db")
    return bool(source) and not str(source).startswith("arn:")


def zones_of_instances(cluster: Resource, stack: Stack, type_: str) -> set[str]:
    """Give the zones with instances; raise UnresolvedError when only unseen ones could be more.

    Where the program names no zone AWS chooses it.
    """
    instances = all_referrers(cluster, stack, type_, "cluster_identifier")
    placed = [instance.raw("availability_zone") for instance in instances]
    zones = {zone for zone in placed if isinstance(zone, str)}
    if len(zones) < 2 <= len(instances):
        for zone in placed:
            if not isinstance(zone, str):
                lost = zone if isinstance(zone, Unknown) else Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
                raise UnresolvedError(lost.at("availability_zone"))
    return zones
