"""Alarms act on what is there, and what waits for an alarm names one that is there."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each
from stackproof.controls.support.notices import is_gone, named_alarms
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
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import (
    APPSCALING_POLICY,
    AUTOSCALING_POLICY,
    CLOUDWATCH_COMPOSITE_ALARM,
    CODEDEPLOY_GROUP,
    ECS_SERVICE,
    METRIC_ALARM,
    SNS_TOPIC,
)

_NIST: Final = {Framework.NIST: ("SI-4(5)", "CP-10")}
_ALARMS: Final = (METRIC_ALARM, CLOUDWATCH_COMPOSITE_ALARM)
# By the service in the ARN of an action: the types that it may be of.
_ACTED_ON: Final = {
    "sns": (SNS_TOPIC,),
    "autoscaling": (AUTOSCALING_POLICY, APPSCALING_POLICY),
}
# Amazon CloudWatch API Reference, PutMetricAlarm, AlarmActions: the services of other actions.
_OTHERS: Final = ("aiops", "automate", "lambda", "ssm", "ssm-incidents", "swf")
_GONE: Final = "arn:aws:sns:us-east-1:123456789012:gone"


@control(
    "cloudwatch-alarm-acts-on-what-is-there",
    title="Topics and scaling policies that alarms name are there",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=_ALARMS,
    needs=(SNS_TOPIC, AUTOSCALING_POLICY, APPSCALING_POLICY),
    frameworks=_NIST,
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {"alarm_actions": [Ref("topic", "arn")]},
            (Neighbour("topic", SNS_TOPIC, {"name": "alerts"}),),
        ),
        failing=(Change("alarm_actions", [Ref("topic", "arn"), _GONE]),),
        unknown=(
            Hide("alarm_actions"),
            Change("alarm_actions", ["arn:aws:sns:eu-west-1:123456789012:elsewhere"]),
        ),
        absent=(Without("topic"),),
        not_applicable=(
            Remove("alarm_actions"),
            Change("alarm_actions", ["arn:aws:automate:us-east-1:ec2:recover"]),
            Change("alarm_actions", ["arn:aws:sns:us-east-1:210987654321:of-another-account"]),
        ),
    ),
)
def acts_on_what_is_there(alarm: Resource, stack: Stack) -> Outcome:
    """What was deleted is told nothing, and CloudWatch says so in the alarm's history only."""
    sources = alarm.references.get("alarm_actions", ())
    actions = alarm["alarm_actions"] or ()
    if not isinstance(actions, (list, tuple)):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "alarm_actions", "no list"))
    known = [action for action in actions if isinstance(action, str)]
    hidden = [action for action in actions if isinstance(action, Unknown)]
    types = [type_ for kinds in _ACTED_ON.values() for type_ in kinds]
    led = [urn for urn in sources if any(stack.find(urn, type_) for type_ in types)]
    unsure = hidden[len(led) :]
    outcomes: list[Outcome] = [attempt(_there, action, alarm, stack) for action in known]
    outcomes += [Pass() for _ in led] + [action.at("alarm_actions") for action in unsure]
    return worst(*outcomes)


def _there(action: str, alarm: Resource, stack: Stack) -> Outcome:
    service, _, account = (*action.split(":"), *[""] * 5)[2:5]
    if any(stack.find(action, type_) for kinds in _ACTED_ON.values() for type_ in kinds):
        return Pass()
    if service in _OTHERS or account not in (alarm.account or account, ""):
        return NotApplicable("not a topic or policy of this account")
    types = _ACTED_ON.get(service, ())
    if not types:
        return Unknown(Cause.NOT_IN_STACK, "alarm_actions", action)
    if all(is_gone(action, alarm, type_, stack) for type_ in types) and _listed(service, stack):
        fix = "Name what is there, or take the action away."
        return Fail("alarm_actions", "what is there", action, fix)
    return Unknown(Cause.NOT_IN_STACK, "alarm_actions", action)


def _listed(service: str, stack: Stack) -> bool:
    """Tell whether AWS was asked about a policy: it is for those of the stack's own groups."""
    return service == "sns" or any(stack.all(type_) for type_ in _ACTED_ON[service])


@control(
    "deployment-alarm-there",
    title="Alarms that deployments stop at are there",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=(CODEDEPLOY_GROUP, ECS_SERVICE),
    needs=_ALARMS,
    frameworks=_NIST,
    cases=Cases(
        passing=Given(
            CODEDEPLOY_GROUP,
            {"alarm_configuration": {"enabled": True, "alarms": ["api-5xx"]}},
            (Neighbour("alarm", METRIC_ALARM, {"name": "api-5xx"}),),
        ),
        failing=(
            Change("alarm_configuration.alarms", ["api-5xx", "api-4xx"]),
            Change("name", "api-errors", of="alarm"),
        ),
        unknown=(
            Hide("alarm_configuration"),
            Hide("alarm_configuration.alarms"),
            Hide("name", of="alarm"),
        ),
        absent=(Without("alarm"),),
        not_applicable=(
            Remove("alarm_configuration"),
            Change("alarm_configuration.enabled", False),
            Change("alarm_configuration.alarms", []),
        ),
    ),
)
def deployment_alarm(deployed: Resource, stack: Stack) -> Outcome:
    """A deployment doesn't start, or never stops, at an alarm that was deleted.

    Source: AWS CodeDeploy API Reference, AlarmConfiguration; Amazon ECS API Reference,
    DeploymentAlarms.
    """
    codedeploy = deployed.type == CODEDEPLOY_GROUP
    block, on = ("alarm_configuration", "enabled") if codedeploy else ("alarms", "enable")
    path = f"{block}.{'alarms' if codedeploy else 'alarm_names'}"
    if deployed.get(block) is None or deployed.get(f"{block}.{on}") is False:
        return NotApplicable("stops at no alarm")
    return each(deployed.values(path), lambda name: _alarm_there(str(name), path, deployed, stack))


def _alarm_there(name: str, path: str, user: Resource, stack: Stack) -> Outcome:
    alarms = [alarm for type_ in _ALARMS for alarm in stack.around(type_)]
    called = [alarm.raw("name") or alarm.raw("alarm_name") for alarm in alarms]
    if name in called:
        return Pass()
    hidden = next((alarm for alarm in called if isinstance(alarm, Unknown)), None)
    if hidden is not None:
        return hidden.at(path)
    listed = stack.sight is Sight.LIVE and any(alarm.region == user.region for alarm in alarms)
    if not listed:
        return Unknown(Cause.NOT_IN_STACK, path, name)
    return Fail(path, "alarms that are there", name, "Name an alarm that is there.")


@control(
    "cloudwatch-composite-alarm-reads-alarms",
    title="Composite alarms read alarms that are there",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CLOUDWATCH_COMPOSITE_ALARM,
    needs=(METRIC_ALARM,),
    frameworks={Framework.NIST: ("SI-4(5)",)},
    cases=Cases(
        passing=Given(
            CLOUDWATCH_COMPOSITE_ALARM,
            {"alarm_name": "both", "alarm_rule": 'ALARM(cpu) AND NOT OK("memory")'},
            (
                Neighbour("first", METRIC_ALARM, {"name": "cpu"}),
                Neighbour("second", METRIC_ALARM, {"name": "memory"}),
            ),
        ),
        failing=(Change("alarm_rule", "FALSE"), Change("alarm_rule", "TRUE")),
        unknown=(Hide("alarm_rule"), Hide("name", of="first")),
        absent=(Without("second"),),
    ),
)
def reads_alarms(composite: Resource, stack: Stack) -> Outcome:
    """A rule that is always true or false tells nobody of anything.

    Source: Amazon CloudWatch API Reference, PutCompositeAlarm.
    """
    names = named_alarms(composite.text("alarm_rule") or "")
    if not names:
        fix = "Name the alarms that it is to combine."
        return Fail("alarm_rule", "the names of alarms", composite["alarm_rule"], fix)
    return each(names, lambda name: _read_there(name, stack))


def _read_there(name: str, stack: Stack) -> Outcome:
    alarms = [alarm for type_ in _ALARMS for alarm in stack.around(type_)]
    called = [alarm.raw("name") or alarm.raw("alarm_name") for alarm in alarms]
    if name in called or name in [alarm.arn for alarm in alarms]:
        return Pass()
    return Unknown(Cause.NOT_IN_STACK, "alarm_rule", name)
