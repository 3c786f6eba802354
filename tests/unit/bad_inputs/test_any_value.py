"""Whatever JSON or YAML holds, each parser gives a value or a sentence, and nothing else.

Half of the documents are good ones in which one part is replaced by any value: those get further.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stackproof.errors import StackproofError
from stackproof.outputs import load as load_outputs
from stackproof.record import record_of
from stackproof.record.gates import baseline_of, read_baseline
from stackproof.record.reading import read as read_record
from stackproof.settings.file import read as read_settings
from stackproof.sights.state import load_state
from stackproof.verify import verify_state
from stackproof.waivers import load as load_waivers
from tests.unit.reports.made import FAIL, finding, run

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["*", "arn:aws:s3:::x", "eu-west-1", "123456789012", "{", "[1", "", "-1"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
URN = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:aws::default::id"
WAIVER = {
    "control": "kms-key-rotation",
    "resource": ["a", "b"],
    "stack": "dev",
    "reason": "because",
    "owner": "us",
    "until": "2030-01-31",
    "expect": "1",
}
RECORD = record_of(run(finding(FAIL)))


def _judged(path: Path) -> None:
    """Read a state and judge what it says: that must hold, too."""
    verify_state(load_state(path), "shop")


PARSERS: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "outputs": (
        load_outputs,
        {
            "region": "eu-west-1",
            "account_id": "123456789012",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "settings": {"zones": "[1, 2]"},
        },
    ),
    "CloudFormation's outputs": (
        load_outputs,
        {
            "Stacks": [
                {
                    "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b",
                    "StackName": "a",
                    "Outputs": [{"OutputKey": "Queue", "OutputValue": "orders"}],
                }
            ]
        },
    ),
    "Terraform's outputs": (
        load_outputs,
        {"queue": {"sensitive": False, "type": "string", "value": "orders"}},
    ),
    "state": (
        _judged,
        {
            "version": 3,
            "deployment": {
                "resources": [
                    {
                        "urn": PROVIDER.removesuffix("::id"),
                        "type": "pulumi:providers:aws",
                        "custom": True,
                        "id": "id",
                        "inputs": {"region": "eu-west-1"},
                    },
                    {
                        "urn": URN,
                        "type": "aws:sqs/queue:Queue",
                        "custom": True,
                        "external": False,
                        "delete": False,
                        "id": "orders",
                        "provider": PROVIDER,
                        "inputs": {"tags": {"a": "b"}, "policy": "{}", "kmsMasterKeyId": "x"},
                        "outputs": {"arn": "arn:aws:sqs:eu-west-1:123456789012:orders"},
                        "propertyDependencies": {"tags": [URN]},
                    },
                ],
                "pending_operations": [{"resource": {"urn": URN, "type": "a"}, "type": "creating"}],
            },
        },
    ),
    "waivers": (
        load_waivers,
        [WAIVER],
    ),
    "settings": (
        lambda path: read_settings(path, None),
        {
            "profile": "ours",
            "profiles": {"ours": {"extends": ["prod"], "levels": []}},
            "select": ["kms-*", {"severity": "high", "type": "aws:s3/*"}],
            "exclude": ["s3-*"],
            "levels": [{"id": "kms-*", "level": "advisory"}],
            "parameters": {"ecs-service-several-tasks": {"minimum": 3}},
            "trusted": ["123456789012"],
            "own_tags": {"Project": "shop"},
            "environments": {"dev": {"tolerates": ["rds-*"]}},
            "fail_on": "high",
            "waivers": [WAIVER],
            "nightly": {
                "stacks": [{"stack": "dev"}],
                "budgets": [{"severity": "high", "days": 3}],
            },
        },
    ),
    "record": (lambda path: read_record(path.read_bytes()), json.loads(RECORD.as_json())),
    "baseline": (read_baseline, json.loads(baseline_of([RECORD]))),
}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give each part of a document that can be replaced: what holds it, and where."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, (dict, list)):
            yield from _places(item)


def _spoilt(good: Any) -> st.SearchStrategy[Any]:
    def spoil(which: int, by: Any) -> Any:
        made = copy.deepcopy(good)
        holder, key = list(_places(made))[which]
        holder[key] = by
        return made

    return st.builds(spoil, st.integers(0, len(list(_places(good))) - 1), ANY)


@pytest.mark.parametrize("parser", PARSERS)
def test_any_document_is_a_value_or_a_sentence(parser: str, tmp_path: Path) -> None:
    read, good = PARSERS[parser]
    file = tmp_path / "stackproof.yaml"
    write = yaml.safe_dump if parser in ("waivers", "settings") else json.dumps

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(ANY | _spoilt(good))
    def try_(document: Any) -> None:
        file.write_text(write(document))
        assert _sentence(read, file) is not None

    file.write_text(write(good))
    assert _sentence(read, file) == ""
    try_()


def _sentence(read: Callable[[Path], Any], file: Path) -> str | None:
    """Give the sentence by which a file is refused, none when it is read; fail for a bad one."""
    try:
        read(file)
    except StackproofError as error:
        return str(error) if str(error).strip() else None
    return ""
