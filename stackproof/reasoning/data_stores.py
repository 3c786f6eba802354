"""Databases and caches: the port that each listens on, and the hosts that programs know it by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stackproof.model import LEFT_TO_AWS, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.effective import stated
from stackproof.reasoning.once import once
from stackproof.types.tokens import (
    DOCDB_CLUSTER,
    EFS_MOUNT_TARGET,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    NEPTUNE_CLUSTER,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_INSTANCE,
    REDSHIFT_CLUSTER,
)

# By type, the properties that hold its hosts. An instance of a cluster stands where that does.
_HOSTS: Final[Mapping[str, tuple[str, ...]]] = {
    RDS_INSTANCE: ("address", "endpoint"),
    RDS_CLUSTER: ("endpoint", "reader_endpoint"),
    RDS_CLUSTER_INSTANCE: ("endpoint",),
    ELASTICACHE_REPLICATION_GROUP: (
        "primary_endpoint_address",
        "reader_endpoint_address",
        "configuration_endpoint_address",
    ),
    ELASTICACHE_CLUSTER: ("cluster_address", "configuration_endpoint"),
}
STORE_TYPES: Final = tuple(_HOSTS)
# What is neither a database of RDS nor a cache of ElastiCache listens on this port unless another
# one is said, if one can be. Sources: Amazon EFS User Guide, "Using VPC security groups"; Amazon
# OpenSearch Service Developer Guide, "Launching your domains within a VPC"; Amazon DocumentDB
# Developer Guide and Amazon Neptune User Guide, CreateDBCluster; Amazon Redshift API Reference,
# CreateCluster, Port.
_BY_TYPE: Final[Mapping[str, int]] = {
    DOCDB_CLUSTER: 27017,
    EFS_MOUNT_TARGET: 2049,
    NEPTUNE_CLUSTER: 8182,
    OPENSEARCH_DOMAIN: 443,
    REDSHIFT_CLUSTER: 5439,
}
# What an engine's name begins with, and its port by default. Sources: Amazon RDS API Reference,
# CreateDBInstance and CreateDBCluster, Port; Amazon ElastiCache API Reference, CreateCacheCluster.
_PORTS: Final = (
    ("aurora-postgresql", 5432),
    ("aurora", 3306),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("postgres", 5432),
    ("custom-oracle", 1521),
    ("oracle", 1521),
    ("custom-sqlserver", 1433),
    ("sqlserver", 1433),
    ("db2", 50000),
    ("redis", 6379),
    ("valkey", 6379),
    ("memcached", 11211),
)
_HOST: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def port_of(store: Resource) -> int:
    """Give the port that a database, cache or file system listens on.

    Raises UnresolvedError when it isn't said and the engine doesn't tell.
    """
    store = stated(store)
    port = store.number("port")
    if port is not None:
        return int(port)
    if store.type in _BY_TYPE:
        return _BY_TYPE[store.type]
    # A replication group is of Redis unless it says otherwise.
    engine = store.text("engine") or (
        "redis" if store.type == ELASTICACHE_REPLICATION_GROUP else ""
    )
    for beginning, port in _PORTS:
        if engine.startswith(beginning):
            return port
    raise UnresolvedError(Unknown(Cause.UNREADABLE, "port", f"the port of engine {engine!r}"))


def named_in(text: str, stack: Stack) -> Iterator[Resource]:
    """Give the databases and caches of the stack whose hosts stand in a text.

    Raises UnresolvedError when one of AWS's hosts may be that of something not seen.
    """
    known, hidden = once(stack, "hosts of data stores", lambda: _by_host(stack))
    for host in dict.fromkeys(found.lower() for found in _HOST.findall(text)):
        if host in known:
            yield known[host]
        elif hidden is not None and host.endswith((".amazonaws.com", ".amazonaws.com.cn")):
            raise UnresolvedError(hidden)


def referred_to(holder: Resource, name: str, stack: Stack) -> Iterator[Resource]:
    """Give the databases and caches of the stack that a property was computed from."""
    for urn in holder.references.get(name, ()):
        for type_ in STORE_TYPES:
            found = stack.find(urn, type_)
            if found is not None:
                yield found


def stands_for(store: Resource, stack: Stack) -> Resource:
    """Give what says where a database or cache stands: the cluster of an instance, else itself.

    Raises UnresolvedError when that isn't in the stack.
    """
    if store.type != RDS_CLUSTER_INSTANCE:
        return store
    return stack.follow_one(store, "cluster_identifier", RDS_CLUSTER) or store


def _by_host(stack: Stack) -> tuple[Mapping[str, Resource], Unknown | None]:
    """Give databases and caches by their hosts, and what hides a host, if anything does."""
    known: dict[str, Resource] = {}
    hidden: Unknown | None = None
    for store in (host for type_ in _HOSTS for host in stack.around(type_)):
        for name in _HOSTS[store.type]:
            value = store.raw(name)
            if isinstance(value, str):
                known |= {host.lower(): store for host in _HOST.findall(value)}
            elif isinstance(value, Unknown) and value != LEFT_TO_AWS:
                hidden = hidden or value.at(f"{store.name}.{name}")
    return known, hidden
