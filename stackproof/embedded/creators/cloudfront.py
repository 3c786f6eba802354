"""CloudFront: distributions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
    untaken,
)

_SERVICE = "cloudfront"
# The zone of every distribution's domain name (Route 53 Developer Guide, "AliasTarget").
_ZONE = "Z2FDTNDATAQYW2"
# What only the provider acts upon, and what is set apart.
_APART = ("retain_on_delete", "tags", "wait_for_deployment")
_NO_KEY_GROUPS = {"enabled": False, "items": []}


@creator
class Distribution(Creator):
    """A distribution."""

    type = "aws:cloudfront/distribution:Distribution"
    replace_on = frozenset({"staging"})
    defaults: ClassVar[Properties] = {
        "http_version": "http2",
        "price_class": "PriceClass_All",
        "retain_on_delete": False,
        "staging": False,
        "wait_for_deployment": True,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the distribution."""
        reference = f"terraform-{secrets.token_hex(13)}"
        request = self._request(aws, {**inputs, "caller_reference": reference})
        made = aws.client(_SERVICE).create_distribution(**request)["Distribution"]
        retag(aws, _SERVICE, made["ARN"], {}, inputs)
        fixed = {
            "hosted_zone_id": _ZONE,
            "logging_v1_enabled": bool(inputs.get("logging_config")),
            "trusted_key_groups": [_NO_KEY_GROUPS],
            "trusted_signers": [_NO_KEY_GROUPS],
        }
        return Created(made["Id"], fixed | self._outputs(aws, made["Id"]))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the whole configuration anew, and the tags."""
        self._put(aws, id_, {**new, "caller_reference": old["caller_reference"]})
        retag(aws, _SERVICE, old["arn"], old, new)
        logging = {"logging_v1_enabled": bool(new.get("logging_config"))}
        return logging | self._outputs(aws, id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Disable the distribution, then delete it, unless the program wants it kept disabled."""
        with already_gone():
            tag = self._etag(aws, id_)
            if state.get("enabled"):
                tag = self._put(aws, id_, {**state, "enabled": False})
            if not state.get("retain_on_delete"):
                aws.client(_SERVICE).delete_distribution(Id=id_, IfMatch=tag)

    def _put(self, aws: Cloud, id_: str, inputs: Properties) -> str:
        request = self._request(aws, inputs)
        answer = aws.client(_SERVICE).update_distribution(
            **request, Id=id_, IfMatch=self._etag(aws, id_)
        )
        return str(answer["ETag"])

    def _etag(self, aws: Cloud, id_: str) -> str:
        return str(aws.client(_SERVICE).get_distribution(Id=id_)["ETag"])

    def _request(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        config = {"distribution_config": _config(inputs)}
        for path in untaken(aws, _SERVICE, "create_distribution", config):
            name = path.partition(".")[2]
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")
        return parameters(aws, _SERVICE, "create_distribution", config)

    def _outputs(self, aws: Cloud, id_: str) -> dict[str, Any]:
        answer = aws.client(_SERVICE).get_distribution(Id=id_)
        shown = answer["Distribution"]
        return {
            "etag": answer["ETag"],
            "in_progress_validation_batches": shown["InProgressInvalidationBatches"],
        }


# Properties of a state that are no part of the configuration.
_COMPUTED = (
    "arn",
    "domain_name",
    "etag",
    "hosted_zone_id",
    "in_progress_validation_batches",
    "last_modified_time",
    "logging_v1_enabled",
    "status",
    "tags_all",
    "trusted_key_groups",
    "trusted_signers",
)


def _config(inputs: Properties) -> dict[str, Any]:
    """Arrange the properties as AWS's configuration of a distribution."""
    config = {name: inputs[name] for name in inputs if name not in {*_APART, *_COMPUTED}}
    behaviors = config.pop("ordered_cache_behaviors", None) or ()
    logging = config.pop("logging_config", None)
    geo = dict(config["restrictions"]["geo_restriction"])
    return {
        **config,
        "cache_behaviors": [_behavior(behavior) for behavior in behaviors],
        "comment": config.get("comment") or "",
        "default_cache_behavior": _behavior(config["default_cache_behavior"]),
        "is_ipv6_enabled": config.get("is_ipv6_enabled", False),
        "logging": {**logging, "enabled": True} if logging else {"enabled": False},
        "origin_groups": [_group(group) for group in config.get("origin_groups") or ()],
        "origins": [_origin(origin) for origin in config["origins"]],
        "restrictions": {
            "geo_restriction": {
                "items": geo.get("locations") or [],
                "restriction_type": geo["restriction_type"],
            }
        },
        "viewer_certificate": _certificate(config["viewer_certificate"]),
    }


def _origin(given: Properties) -> dict[str, Any]:
    origin = {name: given[name] for name in given if name not in ("origin_id", "custom_headers")}
    origin["id"] = given["origin_id"]
    origin["custom_headers"] = [
        {"header_name": header["name"], "header_value": header["value"]}
        for header in given.get("custom_headers") or ()
    ]
    if not {"custom_origin_config", "s3_origin_config", "vpc_origin_config"} & given.keys():
        origin["s3_origin_config"] = {"origin_access_identity": ""}
    return origin


def _group(given: Properties) -> dict[str, Any]:
    group = {name: given[name] for name in given if name != "origin_id"}
    return {**group, "id": given["origin_id"]}


def _behavior(given: Properties) -> dict[str, Any]:
    apart = ("allowed_methods", "cached_methods", "lambda_function_associations")
    functions = given.get("lambda_function_associations") or ()
    return {
        **{name: given[name] for name in given if name not in apart},
        "allowed_methods": {
            "cached_methods": given["cached_methods"],
            "items": given["allowed_methods"],
        },
        "compress": given.get("compress", False),
        "lambda_function_associations": [
            {
                ("lambda_function_arn" if name == "lambda_arn" else name): function[name]
                for name in function
            }
            for function in functions
        ],
    }


def _certificate(given: Mapping[str, Any]) -> dict[str, Any]:
    default = bool(given.get("cloudfront_default_certificate"))
    return {**given, "cloudfront_default_certificate": default}
