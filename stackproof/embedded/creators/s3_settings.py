"""S3: the settings of buckets, each a resource of its own whose id is the bucket's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    tag_list,
)


class Setting(Creator):
    """A setting that is put as a whole; `operation` puts it, `reset` takes it away."""

    replace_on = frozenset({"bucket", "expected_bucket_owner"})
    operation: ClassVar[str]
    reset: ClassVar[str]

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the setting."""
        self._put(aws, inputs)
        owner = inputs.get("expected_bucket_owner")
        id_ = f"{inputs['bucket']},{owner}" if owner else str(inputs["bucket"])
        return Created(id_, self._outputs(inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the setting anew."""
        self._put(aws, new)
        return self._outputs(new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the setting away."""
        with already_gone():
            getattr(aws.client("s3"), self.reset)(Bucket=state["bucket"])

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        request = {"bucket": inputs["bucket"], **self._request(inputs)}
        getattr(aws.client("s3"), self.operation)(**parameters(aws, "s3", self.operation, request))

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        """Give what the operation takes besides the bucket."""
        raise NotImplementedError

    def _outputs(self, inputs: Properties) -> Properties:
        return {}


@creator
class BucketVersioning(Setting):
    """Whether a bucket keeps earlier versions."""

    type = "aws:s3/bucketVersioning:BucketVersioning"
    operation = "put_bucket_versioning"

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Suspend versioning: what was ever versioned can't go back."""
        if state["versioning_configuration"]["status"] == "Enabled":
            with already_gone():
                aws.client("s3").put_bucket_versioning(
                    Bucket=state["bucket"], VersioningConfiguration={"Status": "Suspended"}
                )

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"versioning_configuration": inputs["versioning_configuration"]}


@creator
class BucketServerSideEncryptionConfiguration(Setting):
    """How a bucket encrypts what is put into it."""

    type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    operation = "put_bucket_encryption"
    reset = "delete_bucket_encryption"

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"server_side_encryption_configuration": {"rules": inputs["rules"]}}


@creator
class BucketPublicAccessBlock(Setting):
    """Which ways to make a bucket public are blocked."""

    type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    operation = "put_public_access_block"
    reset = "delete_public_access_block"
    defaults: ClassVar[Properties] = {
        "block_public_acls": False,
        "block_public_policy": False,
        "ignore_public_acls": False,
        "restrict_public_buckets": False,
    }

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the block away, unless the program wants it kept."""
        if not state.get("skip_destroy"):
            super().delete(aws, id_, state)

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"public_access_block_configuration": inputs}


@creator
class BucketOwnershipControls(Setting):
    """Who owns what others put into a bucket."""

    type = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    operation = "put_bucket_ownership_controls"
    reset = "delete_bucket_ownership_controls"

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"ownership_controls": {"rules": [inputs["rule"]]}}


@creator
class BucketLifecycleConfiguration(Setting):
    """When objects move to other storage classes, and when they expire."""

    type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    operation = "put_bucket_lifecycle_configuration"
    reset = "delete_bucket_lifecycle"

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        size = inputs.get("transition_default_minimum_object_size")
        return {
            "lifecycle_configuration": {"rules": [_rule(rule) for rule in inputs["rules"]]},
            "transition_default_minimum_object_size": size,
        }

    def _outputs(self, inputs: Properties) -> Properties:
        name = "transition_default_minimum_object_size"
        return {name: inputs.get(name) or "all_storage_classes_128K"}


def _rule(rule: Properties) -> dict[str, Any]:
    chosen = rule.get("filter")
    if chosen is None:  # a rule without a filter is for all objects
        return {**rule, "filter": None if rule.get("prefix") is not None else {"prefix": ""}}
    both = chosen.get("and")
    if both is None:
        return {**rule, "filter": chosen or {"prefix": ""}}
    return {**rule, "filter": {"and": {**both, "tags": tag_list(both.get("tags"))}}}


@creator
class BucketReplicationConfig(Setting):
    """To which buckets, in other regions or accounts, a bucket's objects are copied."""

    type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
    operation = "put_bucket_replication"
    reset = "delete_bucket_replication"

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        rules = [_replication_rule(rule) for rule in inputs["rules"]]
        configuration = {"role": inputs["role"], "rules": rules}
        return {"replication_configuration": configuration, "token": inputs.get("token")}


def _replication_rule(rule: Properties) -> dict[str, Any]:
    if rule.get("filter") is None:  # the first version of such rules, which has a prefix instead
        return {**rule, "prefix": rule.get("prefix") or ""}
    return _rule(rule)


@creator
class BucketPolicy(Setting):
    """Who may do what with a bucket."""

    type = "aws:s3/bucketPolicy:BucketPolicy"
    operation = "put_bucket_policy"
    reset = "delete_bucket_policy"

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"policy": inputs["policy"]}


@creator
class BucketLogging(Setting):
    """Where a record of requests to a bucket goes."""

    type = "aws:s3/bucketLogging:BucketLogging"
    operation = "put_bucket_logging"

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Stop the record."""
        with already_gone():
            aws.client("s3").put_bucket_logging(Bucket=state["bucket"], BucketLoggingStatus={})

    def _request(self, inputs: Properties) -> Mapping[str, Any]:
        return {"bucket_logging_status": {"logging_enabled": inputs}}
