"""Listeners of load balancers and their rules, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, shown, taken
from stackproof.sights.live.elb import ACTIONS, CONDITIONS
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LB, LB_LISTENER, LB_LISTENER_RULE

_ARN = r"arn:[^:]+:elasticloadbalancing:{}:\d+:{}/.+"
_AT_ONCE = 20
_FORWARD = {
    "target_group_stickiness_config": "stickiness",
    "duration_seconds": "duration",
    "target_group_arn": "arn",
}


def _listeners(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for arn in scope.ids(LB):
        yield {"LoadBalancerArn": arn}


def _rules(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for arn in scope.ids(LB_LISTENER):
        yield {"ListenerArn": arn}


def _build_listener(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["ListenerArn"]
    certificates = item.get("Certificates") or ()
    authentication = snake(item.get("MutualAuthentication"))
    data: dict[str, Any] = {
        "load_balancer_arn": item["LoadBalancerArn"],
        "default_actions": _actions(item.get("DefaultActions", ())),
        "certificate_arn": certificates[0]["CertificateArn"] if certificates else None,
        "alpn_policy": next(iter(item.get("AlpnPolicy") or ()), None),
        "mutual_authentication": authentication if authentication else None,
        "tags": scope.tags_of(arn),
        **taken(item, {"port": "Port", "protocol": "Protocol", "ssl_policy": "SslPolicy"}),
    }
    balancer = arn.split("/")[2]
    yield shown(scope, LB_LISTENER, arn, data, arn=arn, name=f"{balancer}:{item.get('Port', '')}")


def _build_rule(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["RuleArn"]
    data = {
        "listener_arn": _listener_of(item),
        "priority": int(item["Priority"]),
        "actions": _actions(item["Actions"]),
        "conditions": [_condition(condition) for condition in item["Conditions"]],
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, LB_LISTENER_RULE, arn, data, arn=arn)


def _listener_of(item: Item) -> str:
    listener: str = item["RuleArn"].rpartition("/")[0]
    return listener.replace(":listener-rule/", ":listener/")


def _actions(items: Iterable[Item]) -> list[dict[str, Any]]:
    actions = []
    for item in items:
        action: dict[str, Any] = {"type": item["Type"]}
        # AWS gives a single action the order 1, which nobody declares.
        action |= taken(item, {"target_group_arn": "TargetGroupArn", "order": "Order"})
        for name, member in ACTIONS.items():
            if item.get(member):
                rename = _FORWARD if name == "forward" else None
                action[name] = snake(item[member], rename)
        actions.append(action)
    return actions


def _condition(item: Item) -> dict[str, Any]:
    for name, (field, member) in CONDITIONS.items():
        if item["Field"] == field:
            # Older answers carry the values of hosts and paths beside the configuration.
            config = item.get(member) or {"Values": item.get("Values", [])}
            action = snake(config)
            return {name: action["values"] if name == "query_strings" else action}
    return {}


READERS = (
    Reader(
        types=(LB_LISTENER,),
        listing=Ask("elbv2", "DescribeListeners", "Listeners"),
        targets=_listeners,
        ids=lambda scope: scope.named(_ARN.format(scope.region, "listener")),
        by_ids=lambda ids: ({"ListenerArns": some} for some in chunks(ids, _AT_ONCE)),
        get_parameters=lambda id_, state: {"ListenerArns": [id_]},
        key=lambda item, scope: Key(
            item["ListenerArn"], item["ListenerArn"], parent_ids=(item["LoadBalancerArn"],)
        ),
        build=_build_listener,
        arn_service="elasticloadbalancing",
        parents=(LB,),
    ),
    Reader(
        types=(LB_LISTENER_RULE,),
        listing=Ask("elbv2", "DescribeRules", "Rules"),
        targets=_rules,
        ids=lambda scope: scope.named(_ARN.format(scope.region, "listener-rule")),
        by_ids=lambda ids: ({"RuleArns": some} for some in chunks(ids, _AT_ONCE)),
        get_parameters=lambda id_, state: {"RuleArns": [id_]},
        key=lambda item, scope: Key(
            item["RuleArn"],
            item["RuleArn"],
            parent_ids=(_listener_of(item),),
            foreign=item["IsDefault"],  # it is the listener's default actions
        ),
        build=_build_rule,
        arn_service="elasticloadbalancing",
        parents=(LB_LISTENER,),
    ),
)
