"""Listeners of load balancers and their rules."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.lb import retag, tagging
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
)
from stackproof.sights.live.elb import ACTIONS, CONDITIONS
from stackproof.types.tokens import LB_LISTENER_RULE

_RENAME = {
    **ACTIONS,
    "arn": "TargetGroupArn",
    "duration": "DurationSeconds",
    "stickiness": "TargetGroupStickinessConfig",
}


@creator
class Listener(Creator):
    """A listener of a load balancer."""

    type = "aws:lb/listener:Listener"
    replace_on = frozenset({"load_balancer_arn"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the listener."""
        made = aws.client("elbv2").create_listener(
            **self._request(aws, "create_listener", inputs), **tagging(inputs)
        )
        return Created(made["Listeners"][0]["ListenerArn"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change port, protocol, certificate, policy, actions and tags in place."""
        if any(changed(old, new, name) for name in {*old, *new} - {"tags", "tags_all"}):
            aws.client("elbv2").modify_listener(
                ListenerArn=id_, **self._request(aws, "modify_listener", new)
            )
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the listener with its rules."""
        with already_gone():
            aws.client("elbv2").delete_listener(ListenerArn=id_)

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        request = parameters(aws, "elbv2", operation, inputs, rename=_RENAME, omit=["tags"])
        if "loadbalancer/app/" in str(inputs["load_balancer_arn"]):
            request.setdefault("Protocol", "HTTP")
        if inputs.get("certificate_arn"):
            request["Certificates"] = [{"CertificateArn": inputs["certificate_arn"]}]
        return request


@creator
class ListenerRule(Creator):
    """A rule of a listener."""

    type = "aws:lb/listenerRule:ListenerRule"
    replace_on = frozenset({"listener_arn"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the rule, after all others unless it has a priority."""
        elb = aws.client("elbv2")
        listener = inputs["listener_arn"]
        priority = int(inputs.get("priority") or 0) or self._next_priority(aws, listener)
        made = elb.create_rule(
            ListenerArn=listener, Priority=priority, **self._request(aws, inputs), **tagging(inputs)
        )
        return Created(made["Rules"][0]["RuleArn"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change priority, conditions, actions and tags in place."""
        elb = aws.client("elbv2")
        if changed(old, new, "priority") and new.get("priority"):
            priorities = [{"RuleArn": id_, "Priority": int(new["priority"])}]
            elb.set_rule_priorities(RulePriorities=priorities)
        if changed(old, new, "conditions", "actions"):
            elb.modify_rule(RuleArn=id_, **self._request(aws, new))
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the rule."""
        with already_gone():
            aws.client("elbv2").delete_rule(RuleArn=id_)

    def _request(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        kept = {"actions": inputs["actions"]}
        request = parameters(aws, "elbv2", "create_rule", kept, rename=_RENAME)
        conditions = [
            _condition(kind, values)
            for condition in inputs["conditions"]
            for kind, values in condition.items()
            if values
        ]
        return request | {"Conditions": conditions}

    def _next_priority(self, aws: Cloud, listener: str) -> int:
        rules = listed(aws, LB_LISTENER_RULE, {"ListenerArn": listener})
        taken = [int(rule["Priority"]) for _, rule in rules if not rule["IsDefault"]]
        return max(taken, default=0) + 1


def _condition(kind: str, values: Any) -> dict[str, Any]:
    field, member = CONDITIONS[kind]
    if kind == "query_strings":
        pairs = [{"Key": pair.get("key"), "Value": pair["value"]} for pair in values]
        plain = [{name: text for name, text in pair.items() if text} for pair in pairs]
        return {"Field": field, member: {"Values": plain}}
    config = {"Values": list(values["values"])}
    if kind == "http_header":
        config["HttpHeaderName"] = values["http_header_name"]
    return {"Field": field, member: config}
