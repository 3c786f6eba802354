"""Cloud Map: namespaces and the services that are found in them."""

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
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "servicediscovery"


class _Namespace(Creator):
    """Makes namespaces, which AWS makes by an operation that takes its time."""

    replace_on = frozenset({"description", "name", "vpc"})
    operation: str

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Start making the namespace, and ask what came of it."""
        client = aws.client(_SERVICE)
        request = parameters(aws, _SERVICE, self.operation, inputs)
        started = getattr(client, self.operation)(**request)["OperationId"]
        done = client.get_operation(OperationId=started)["Operation"]
        id_ = done["Targets"]["NAMESPACE"]
        shown = client.get_namespace(Id=id_)["Namespace"]
        return Created(id_, {"arn": shown["Arn"], **self._outputs(shown)})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(aws, _SERVICE, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the namespace."""
        with already_gone():
            aws.client(_SERVICE).delete_namespace(Id=id_)

    def _outputs(self, shown: Properties) -> dict[str, Any]:
        zone = (shown["Properties"].get("DnsProperties") or {}).get("HostedZoneId")
        return {"hosted_zone": zone}


@creator
class PrivateDnsNamespace(_Namespace):
    """A namespace that is found inside a VPC."""

    type = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"
    operation = "create_private_dns_namespace"


@creator
class PublicDnsNamespace(_Namespace):
    """A namespace that is found everywhere."""

    type = "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace"
    operation = "create_public_dns_namespace"


@creator
class HttpNamespace(_Namespace):
    """A namespace that is found by asking Cloud Map."""

    type = "aws:servicediscovery/httpNamespace:HttpNamespace"
    operation = "create_http_namespace"

    def _outputs(self, shown: Properties) -> dict[str, Any]:
        return {"http_name": shown["Properties"]["HttpProperties"]["HttpName"]}


table(
    Plain(
        type="aws:servicediscovery/service:Service",
        service=_SERVICE,
        create=Call("create_service"),
        update=Call("update_service", inside="Service", whole=True),
        apart=frozenset({"force_destroy"}),
        outputs={"arn": "Service.Arn"},
        id="{answer[Service][Id]}",
        delete=Call("delete_service"),
        tagged="arn",
        replace_on=frozenset(
            {
                "dns_config",
                "health_check_custom_config",
                "name",
                "namespace_id",
                "type",
            }
        ),
        auto_name="name",
        auto_name_limit=127,
    )
)
