"""Accounts of AWS itself, from which its services write to what customers own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

# By region; those that came later write as a service.
# Source: Elastic Load Balancing User Guide, "Enable access logs for your Application Load
# Balancer", regions available before August 2022.
LOAD_BALANCERS: Final[Mapping[str, str]] = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
# Source: AWS Cost and Usage Report User Guide, "Setting up an Amazon S3 bucket".
_BILLING: Final = "386209384616"


@cache
def service_behind(account: str) -> str | None:
    """Give the service principal whose account it is, None for a customer's account."""
    if account in LOAD_BALANCERS.values():
        return "logdelivery.elasticloadbalancing.amazonaws.com"
    return "billingreports.amazonaws.com" if account == _BILLING else None
