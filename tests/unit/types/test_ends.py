"""The tables of ends of support: young enough, complete by what the SDK knows, read rightly."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import botocore.session
import pytest
from moto.elbv2.ssl_policies import SSL_POLICIES

from stackproof import clock
from stackproof.types.ends import Ends, Table, UnlistedError, end_of, tables
from stackproof.types.ends.instance_families import PREVIOUS, previous_generation
from stackproof.types.ends.kubernetes import VERSIONS
from stackproof.types.ends.lambda_runtimes import RUNTIMES
from stackproof.types.ends.tls_policies import API_DOMAINS, DISTRIBUTIONS, LOAD_BALANCERS

TABLES = dict(tables())
OLDEST = timedelta(days=180)


def stale(day: date) -> list[str]:
    return [f"{name}: {table}" for name, table in TABLES.items() if day - table.read > OLDEST]


def test_no_table_is_older_than_180_days() -> None:
    assert stale(clock.today()) == [], "read the page again, and write down the day"


def test_a_table_is_stale_on_the_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    name, table = next(iter(TABLES.items()))
    for days, expected in ((180, False), (181, True)):
        day = table.read + timedelta(days=days)
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        assert any(said.startswith(name) for said in stale(clock.today())) is expected


def test_every_table_says_its_page_and_has_rows() -> None:
    assert len(TABLES) >= 20
    for name, table in TABLES.items():
        assert len(table.source) > 20, name
        assert table.rows, name
        assert table.read <= clock.today(), name


@cache
def enumerated(service: str, shape: str) -> tuple[str, ...]:
    model: Any = botocore.session.get_session().get_service_model(service)
    return tuple(model.shape_for(shape).enum)


def test_every_runtime_that_the_sdk_knows_is_listed_or_newer() -> None:
    unlisted = []
    for runtime in enumerated("lambda", "Runtime"):
        try:
            end_of(RUNTIMES, runtime)
        except UnlistedError:
            unlisted.append(runtime)
    assert unlisted in ([], ["custom"])  # of custom images, which have no table


@pytest.mark.parametrize(
    ("service", "shape", "table"),
    [
        ("cloudfront", "MinimumProtocolVersion", DISTRIBUTIONS),
        ("apigateway", "SecurityPolicy", API_DOMAINS),
    ],
)
def test_every_tls_policy_that_the_sdk_knows_is_listed(
    service: str, shape: str, table: Table[str]
) -> None:
    assert {*enumerated(service, shape)} == table.rows.keys()


def test_policies_of_load_balancers_accept_what_their_protocols_say() -> None:
    wrong = {
        name: policy["ssl_protocols"]
        for name, policy in SSL_POLICIES.items()
        if LOAD_BALANCERS.rows[name] != f"{min(policy['ssl_protocols'])[4:]}.0"[:3]
    }
    assert wrong == {}


def test_previous_families_of_instances_are_known_to_the_sdk() -> None:
    families = {type_.partition(".")[0] for type_ in enumerated("ec2", "InstanceType")}
    assert PREVIOUS[""].rows.keys() <= families


@pytest.mark.parametrize(
    ("class_", "previous"),
    [
        ("m4.large", True),
        ("m5.large", False),
        ("db.t2.small", True),
        ("t2.small", False),
        ("cache.m4.large", True),
        ("db.serverless", False),
        ("u-6tb1.metal", False),
    ],
)
def test_family_of_a_class(class_: str, previous: bool) -> None:
    assert (previous_generation(class_) is not None) is previous


SOME: Ends = Table(
    "a page", date(2026, 1, 1), {"8.0": date(2026, 7, 31), "8.4": None, "9": date(2029, 1, 1)}
)


@pytest.mark.parametrize(
    ("version", "end"),
    [
        ("8.0", date(2026, 7, 31)),
        ("8.0.mysql_aurora.3.05.2", date(2026, 7, 31)),
        ("8.4.6", None),
        ("9.1", date(2029, 1, 1)),
        ("5.7", date(2026, 7, 31)),
        ("10", None),
    ],
)
def test_end_of_a_version(version: str, end: date | None) -> None:
    assert end_of(SOME, version) == end


@pytest.mark.parametrize("version", ["8.2", "latest", "", "redis8"])
def test_version_that_nothing_is_known_of(version: str) -> None:
    with pytest.raises(UnlistedError):
        end_of(SOME, version)


def test_kubernetes_rows_are_in_order() -> None:
    numbers = [int(version.partition(".")[2]) for version in VERSIONS.rows]
    assert numbers == sorted(numbers)
