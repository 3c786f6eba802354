"""Target groups: whatever registers targets with one gets requests from a listener."""

from __future__ import annotations

from collections.abc import Iterator

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt
from stackproof.controls.support.example_service import judged
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Hide, Neighbour, Ref, With, Without
from stackproof.reasoning.effective import stated
from stackproof.reasoning.target_groups import (
    LEAD_NEIGHBOURS,
    TARGET_NEIGHBOURS,
    leads,
    partners,
    registrations,
    sends,
)
from stackproof.types.tokens import (
    AUTOSCALING_ATTACHMENT,
    AUTOSCALING_GROUP,
    CODEDEPLOY_GROUP,
    ECS_SERVICE,
    LB,
    LB_LISTENER_RULE,
    LB_TARGET_GROUP,
    LB_TARGET_GROUP_ATTACHMENT,
)

_ANSWER = {"type": "fixed-response", "fixed_response": {"status_code": "404"}}
_UNUSED = Change("default_actions", [_ANSWER], of="listener")
_TO_IT = {"type": "forward", "target_group_arn": Ref("subject", "arn")}
# A load balancer that isn't the stack's.
_FAR = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/far/1"


def _shares(*weights: int) -> Change:
    """Let the listener share requests out: to the judged group, and to another one."""
    groups = (Ref("subject", "arn"), Ref("other", "arn"))
    shares = [{"arn": arn, "weight": w} for arn, w in zip(groups, weights, strict=False)]
    action = {"type": "forward", "forward": {"target_groups": shares}}
    return Change("default_actions", [action], of="listener")


def _rule(*actions: object) -> With:
    facts = {"listener_arn": Ref("listener", "arn"), "priority": 1, "actions": list(actions)}
    return With(Neighbour("rule", LB_LISTENER_RULE, facts))


def _with(name: str, type_: str, /, **facts: object) -> With:
    return With(Neighbour(name, type_, facts))


_NOTHING = Fail(
    "load_balancer_arns",
    "a listener or a rule that forwards to it",
    "none that does",
    "Forward to it in a listener's default_actions or in an aws.lb.ListenerRule.",
)
_OTHER = _with("other", LB_TARGET_GROUP, name="other")
# CodeDeploy shifts requests between this group and the other.
_IN_TURNS = (
    _UNUSED,
    _OTHER,
    _with(
        "deployments",
        CODEDEPLOY_GROUP,
        ecs_service={"service_name": Ref("tasks")},
        load_balancer_info={
            "target_group_pair_info": {
                "target_groups": [{"name": Ref("subject")}, {"name": Ref("other")}]
            }
        },
    ),
)
_BY_ECS = (
    _UNUSED,
    _OTHER,
    Change("load_balancers.0.target_group_arn", Ref("other", "arn"), of="tasks"),
    Change(
        "load_balancers.0.advanced_configuration",
        {"alternate_target_group_arn": Ref("subject", "arn")},
        of="tasks",
    ),
)
_TO_OTHER = _rule({"type": "forward", "target_group_arn": Ref("other", "arn")})
_FLEET = (
    Without("tasks"),
    _with("fleet", AUTOSCALING_GROUP, name="web"),
    _with(
        "joined",
        AUTOSCALING_ATTACHMENT,
        autoscaling_group_name=Ref("fleet"),
        lb_target_group_arn=Ref("subject", "arn"),
    ),
)
_ADDRESS = (
    Without("tasks"),
    _with(
        "address",
        LB_TARGET_GROUP_ATTACHMENT,
        target_group_arn=Ref("subject", "arn"),
        target_id="10.0.0.7",
    ),
)


@control(
    "target-group-led-to",
    title="A listener leads to every target group that has targets",
    severity=Severity.HIGH,
    category=Category.HA,
    types=LB_TARGET_GROUP,
    needs=(*LEAD_NEIGHBOURS, *TARGET_NEIGHBOURS),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=judged("group"),
        failing=(
            _UNUSED,
            _shares(0),
            (_UNUSED, _rule(_ANSWER)),
            _IN_TURNS,
            _BY_ECS,
        ),
        unknown=(
            Hide("default_actions", of="listener"),
            (_UNUSED, Hide("load_balancers", of="tasks")),
            (_UNUSED, *_ADDRESS),
            (_UNUSED, *_FLEET),
            (_UNUSED, Change("load_balancer_arns", [_FAR])),
        ),
        absent=(Without("listener"),),
        also_passing=(
            (_OTHER, _shares(1, 0)),
            (_UNUSED, _rule(_TO_IT)),
            (_UNUSED, _rule({"type": "authenticate-oidc", "order": 1}, {**_TO_IT, "order": 2})),
            (*_IN_TURNS, _TO_OTHER),
            (*_BY_ECS, _TO_OTHER),
            _FLEET,
            _ADDRESS,
            # Whether or not it has targets: they may be what could not be seen.
            Without("tasks"),
        ),
        not_applicable=((_UNUSED, Without("tasks")), (_OTHER, _shares(0, 1))),
    ),
)
def led_to(group: Resource, stack: Stack) -> Outcome:
    """Targets that no listener knows are well by all their own checks, and serve nobody.

    Amazon ECS and CodeDeploy shift requests between two groups: one of them is enough. A weight of
    0 beside another group is how a version waits for its turn. Before deployment another program
    may have the listener, save for a service, which Amazon ECS doesn't make without one.
    """
    group = stated(group)
    told = [*_told(group, stack)]
    if Pass() in told:
        return Pass()
    registered = [*registrations(group, stack)]
    if not registered:
        return NotApplicable("nothing of this stack registers targets with it")
    for kind in (Unknown, NotApplicable):
        for outcome in told:
            if isinstance(outcome, kind):
                return outcome
    certain = [target for target in registered if not isinstance(target, Unknown)]
    if not certain:
        return next(target for target in registered if isinstance(target, Unknown))
    if stack.sight is not Sight.LIVE and not any(
        target.by.type == ECS_SERVICE for target in certain
    ):
        return Unknown(Cause.NOT_IN_STACK, detail="a listener of another stack")
    return _NOTHING


def _told(group: Resource, stack: Stack) -> Iterator[Outcome]:
    for group_ in (group, *partners(group, stack)):
        for lead in [group_] if isinstance(group_, Unknown) else leads(group_, stack):
            yield lead if isinstance(lead, Unknown) else attempt(_sent, lead, group_)
    # What AWS, or the state, tells of load balancers of others.
    for arn in group.values("load_balancer_arns"):
        if stack.find(str(arn), LB) is None:
            yield Unknown(Cause.NOT_IN_STACK, "load_balancer_arns", str(arn))
    if stack.sight is not Sight.LIVE and not any(stack.around(t) for t in LEAD_NEIGHBOURS):
        yield Unknown(Cause.NOT_IN_STACK, detail="the listeners, which another stack may have")


def _sent(lead: Resource, group: Resource) -> Outcome:
    if sends(lead, group):
        return Pass()
    if sends(lead):
        return NotApplicable(f"{lead.name} sends it nothing for the time being")
    return _NOTHING
