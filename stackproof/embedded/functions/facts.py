"""Facts of AWS itself that programs ask the provider for."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.lookups import looked_up, the_one
from stackproof.sights.live.reader import snake
from stackproof.types.names import to_snake
from stackproof.types.tokens import IAM_ROLE

# Hosted zones of load balancers, those of the Application kind and the Classic ones first, then
# those of the Network kind. AWS General Reference, "Elastic Load Balancing endpoints and quotas":
# https://docs.aws.amazon.com/general/latest/gr/elb.html
_ZONES = {
    "af-south-1": ("Z268VQBMOI5EKX", "Z203XCE67M25HM"),
    "ap-east-1": ("Z3DQVH9N71FHZ0", "Z12Y7K3UBGUAD1"),
    "ap-northeast-1": ("Z14GRHDCWA56QT", "Z31USIVHYNEOWT"),
    "ap-northeast-2": ("ZWKZPGTI48KDX", "ZIBE1TIR4HY56"),
    "ap-northeast-3": ("Z5LXEXXYW11ES", "Z1GWIQ4HH19I5X"),
    "ap-south-1": ("ZP97RAFLXTNZK", "ZVDDRBQ08TROA"),
    "ap-south-2": ("Z0173938T07WNTVAEPZN", "Z0711778386UTO08407HT"),
    "ap-southeast-1": ("Z1LMS91P8CMLE5", "ZKVM4W9LS7TM"),
    "ap-southeast-2": ("Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD"),
    "ap-southeast-3": ("Z08888821HLRG5A9ZRTER", "Z01971771FYVNCOVWJU1G"),
    "ca-central-1": ("ZQSVJUPU6J1EY", "Z2EPGBW3API2WT"),
    "eu-central-1": ("Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"),
    "eu-central-2": ("Z06391101F2ZOEP8P5EB3", "Z02239872DOALSIDCX66S"),
    "eu-north-1": ("Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"),
    "eu-south-1": ("Z3ULH7SSC9OV64", "Z23146JA1KNAFP"),
    "eu-south-2": ("Z0956581394HF5D5LXGAP", "Z1011216NVTVYADP1SSV"),
    "eu-west-1": ("Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
    "eu-west-2": ("ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"),
    "eu-west-3": ("Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"),
    "me-central-1": ("Z08230872XQRWHG2XF6I", "Z00282643NTTLPANJJG2P"),
    "me-south-1": ("ZS929ML54UICD", "Z3QSRYVP46NYYV"),
    "sa-east-1": ("Z2P70J7HTTTPLU", "ZTK26PT1VY4CU"),
    "us-east-1": ("Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
    "us-east-2": ("Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
    "us-west-1": ("Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"),
    "us-west-2": ("Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
}
# CloudFront's managed policies. Amazon CloudFront Developer Guide, "Use managed cache policies",
# "Use managed origin request policies", "Use managed response headers policies".
_POLICIES = {
    "CachePolicy": {
        "Managed-Amplify": "2e54312d-136d-493c-8eb9-b001f22f67d2",
        "Managed-CachingDisabled": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "Managed-CachingOptimized": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "Managed-CachingOptimizedForUncompressedObjects": "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
        "Managed-Elemental-MediaPackage": "08627262-05a9-4f76-9ded-b50ca2e3a84f",
        "UseOriginCacheControlHeaders": "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        "UseOriginCacheControlHeaders-QueryStrings": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    },
    "OriginRequestPolicy": {
        "Managed-AllViewer": "216adef6-5c7f-47e4-b989-5492eafa07d3",
        "Managed-AllViewerAndCloudFrontHeaders-2022-06": "33f36d7e-f396-46d9-90e0-52428a34d9dc",
        "Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        "Managed-CORS-CustomOrigin": "59781a5b-3903-41f3-afcb-af62929ccde1",
        "Managed-CORS-S3Origin": "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        "Managed-UserAgentRefererHeaders": "acba4595-bd28-49b8-b9fe-13317c0390fa",
    },
    "ResponseHeadersPolicy": {
        "Managed-CORS-and-SecurityHeadersPolicy": "e61eb60c-9c35-4d20-a928-2b84e02af89c",
        "Managed-CORS-With-Preflight": "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
        "Managed-CORS-with-preflight-and-SecurityHeadersPolicy": (
            "eaab4381-ed33-4a86-88ca-d9558dc6cd63"
        ),
        "Managed-SecurityHeadersPolicy": "67f7725c-6f97-4210-82d7-5512b31e9d03",
        "Managed-SimpleCORS": "60669652-455b-4ae9-85a4-c4c02393f86c",
    },
}
# AWS Billing User Guide, the account that writes cost and usage reports.
_BILLING = "386209384616"


def _zone(aws: Cloud, arguments: Properties) -> Properties:
    region = arguments.get("region") or aws.region
    if region not in _ZONES:
        raise EmbeddedError(f"the hosted zone of load balancers in {region} is not known")
    kind = arguments.get("load_balancer_type") or "application"
    return {"id": _ZONES[region][kind == "network"]}


for _module in ("elb", "lb"):
    invoke(f"aws:{_module}/getHostedZoneId:getHostedZoneId")(_zone)


def _register_policies(kind: str, ids: dict[str, str]) -> None:
    token = f"aws:cloudfront/get{kind}:get{kind}"

    @invoke(token)
    def policy(aws: Cloud, arguments: Properties) -> Properties:
        wanted = [arguments[name] for name in ("id", "name") if arguments.get(name)]
        found = [pair for pair in ids.items() if {*wanted} <= {*pair}] if wanted else []
        name, id_ = the_one(f"{token}, which knows AWS's managed ones,", wanted, found)
        where = f"{to_snake(kind).replace('_', '-')}/{id_}"
        arn = f"arn:{aws.partition}:cloudfront::{aws.account}:{where}"
        return {"id": id_, "name": name, "arn": arn}


for _kind, _ids in _POLICIES.items():
    _register_policies(_kind, _ids)


@invoke("aws:index/getBillingServiceAccount:getBillingServiceAccount")
def billing(aws: Cloud, arguments: Properties) -> Properties:
    """Name the account that writes cost and usage reports."""
    return {"id": _BILLING, "arn": f"arn:{aws.partition}:iam::{_BILLING}:root"}


@invoke("aws:index/getArn:getArn")
def arn_parts(aws: Cloud, arguments: Properties) -> Properties:
    """Take an ARN apart."""
    parts = str(arguments["arn"]).split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise EmbeddedError(f"{arguments['arn']} is no ARN")
    names = ("partition", "service", "region", "account", "resource")
    return {"id": arguments["arn"], **dict(zip(names, parts[1:], strict=True))}


@invoke("aws:iam/getAccountAlias:getAccountAlias")
def account_alias(aws: Cloud, arguments: Properties) -> Properties:
    """Give the account's alias."""
    found = aws.client("iam").list_account_aliases()["AccountAliases"]
    alias = the_one("aws:iam/getAccountAlias:getAccountAlias", "the account's alias", found)
    return {"id": alias, "account_alias": alias}


@invoke("aws:iam/getSessionContext:getSessionContext")
def session_context(aws: Cloud, arguments: Properties) -> Properties:
    """Say which role a session is of; what is no session stands for itself."""
    arn = str(arguments["arn"])
    rest = arn.partition(":assumed-role/")[2]
    if not rest:
        unknown = {"issuer_id": "", "issuer_name": "", "session_name": ""}
        return {"id": arn, "arn": arn, "issuer_arn": arn, **unknown}
    role, _, name = rest.partition("/")
    shown = looked_up(aws, IAM_ROLE, role)
    return {
        "id": arn,
        "arn": arn,
        "issuer_arn": shown["arn"],
        "issuer_id": shown["unique_id"],
        "issuer_name": role,
        "session_name": name,
    }


@invoke("aws:iot/getEndpoint:getEndpoint")
def iot_endpoint(aws: Cloud, arguments: Properties) -> Properties:
    """Give the address for devices of the account."""
    kind = {"endpointType": arguments["endpoint_type"]} if arguments.get("endpoint_type") else {}
    address = aws.client("iot").describe_endpoint(**kind)["endpointAddress"]
    return {"id": address, "endpoint_address": address}


@invoke("aws:index/getAvailabilityZone:getAvailabilityZone")
def availability_zone(aws: Cloud, arguments: Properties) -> Properties:
    """Describe one zone, by its name or its id."""
    listed = aws.client("ec2").describe_availability_zones()["AvailabilityZones"]
    wanted = {arguments[name] for name in ("name", "zone_id") if arguments.get(name)}
    found = [zone for zone in listed if wanted <= {zone["ZoneName"], zone["ZoneId"]}]
    token = "aws:index/getAvailabilityZone:getAvailabilityZone"
    shown: dict[str, Any] = the_one(token, wanted or "no name", found)
    name = shown["ZoneName"]
    return {
        **snake({key: value for key, value in shown.items() if key != "Messages"}),
        "id": name,
        "name": name,
        "name_suffix": name.removeprefix(aws.region),
    }
