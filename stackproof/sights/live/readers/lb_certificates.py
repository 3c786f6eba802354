"""The certificates that listeners choose from by name, beside the one that they fall back to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LB_LISTENER, LB_LISTENER_CERTIFICATE


def _listeners(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for listener in scope.members[LB_LISTENER]:
        if listener.id and listener.raw("certificate_arn"):
            yield {"ListenerArn": listener.id}


def _id(item: Item) -> str:
    return f"{item['ListenerArn']}_{item['CertificateArn']}"


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {"certificate_arn": item["CertificateArn"], "listener_arn": item["ListenerArn"]}
    yield shown(scope, LB_LISTENER_CERTIFICATE, _id(item), data)


READERS = (
    Reader(
        types=(LB_LISTENER_CERTIFICATE,),
        listing=Ask("elbv2", "DescribeListenerCertificates", "Certificates"),
        targets=_listeners,
        get_parameters=lambda id_, state: {"ListenerArn": state["listener_arn"]},
        key=lambda item, scope: Key(
            _id(item),
            tags={},
            parent_ids=(item["ListenerArn"],),
            foreign=item.get("IsDefault", False),  # the listener itself says it
        ),
        build=_build,
        arn_service="elasticloadbalancing",
        parents=(LB_LISTENER,),
        parent_fields=("ListenerArn",),
    ),
)
