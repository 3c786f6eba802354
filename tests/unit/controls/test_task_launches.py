"""On which cluster tasks are run is what a schedule and a rule say: a role may be bound to it."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Outcome, Pass, worst
from stackproof.model.cases import Form, Given, Json, Neighbour, Ref, build
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.launches import RUNS
from stackproof.reasoning.permissions.targets import Target
from stackproof.types import tokens as t

ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/nightly"
SAYS: dict[str, dict[str, object]] = {
    t.SCHEDULER_SCHEDULE: {"target": {"arn": CLUSTER}},
    t.EVENT_TARGET: {"rule": "nightly", "arn": CLUSTER},
}


@pytest.mark.parametrize("pair", [pair for pair in RUNS if pair.id == "task"], ids=lambda p: p.who)
def test_cluster_is_told(pair: Pair) -> None:
    assert pair.says is not None
    starter, _ = build(Given(pair.who, SAYS[pair.who]), Form.KNOWN)
    assert pair.says(starter, Target(CLUSTER, "nightly")) == {"ecs:cluster": (CLUSTER,)}


def judged(cluster: str) -> Outcome:
    may = {
        "Effect": "Allow",
        "Action": "ecs:RunTask",
        "Resource": "*",
        "Condition": {"ArnEquals": {"ecs:cluster": cluster}},
    }
    role = {
        "name": "starts",
        "assume_role_policy": Json({"Statement": []}),
        "inline_policies": [{"name": "may", "policy": Json({"Statement": [may]})}],
    }
    target = {
        "arn": CLUSTER,
        "role_arn": Ref("role", "arn"),
        "ecs_parameters": {"task_definition_arn": Ref("definition", "arn")},
    }
    schedule = Given(
        t.SCHEDULER_SCHEDULE,
        {"target": target},
        (
            Neighbour("role", t.IAM_ROLE, role),
            Neighbour("definition", t.ECS_TASK_DEFINITION, {"family": "nightly"}),
        ),
    )
    outcomes = catalogue()["schedule-may-deliver"].outcomes(*build(schedule, Form.KNOWN))
    return worst(*outcomes.values())


def test_role_that_may_run_tasks_on_the_cluster_lets_them_start() -> None:
    assert judged(CLUSTER) == Pass()


def test_role_that_is_bound_to_another_cluster_does_not() -> None:
    assert isinstance(judged(CLUSTER.replace("nightly", "daily")), Fail)
