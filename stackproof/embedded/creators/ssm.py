"""SSM: parameters of the Parameter Store, and documents."""

from __future__ import annotations

from typing import Any

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


@creator
class Parameter(Creator):
    """A parameter."""

    type = "aws:ssm/parameter:Parameter"
    replace_on = frozenset({"name", "data_type"})
    auto_name = "name"
    auto_name_limit = 2048
    secret_outputs = frozenset({"value", "value_wo"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the parameter; one of that name that is already there is refused, unless told."""
        ssm = aws.client("ssm")
        overwrite = bool(inputs.get("overwrite"))
        ssm.put_parameter(**self._request(aws, inputs), Overwrite=overwrite)
        name = inputs["name"]
        if inputs.get("tags"):
            # AWS takes no tags together with Overwrite.
            ssm.add_tags_to_resource(
                ResourceType="Parameter", ResourceId=name, Tags=tag_list(inputs["tags"])
            )
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put a new version, and set the tags that differ."""
        ssm = aws.client("ssm")
        ssm.put_parameter(**self._request(aws, new), Overwrite=True)
        target = {"ResourceType": "Parameter", "ResourceId": id_}
        added, removed = tag_changes(old, new)
        if removed:
            ssm.remove_tags_from_resource(**target, TagKeys=removed)
        if added:
            ssm.add_tags_to_resource(**target, Tags=tag_list(added))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the parameter."""
        with already_gone():
            aws.client("ssm").delete_parameter(Name=id_)

    def _request(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        # Three ways to give a value: kept as a secret, kept in the open, never kept.
        given = (inputs.get(name) for name in ("value", "insecure_value", "value_wo"))
        value = next(text for text in given if text is not None)
        return parameters(
            aws,
            "ssm",
            "put_parameter",
            {"description": "", **inputs, "value": value},
            omit=["tags", "overwrite"],
        )


@creator
class Document(Creator):
    """A document, and whom it is shared with."""

    type = "aws:ssm/document:Document"
    replace_on = frozenset({"name", "document_type"})
    auto_name = "name"
    auto_name_limit = 128

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the document, then share it."""
        request = parameters(aws, "ssm", "create_document", inputs, omit=["permissions"])
        aws.client("ssm").create_document(**request)
        self._share(aws, inputs["name"], {}, inputs)
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Make a new version the default one where the content differs; share, and set tags."""
        ssm = aws.client("ssm")
        if old.get("content") != new.get("content"):
            request = parameters(aws, "ssm", "update_document", new, omit=_APART)
            made = ssm.update_document(**request, DocumentVersion="$LATEST")
            version = made["DocumentDescription"]["DocumentVersion"]
            ssm.update_document_default_version(Name=id_, DocumentVersion=version)
        self._share(aws, id_, old, new)
        target = {"ResourceType": "Document", "ResourceId": id_}
        added, removed = tag_changes(old, new)
        if removed:
            ssm.remove_tags_from_resource(**target, TagKeys=removed)
        if added:
            ssm.add_tags_to_resource(**target, Tags=tag_list(added))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the document; what is shared with somebody must be taken back before."""
        with already_gone("InvalidDocument"):
            self._share(aws, id_, state, {})
            aws.client("ssm").delete_document(Name=id_)

    def _share(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        was, wanted = _accounts(old), _accounts(new)
        if was == wanted:
            return
        aws.client("ssm").modify_document_permission(
            Name=name,
            PermissionType="Share",
            AccountIdsToAdd=sorted(wanted - was),
            AccountIdsToRemove=sorted(was - wanted),
        )


# What is set by operations of their own.
_APART = ["document_type", "permissions", "tags"]


def _accounts(inputs: Properties) -> set[str]:
    shared = (inputs.get("permissions") or {}).get("account_ids") or ""
    return {account.strip() for account in shared.split(",") if account.strip()}
