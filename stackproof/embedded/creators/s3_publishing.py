"""S3: what opens a bucket to others: websites, access lists, other origins, notifications."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.creators.s3_settings import Setting
from stackproof.embedded.frame.base import Cloud, Created, Properties, creator

# Regions whose website host has a dash where the others have a dot (Amazon S3 User Guide,
# "Website endpoints").
_DASHED = {
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
}


def website_names(bucket: str, region: str) -> dict[str, str]:
    """Give the domain and endpoint of a bucket's website."""
    domain = f"s3-website{'-' if region in _DASHED else '.'}{region}.amazonaws.com"
    return {"website_domain": domain, "website_endpoint": f"{bucket}.{domain}"}


@creator
class BucketWebsiteConfiguration(Setting):
    """A bucket as a website."""

    type = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"
    operation = "put_bucket_website"
    reset = "delete_bucket_website"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the setting, and say where the website is."""
        made = super().create(aws, inputs)
        names = website_names(inputs["bucket"], aws.region)
        return Created(made.id, {**made.outputs, **names})

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        names = ("error_document", "index_document", "redirect_all_requests_to", "routing_rules")
        configuration = {name: inputs[name] for name in names if inputs.get(name)}
        if inputs.get("routing_rule_details"):
            configuration["routing_rules"] = json.loads(inputs["routing_rule_details"])
        return {"website_configuration": configuration}


@creator
class BucketAcl(Setting):
    """The access list of a bucket."""

    type = "aws:s3/bucketAcl:BucketAcl"
    operation = "put_bucket_acl"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the list."""
        made = super().create(aws, inputs)
        return Created(f"{made.id},{inputs['acl']}" if inputs.get("acl") else made.id)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Leave the list: every bucket has one."""

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        if inputs.get("acl"):
            return {"acl": inputs["acl"]}
        return {"access_control_policy": inputs["access_control_policy"]}


@creator
class BucketCorsConfiguration(Setting):
    """Which other origins may use a bucket from a browser."""

    type = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"
    operation = "put_bucket_cors"
    reset = "delete_bucket_cors"

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"cors_configuration": {"cors_rules": inputs["cors_rules"]}}


@creator
class BucketNotification(Setting):
    """Whom a bucket tells of what happens in it."""

    type = "aws:s3/bucketNotification:BucketNotification"
    replace_on = frozenset({"bucket"})
    operation = "put_bucket_notification_configuration"
    defaults: ClassVar[Properties] = {"eventbridge": False}
    _kinds: ClassVar[Mapping[str, tuple[str, str]]] = {
        "lambda_functions": ("lambda_function_configurations", "lambda_function_arn"),
        "queues": ("queue_configurations", "queue_arn"),
        "topics": ("topic_configurations", "topic_arn"),
    }

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Tell nobody any more."""
        aws.client("s3").put_bucket_notification_configuration(
            Bucket=state["bucket"], NotificationConfiguration={}
        )

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        told: dict[str, Any] = {
            there: [_told(item, arn) for item in inputs[here]]
            for here, (there, arn) in self._kinds.items()
            if inputs.get(here)
        }
        if inputs.get("eventbridge"):
            told["event_bridge_configuration"] = {}
        return {"notification_configuration": told}


def _told(item: Mapping[str, Any], arn: str) -> dict[str, Any]:
    rules = [
        {"name": part, "value": item[f"filter_{part}"]}
        for part in ("prefix", "suffix")
        if item.get(f"filter_{part}")
    ]
    told = {arn: item[arn], "events": item["events"], "id": item.get("id")}
    return told | ({"filter": {"key": {"filter_rules": rules}}} if rules else {})
