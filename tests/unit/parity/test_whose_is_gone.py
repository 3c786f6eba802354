"""What is not there fails only where it is the stack's: by the state, the account, or the id."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Unknown
from stackproof.parity.accounting import Accounting, Status, account
from stackproof.parity.naming import named
from stackproof.parity.twins import Reach
from stackproof.record.made import unjudged_of
from stackproof.reports.accounts import ON_A_LINE
from stackproof.reports.accounts import named as lines
from stackproof.types import tokens as t
from stackproof.types.identities import identity
from tests.unit.parity.made import ACCOUNT, held, state

HERE = "us-east-1"
NUMBER = "0a1b2c3d"
IDS = [
    f"{prefix}-{NUMBER}"
    for prefix in (
        *("acl", "eipalloc", "eni", "fl", "i", "igw", "lt", "nat", "pcx", "pl", "rtb", "sg"),
        *("sgr", "snap", "subnet", "tgw", "tgw-attach", "tgw-rtb", "vol", "vpc", "vpce", "fsap"),
    )
]
OTHER_IDS = [f"{HERE}_Ab1Cd2Ef3", f"arn:aws:apigateway:{HERE}::/apis/a1b2c3"]
ADDRESSES = [
    "https://d111111abcdef8.cloudfront.net",
    f"books.abc1.{HERE}.rds.amazonaws.com:5432",
    f"shop.cluster-abc1.{HERE}.rds.amazonaws.com",
    f"wh.abc1.{HERE}.redshift.amazonaws.com:5439",
    f"https://a1b2c3.execute-api.{HERE}.amazonaws.com/prod",
    f"fs-{NUMBER}.efs.{HERE}.amazonaws.com",
]
BUCKETS = ["https://pictures.s3.amazonaws.com/", "arn:aws:s3:::pictures", "s3://pictures/a"]
OURS = [f"arn:aws:kms:{HERE}:{ACCOUNT}:key/k-1", f"https://sqs.{HERE}.amazonaws.com/{ACCOUNT}/q"]


def ends(
    *outputs: str, live: tuple[Resource, ...] = (), held_by: str = "", stateful: bool = False
) -> Accounting:
    """Account for outputs of which AWS denies to have any."""
    told = identity(held_by)
    known = state(held(told.types[0], held_by)) if told else None
    names = named(known or (state() if stateful else None), outputs, (), ACCOUNT)
    types = frozenset(type_ for one in names for type_ in one.types) | {t.VPC_PEERING_CONNECTION}
    answers: dict[str, Unknown | None] = {one.key: None for one in names}
    return account(
        names,
        live,
        Reach(types, types),
        gaps={},
        answers=answers,
        stateful=stateful or known is not None,
    )


def statuses(accounting: Accounting) -> list[Status]:
    return [entry.status for entry in accounting.entries]


@pytest.mark.parametrize("name", [*IDS, *OTHER_IDS, *BUCKETS, *OURS])
def test_id_that_outputs_name_has_vanished(name: str) -> None:
    assert statuses(ends(name)) == [Status.VANISHED]


@pytest.mark.parametrize("name", ADDRESSES)
def test_address_may_be_anothers(name: str) -> None:
    made = ends(name)
    assert statuses(made) == [Status.UNREADABLE]
    assert "another account's" in str(made.entries[0].unknown)


@pytest.mark.parametrize("name", [*IDS, *OTHER_IDS, *ADDRESSES, *BUCKETS])
def test_what_no_state_knows_was_never_the_stacks(name: str) -> None:
    made = ends(name, stateful=True)
    assert statuses(made) == [Status.FOREIGN]
    assert made.entries[0].why == "neither the state nor this account knows it"


@pytest.mark.parametrize("name", OURS)
def test_what_tells_this_account_has_vanished_whatever_the_state_knows(name: str) -> None:
    assert statuses(ends(name, stateful=True)) == [Status.VANISHED]


@pytest.mark.parametrize("name", IDS)
def test_what_the_state_names_has_vanished(name: str) -> None:
    assert statuses(ends(name, held_by=name)) == [Status.VANISHED]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"vpc_id": "vpc-1", "peer_vpc_id": "vpc-0a1b2c3d", "peer_owner_id": "9" * 12}, IDS[-3]),
        ({"ingress": [{"security_groups": [f"{'9' * 12}/sg-{NUMBER}"]}]}, f"sg-{NUMBER}"),
    ],
)
def test_what_something_says_is_of_another_account_is_foreign(
    data: dict[str, object], name: str
) -> None:
    peering = Resource(data, type=t.VPC_PEERING_CONNECTION, name="p", id="pcx-1", account=ACCOUNT)
    made = ends(name, live=(peering,))
    assert [(e.status, e.why) for e in made.entries if e.resource.id == name] == [
        (Status.FOREIGN, f"it is of account {'9' * 12}")
    ]


def test_many_are_named_on_a_line_and_all_in_documents() -> None:
    told = unjudged_of(ends(*(f"vpc-{number:08x}" for number in range(3000))))
    ((_, whole),) = lines(told)
    ((_, short),) = lines(told, ON_A_LINE)
    assert whole.count("vpc-") == len(told) == 3000
    assert short.count("vpc-") == ON_A_LINE
    assert short.endswith("and 2980 more")
