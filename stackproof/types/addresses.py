"""What an address of AWS tells of the resource that answers there.

Source: AWS General Reference, "Service endpoints"; the user guides of each service, for the forms
of the names that it gives to what people make.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from stackproof.types import tokens as t
from stackproof.types.regions import NAME

_DOMAIN: Final = r"amazonaws\.com(?:\.cn)?"
_REGION: Final = rf"(?P<region>{NAME})"
_BUCKET: Final = r"(?P<id>[a-z0-9][a-z0-9.-]+)"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of addresses: what host and path look like, and which types answer there.

    A group `id` is the resource's id; without one, or where Pulumi's is another, the properties
    that are `shown` tell whose the address is. An `open` form is shared with types that nothing
    here reads, or is nothing to ask by: that these don't have it doesn't show that it is gone.
    Only what is listed for a known `service` (as in ARNs) is met at all.
    """

    pattern: str
    types: tuple[str, ...]
    service: str
    shown: tuple[str, ...] = ()
    open: bool = False


_FORMS: Final = (
    # Classic load balancers and those of the second generation share the first form.
    *(
        Form(host, (t.LB,), "elasticloadbalancing", ("dns_name",), open=True)
        for host in (
            rf"[\w-]+\.{_REGION}\.elb\.{_DOMAIN}(/.*)?",
            rf"[\w-]+\.elb\.{_REGION}\.{_DOMAIN}(/.*)?",
        )
    ),
    Form(
        r"d[0-9a-z]+\.cloudfront\.(net|cn)(/.*)?",
        (t.CLOUDFRONT_DISTRIBUTION,),
        "cloudfront",
        ("domain_name",),
    ),
    # Only the function tells which one of them is its URL.
    Form(
        rf"[0-9a-z]+\.lambda-url\.{_REGION}\.on\.aws(/.*)?",
        (t.LAMBDA_URL,),
        "lambda",
        ("function_url",),
        open=True,
    ),
    Form(
        rf"(?P<account>\d{{12}})\.dkr\.ecr(-fips)?\.{_REGION}\.{_DOMAIN}/(?P<id>[a-z0-9._/-]+)"
        r"(:[\w.-]+)?(@sha256:[0-9a-f]+)?",
        (t.ECR_REPOSITORY,),
        "ecr",
    ),
    Form(
        rf"(?P<id>[a-z][a-z0-9-]*)\.cluster-(ro-)?(?!custom-)[0-9a-z]+\.{_REGION}\.rds\.{_DOMAIN}",
        (t.RDS_CLUSTER,),
        "rds",
    ),
    # An endpoint that somebody made of a cluster, a proxy, a group of shards: nothing reads these.
    Form(
        rf"[a-z][a-z0-9-]*(\.endpoint)?\.(cluster-custom|proxy|shardgrp)-[0-9a-z]+\.{_REGION}\.rds"
        rf"\.{_DOMAIN}",
        (),
        "rds",
    ),
    Form(
        rf"(?P<id>[a-z][a-z0-9-]*)\.[0-9a-z]+\.{_REGION}\.rds\.{_DOMAIN}",
        (t.RDS_INSTANCE, t.RDS_CLUSTER_INSTANCE),
        "rds",
        ("address", "endpoint"),
    ),
    # Databases that take no part in RDS's own types.
    Form(
        rf"[a-z][\w.-]*\.{_REGION}\.(docdb|neptune)\.{_DOMAIN}",
        (t.DOCDB_CLUSTER, t.DOCDB_INSTANCE, t.NEPTUNE_CLUSTER, t.NEPTUNE_INSTANCE),
        "rds",
        ("endpoint", "reader_endpoint"),
        open=True,
    ),
    Form(
        rf"(?P<id>[a-z][a-z0-9-]*)\.[0-9a-z]+\.{_REGION}\.redshift\.{_DOMAIN}(/.*)?",
        (t.REDSHIFT_CLUSTER,),
        "redshift",
    ),
    # Nodes, shards and what has no servers at all: the region stands there in a short form.
    Form(
        rf"[\w.-]+\.cache\.{_DOMAIN}",
        (t.ELASTICACHE_REPLICATION_GROUP, t.ELASTICACHE_CLUSTER),
        "elasticache",
        (
            "configuration_endpoint_address",
            "primary_endpoint_address",
            "reader_endpoint_address",
            "cluster_address",
            "cache_nodes.0.address",
        ),
        open=True,
    ),
    *(
        Form(host, (t.OPENSEARCH_DOMAIN,), "es", ("endpoint",), open=True)
        for host in (
            rf"[\w-]+\.{_REGION}\.es\.{_DOMAIN}(/.*)?",
            rf"[\w-]+\.aos\.{_REGION}\.on\.aws(/.*)?",
        )
    ),
    Form(
        rf"[0-9a-z]+\.[0-9a-z]+\.{_REGION}\.eks\.{_DOMAIN}",
        (t.EKS_CLUSTER,),
        "eks",
        ("endpoint",),
        open=True,
    ),
    Form(
        rf"(?P<id>[0-9a-z]{{4,}})(-vpce-[0-9a-f]+)?\.execute-api\.{_REGION}\.{_DOMAIN}(/.*)?",
        (t.API, t.APIGATEWAY_REST_API),
        "apigateway",
    ),
    Form(
        rf"d-[0-9a-z]+\.execute-api\.{_REGION}\.{_DOMAIN}(/.*)?",
        (t.API_DOMAIN, t.API_DOMAIN_V1),
        "apigateway:/domainnames",
        ("domain_name_configuration.target_domain_name", "regional_domain_name"),
        open=True,
    ),
    Form(
        rf"(?P<id>fs-[0-9a-f]+)\.efs\.{_REGION}\.{_DOMAIN}(/.*)?",
        (t.EFS_FILE_SYSTEM,),
        "elasticfilesystem",
    ),
    # Buckets, their websites, and the older and the dual-stack forms of both.
    Form(rf"{_BUCKET}\.s3-website[.-]{_REGION}\.{_DOMAIN}(/.*)?", (t.S3_BUCKET,), "s3"),
    Form(
        rf"{_BUCKET}\.s3(-fips)?(\.dualstack)?[.-]{_REGION}\.{_DOMAIN}(/.*)?", (t.S3_BUCKET,), "s3"
    ),
    Form(rf"{_BUCKET}\.s3\.{_DOMAIN}(/.*)?", (t.S3_BUCKET,), "s3"),
    Form(
        rf"s3(-fips)?(\.dualstack)?[.-]{_REGION}\.{_DOMAIN}/{_BUCKET}(/.*)?", (t.S3_BUCKET,), "s3"
    ),
    Form(rf"s3\.{_DOMAIN}/{_BUCKET}(/.*)?", (t.S3_BUCKET,), "s3"),
)
# Where resources of a type show their addresses.
SHOWN: Final = {type_: form.shown for form in _FORMS if form.shown for type_ in form.types}
_PARTS = re.compile(
    r"(?:[a-z]+://)?(?P<host>[\w.-]+?)\.?(?::\d{0,5})?(?P<path>/[^?#\s]*)?(?:[?#]\S*)?"
)
_OF_AWS = re.compile(r"amazonaws\.com|cloudfront\.|\.on\.aws|^s3://", re.IGNORECASE)
# A bucket's address in the words of its own command line.
_OF_S3 = re.compile(rf"s3://{_BUCKET}(/.*)?")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address tells: the types that may answer there, and their place.

    `id` and `account` are None where it doesn't say them; `host` is what the resource shows.
    """

    types: tuple[str, ...]
    host: str
    service: str
    id: str | None = None
    region: str | None = None
    account: str | None = None
    open: bool = False


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Form], ...]:
    return tuple((re.compile(form.pattern), form) for form in _FORMS)


@cache
def address(text: str) -> Address | None:
    """Tell what an address of AWS leads to, with or without scheme, port and path; None if none."""
    if not _OF_AWS.search(text):
        return None
    if found := _OF_S3.fullmatch(text):
        return Address((t.S3_BUCKET,), found["id"], "s3", id=found["id"])
    host = host_of(text)
    parts = _PARTS.fullmatch(text)
    if host is None or parts is None:
        return None
    for pattern, form in _compiled():
        if found := pattern.fullmatch(host + _path(parts["path"])):
            named = found.groupdict()
            return Address(
                form.types,
                host,
                form.service,
                id=named.get("id"),
                region=named.get("region"),
                account=named.get("account"),
                open=form.open,
            )
    return None


def host_of(text: str) -> str | None:
    """Give the host of an address in the one way in which resources show it; None if it has none.

    Names of load balancers may be written with capitals, and those that Route 53 gives begin with
    `dualstack.`.
    """
    parts = _PARTS.fullmatch(text)
    return parts["host"].lower().removeprefix("dualstack.") if parts else None


def _path(path: str | None) -> str:
    return "" if path in (None, "/") else str(path)
