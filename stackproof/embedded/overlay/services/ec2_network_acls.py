"""EC2: network ACLs found by their ids; prefix lists that keep their names and go at once."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import patches, postprocesses, validates


@patches("ec2")
def acls_are_found_by_their_ids() -> None:
    """Take the filter that moto lacks.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
    """
    from moto.ec2.models.network_acls import NetworkAcl

    acl_class: Any = NetworkAcl
    original = acl_class.get_filter_value

    def get_filter_value(acl: Any, name: str, method: str | None = None) -> Any:
        return acl.id if name == "network-acl-id" else original(acl, name, method)

    acl_class.get_filter_value = get_filter_value


@validates("ec2", "DeleteNetworkAclEntry")
def demand_the_entry(call: Call) -> None:
    """Refuse to delete a rule that isn't there.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    acl = call.backend("ec2").network_acls.get(call.params["NetworkAclId"])
    wanted = (call.params["RuleNumber"], call.params["Egress"])
    if acl and wanted not in {(e.rule_number, e.egress) for e in acl.network_acl_entries}:
        raise AwsError("InvalidNetworkAclEntry.NotFound", f"there is no rule {wanted[0]}")


@patches("ec2")
def prefix_lists_keep_what_a_change_leaves_out() -> None:
    """Keep the name of a list, and change how many entries it may have.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
    """
    from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend

    backend_class: Any = ManagedPrefixListBackend
    original = backend_class.modify_managed_prefix_list

    def modify(backend: Any, **options: Any) -> Any:
        named = backend.managed_prefix_lists[options["prefix_list_id"]].prefix_list_name
        options["prefix_list_name"] = options["prefix_list_name"] or named
        return original(backend, **options)

    backend_class.modify_managed_prefix_list = modify


@postprocesses("ec2", "ModifyManagedPrefixList")
def change_the_size(call: Call, _: dict[str, Any]) -> None:
    """Change how many entries a list may have.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
    """
    if call.params.get("MaxEntries"):
        _lists(call)[call.params["PrefixListId"]].max_entries = call.params["MaxEntries"]


@validates(
    "ec2",
    "DeleteManagedPrefixList",
    "GetManagedPrefixListEntries",
    "ModifyManagedPrefixList",
)
def demand_the_list(call: Call) -> None:
    """Refuse a list that isn't there.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    id_ = call.params["PrefixListId"]
    if id_ not in _lists(call):
        raise AwsError("InvalidPrefixListID.NotFound", f"The prefix list ID '{id_}' does not exist")


@postprocesses("ec2", "DeleteManagedPrefixList")
def go_at_once(call: Call, _: dict[str, Any]) -> None:
    """Let a deleted list be gone.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html
    """
    _lists(call).pop(call.params["PrefixListId"], None)


def _lists(call: Call) -> Any:
    return call.backend("ec2").managed_prefix_lists
