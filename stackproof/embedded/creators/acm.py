"""ACM: certificates and the wait for their validation."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    tag_changes,
    tag_list,
)
from stackproof.types.tokens import ACM_CERTIFICATE


@creator
class Certificate(Creator):
    """A certificate that AWS issues."""

    type = "aws:acm/certificate:Certificate"
    replace_on = frozenset(
        {"domain_name", "subject_alternative_names", "validation_method", "key_algorithm"}
    )
    defaults: ClassVar[Properties] = {"key_algorithm": "RSA_2048"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Request the certificate."""
        if "certificate_body" in inputs:
            raise EmbeddedError("importing a certificate is not available on the embedded AWS")
        request = parameters(aws, "acm", "request_certificate", inputs, omit=("tags",))
        if inputs.get("tags"):
            request["Tags"] = tag_list(inputs["tags"])
        arn = aws.client("acm").request_certificate(**request)["CertificateArn"]
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change tags and options."""
        acm = aws.client("acm")
        added, gone = tag_changes(old, new)
        if added:
            acm.add_tags_to_certificate(CertificateArn=id_, Tags=tag_list(added))
        if gone:
            keys = [{"Key": key} for key in gone]
            acm.remove_tags_from_certificate(CertificateArn=id_, Tags=keys)
        if new.get("options") != old.get("options") and new.get("options"):
            request = parameters(aws, "acm", "update_certificate_options", new)
            acm.update_certificate_options(**request | {"CertificateArn": id_})

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the certificate."""
        with already_gone("ResourceNotFoundException"):
            aws.client("acm").delete_certificate(CertificateArn=id_)


@creator
class CertificateValidation(Creator):
    """The wait until a certificate is issued; nothing of its own in AWS."""

    type = "aws:acm/certificateValidation:CertificateValidation"
    replace_on = frozenset({"certificate_arn", "validation_record_fqdns"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Check that the certificate is there; the embedded AWS issues at once."""
        ((_, shown),) = listed(aws, ACM_CERTIFICATE, {"CertificateArn": inputs["certificate_arn"]})
        # The real provider's id is the time at which the certificate was issued.
        return Created(str(shown.get("IssuedAt") or shown["CreatedAt"]))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """There is nothing to delete."""
