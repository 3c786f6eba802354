"""What readers make of an answer with every member in it is in Pulumi's names and forms."""

from __future__ import annotations

from itertools import count
from typing import Any

import botocore.session
import pytest

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.translate import build_of, key_of
from stackproof.sights.live.unreadable import Unreadable
from stackproof.types.fitting import fitted, misfits
from tests.unit.types.shaped import answer

SESSION = botocore.session.get_session()
SCOPE = Scope("us-east-1", "123456789012", "aws", (), {})
# What AWS's models say and the provider has no property for.
NO_PROPERTY = {
    "all_query_arguments",
    "baseline_performance_factors",
    "batch_report_mode",
    "body",
    "compute_configuration",
    "configured_at_launch",
    "cookies",
    "custom_request_handling",
    "delete_after_event",
    "delete_replication",
    "distribution_segments",
    "excluded_rules",
    "fleets_allowed",
    "header_order",
    "headers",
    "image_id",
    "index_actions",
    "ja3_fingerprint",
    "ja4_fingerprint",
    "json_body",
    "managed_rule_group_statement",  # inside another statement
    "monetize",
    "period",
    "pre_parse_text_transformations",
    "rate_based_statement",  # inside another statement
    "reboot_migration",
    "reference_id",
    "rule_group_reference_statement",  # inside another statement
    "s3_files_config",
    "single_query_argument",
    "source_identifier",
    "sqls",
    "status",
    "trust_store_association_status",
    "uri_fragment",
    "use_existing_client_secret",
}
# Attributes by names that the model doesn't tell.
ATTRIBUTES = {"sns:GetTopicAttributes": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:orders"}}


def shape(ask: Ask) -> Any:
    model: Any = SESSION.get_service_model(ask.service)
    found = model.operation_model(ask.operation).output_shape
    for step in filter(None, (ask.result or "").split(".")):
        found = found.members[step]
    return found


def shown(reader: Reader) -> list[Resource]:
    """Give what a reader makes of answers in which every member is there."""
    numbers = count(1)
    listed = answer(shape(reader.listing), numbers)
    item = listed[0] if isinstance(listed, list) else listed
    item = item if isinstance(item, dict) else {"Value": item}
    item = {name: f"carried-{name}" for name in reader.parent_fields} | item
    item |= ATTRIBUTES.get(reader.listing.name, {})
    details = {name: answer(shape(d.ask), numbers) for name, d in reader.details.items()}
    key = key_of(reader, item, SCOPE)
    assert not isinstance(key, Unreadable), key
    return [r for r in build_of(reader, item, details, key, SCOPE)[0] if r.unread is None]


@pytest.mark.parametrize(
    "reader", [pytest.param(reader, id=reader.types[0]) for reader in readers()]
)
def test_reader_shows_names_and_forms_of_pulumi_at_every_depth(reader: Reader) -> None:
    strange = [
        f"{resource.type} {said}"
        for resource in shown(reader)
        for said in misfits(resource.type, resource.data)
        if not said.endswith(": Pulumi has no such property")
        or said.partition(":")[0].rpartition(".")[2] not in NO_PROPERTY
        or "." not in said.partition(":")[0]
    ]
    assert strange == []


@pytest.mark.parametrize(
    ("type_", "given", "fits"),
    [
        (
            "aws:ec2/launchTemplate:LaunchTemplate",
            {"instance_requirements": {"v_cpu_count": {"min": 2}, "memory_mi_b": {"min": 1024}}},
            {"instance_requirements": {"vcpu_count": {"min": 2}, "memory_mib": {"min": 1024}}},
        ),
        (
            "aws:appautoscaling/policy:Policy",
            {
                "step_scaling_policy_configuration": {
                    "step_adjustments": [
                        {"metric_interval_lower_bound": 0.0, "scaling_adjustment": 2}
                    ]
                }
            },
            {
                "step_scaling_policy_configuration": {
                    "step_adjustments": [
                        {"metric_interval_lower_bound": "0", "scaling_adjustment": 2}
                    ]
                }
            },
        ),
        (
            "aws:ecs/service:Service",
            {"service_registries": [{"registry_arn": "arn"}]},
            {"service_registries": {"registry_arn": "arn"}},
        ),
        (
            "aws:wafv2/webAcl:WebAcl",
            {
                "rules": [
                    {
                        "statement": {
                            "byte_match_statement": {
                                "search_string": b"bot",
                                "field_to_match": {"cookies": {"match_pattern": {}}},
                            }
                        }
                    }
                ]
            },
            {
                "rules": [
                    {
                        "statement": {
                            "byte_match_statement": {
                                "search_string": "bot",
                                "field_to_match": {"cookies": {"match_patterns": [{}]}},
                            }
                        }
                    }
                ]
            },
        ),
        ("aws:lambda/eventSourceMapping:EventSourceMapping", {"queues": ["q"]}, {"queues": "q"}),
        ("aws:sqs/queue:Queue", {"tags": {"snake_case": "1"}}, {"tags": {"snake_case": "1"}}),
        ("aws:sqs/queue:Queue", {"delay_seconds": "soon"}, {"delay_seconds": "soon"}),
        ("aws:sqs/queue:Queue", {"delay_seconds": "5"}, {"delay_seconds": 5}),
    ],
)
def test_what_aws_writes_in_another_way_is_made_to_fit(
    type_: str, given: dict[str, Any], fits: dict[str, Any]
) -> None:
    assert fitted(type_, given) == fits
    assert fitted(type_, fits) == fits
