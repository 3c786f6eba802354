"""WAF: which resources a web ACL protects, and that an update replaces all its rules."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates

_KINDS = {
    "APPLICATION_LOAD_BALANCER": ":loadbalancer/app/",
    "API_GATEWAY": ":apigateway:",
    "APPSYNC": ":appsync:",
    "COGNITO_USER_POOL": ":cognito-idp:",
    "APP_RUNNER_SERVICE": ":apprunner:",
    "VERIFIED_ACCESS_INSTANCE": ":verified-access-instance/",
    "AMPLIFY": ":amplify:",
}


@handles("wafv2", "ListResourcesForWebACL")
def list_resources(call: Call) -> dict[str, Any]:
    """List the regional resources of one kind that a web ACL protects.

    AWS: https://docs.aws.amazon.com/waf/latest/APIReference/API_ListResourcesForWebACL.html
    """
    acl = _backend(call).wacls.get(call.params["WebACLArn"])
    if acl is None:
        raise AwsError(
            "WAFNonexistentItemException",
            "AWS WAF couldn't perform the operation because your resource doesn't exist.",
        )
    mark = _KINDS[call.params.get("ResourceType", "APPLICATION_LOAD_BALANCER")]
    return {"ResourceArns": [arn for arn in acl.associated_resources if mark in arn]}


@validates("wafv2", "AssociateWebACL")
def replace_association(call: Call) -> None:
    """Take a resource from the web ACL that protected it: it can have one only.

    AWS: https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
    """
    backend = call.backend("wafv2")
    if call.params["WebACLArn"] in backend.wacls:
        backend.disassociate_web_acl(call.params["ResourceArn"])


@postprocesses("wafv2", "UpdateWebACL")
def remove_rules(call: Call, _: dict[str, Any]) -> None:
    """Leave no rule when none is given: moto keeps all then.

    AWS: https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateWebACL.html
    """
    if not call.params.get("Rules"):
        named = call.params["Name"], call.params["Id"]
        _backend(call).get_web_acl(None, *named).rules = []


def _backend(call: Call) -> Any:
    """Give moto's state of the region, or of CloudFront, which moto keeps apart."""
    from moto.wafv2.models import GLOBAL_REGION, wafv2_backends

    worldwide = call.params.get("Scope") == "CLOUDFRONT"
    if worldwide or ":global/" in call.params.get("WebACLArn", ""):
        return wafv2_backends[call.account][GLOBAL_REGION]
    return call.backend("wafv2")
