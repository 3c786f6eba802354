"""Every resource that is named or read ends as exactly one of five, each counted and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackproof.model import Cause, Resource, Unknown
from stackproof.model.resource import Unread
from stackproof.parity.accounting import NO_READER, Accounting, Status, account
from stackproof.parity.naming import Source, elsewhere, named
from stackproof.parity.twins import with_urns
from stackproof.sights.state import State
from stackproof.types.tokens import (
    CODECOMMIT_REPOSITORY,
    EC2_DEFAULT_SUBNET,
    EC2_TAG,
    IAM_ROLE,
    KEY_PAIR,
    KMS_ALIAS,
    KMS_KEY,
    LOG_GROUP,
    SUBNET,
    VPC,
)
from tests.unit.parity.made import ACCOUNT, REACH, held, key, state

DENIED = Unknown(Cause.ACCESS_DENIED, detail="kms:DescribeKey")
BROKER = f"arn:aws:mq:eu-west-1:{ACCOUNT}:broker:shop:b-1"


def accounted(
    *live: Resource,
    held_by: State | None = None,
    outputs: tuple[str, ...] = (),
    tagged: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
    gaps: Mapping[str, Unknown] | None = None,
    **more: Any,
) -> Accounting:
    """Account for resources; AWS denies to have those whose ids are `gone`."""
    names = named(held_by, outputs, tagged, ACCOUNT)
    answers = {one.key: None for one in names if one.resource.id in gone}
    return account(names, live, REACH, gaps=gaps or {}, answers=answers, **more)


def ends(accounting: Accounting) -> list[tuple[str | None, Status]]:
    return [(entry.resource.id, entry.status) for entry in accounting.entries]


def test_what_is_read_is_judged_or_of_a_type_that_no_control_covers() -> None:
    alias = Resource({}, type=KMS_ALIAS, name="alias/x", id="alias/x")
    assert ends(accounted(key(), alias)) == [
        ("k-1", Status.JUDGED),
        ("alias/x", Status.UNCOVERED),
    ]


@pytest.mark.parametrize("name", [str(key().arn), "k-1"])
def test_what_everybody_names_is_one_resource(name: str) -> None:
    made = accounted(
        key(),
        held_by=state(held(KMS_KEY, "k-1", arn=key().arn)),
        outputs=(name, str(key().arn)),
        tagged=(str(key().arn),),
    )
    assert ends(made) == [("k-1", Status.JUDGED)]
    assert made.entries[0].source is Source.STATE


def test_what_aws_denies_to_have_has_vanished() -> None:
    made = accounted(
        held_by=state(held(LOG_GROUP, "/api")), outputs=(str(key().arn),), gone=("/api", "k-1")
    )
    assert ends(made) == [("/api", Status.VANISHED), ("k-1", Status.VANISHED)]


@pytest.mark.parametrize(("by", "status"), [
    ({"outputs": (str(key().arn),)}, Status.VANISHED),
    ({"tagged": (str(key().arn),)}, Status.JUDGED),
    ({}, Status.JUDGED),
])  # fmt: skip
def test_what_waits_for_its_deletion_has_vanished_for_who_names_it(
    by: dict[str, Any], status: Status
) -> None:
    live = key(urn="urn:pulumi:dev::p::t::k-1")
    (entry,) = accounted(live, dying=(key().identity,), **by).entries
    assert entry.status is status


def test_what_nobody_could_ask_for_has_not_vanished() -> None:
    (entry,) = accounted(held_by=state(held(LOG_GROUP, "/api"))).entries
    assert entry.status is Status.UNREADABLE
    assert entry.unknown is not None


def test_what_only_tags_name_and_aws_denies_to_have_is_no_resource_any_more() -> None:
    assert accounted(tagged=(str(key().arn),), gone=("k-1",)).entries == []


def test_what_may_be_in_a_listing_that_was_denied_is_unreadable() -> None:
    (entry,) = accounted(outputs=(str(key().arn),), gaps={KMS_KEY: DENIED}).entries
    assert (entry.status, entry.unknown) == (Status.UNREADABLE, DENIED)


@pytest.mark.parametrize("by", [{"outputs": (BROKER,)}, {"tagged": (BROKER,)}])
def test_type_without_a_reader_is_unreadable_and_said_by_its_arn(by: dict[str, Any]) -> None:
    made = accounted(**by)
    (entry,) = made.entries
    assert (entry.status, entry.unknown) == (Status.UNREADABLE, NO_READER)
    assert made.unreadable == f"1 of 1 resources is of types that can't be read: {BROKER}"


def test_state_names_the_type_that_nothing_reads() -> None:
    made = accounted(held_by=state(held("aws:mq/broker:Broker", "b-1")), outputs=(BROKER,))
    assert [entry.label for entry in made.of(Status.UNREADABLE)] == ["mq.Broker b-1", BROKER]


def test_what_may_be_of_a_type_that_is_read_can_vanish_though_another_is_shown_in_others() -> None:
    reach = replace(REACH, readable=frozenset({SUBNET}), shown_in={EC2_DEFAULT_SUBNET: (SUBNET,)})
    names = named(None, ("subnet-1a2b3c4d",), (), ACCOUNT)
    made = account(names, [], reach, gaps={}, answers={names[0].key: None})
    assert ends(made) == [("subnet-1a2b3c4d", Status.VANISHED)]
    adopted = named(state(held(EC2_DEFAULT_SUBNET, "subnet-1a2b3c4d")), (), (), ACCOUNT)
    made = account(adopted, [], reach, gaps={}, answers={adopted[0].key: None})
    assert ends(made) == [("subnet-1a2b3c4d", Status.VANISHED)]


@pytest.mark.parametrize("covered", [True, False])
def test_what_aws_shows_in_what_it_belongs_to_is_not_unreadable(covered: bool) -> None:
    made = _with_tag(SHOWN, frozenset({EC2_TAG}) if covered else frozenset())
    assert ends(made)[-1] == ("vpc-1,Owner", Status.JUDGED if covered else Status.UNCOVERED)


SHOWN = Resource({"tags": {"Owner": "shop"}}, type=VPC, name="vpc-1", id="vpc-1")


def _with_tag(
    host: Resource | None, covered: frozenset[str], gaps: Mapping[str, Unknown] | None = None
) -> Accounting:
    tag = replace(held(EC2_TAG, "vpc-1,Owner"), data={"resource_id": "vpc-1", "key": "Owner"})
    reach = replace(REACH, shown_in={EC2_TAG: (SUBNET, VPC)}, covered=covered)
    names = named(state(tag), (), (), ACCOUNT)
    return account(names, [host] if host else [], reach, gaps=gaps or {}, answers={})


@pytest.mark.parametrize(
    ("host", "gaps", "why"),
    [
        (replace(SHOWN, data={"tags": DENIED}), {}, DENIED.detail),
        (replace(SHOWN, data=Unread(DENIED)), {}, DENIED.detail),
        (None, {VPC: DENIED}, DENIED.detail),
        (None, {}, "what it belongs to was not seen"),
    ],
    ids=["setting", "item", "listing", "nowhere"],
)
def test_what_is_shown_in_something_unseen_is_not_seen(
    host: Resource | None, gaps: Mapping[str, Unknown], why: str
) -> None:
    made = _with_tag(host, frozenset({EC2_TAG}), gaps)
    (entry,) = (one for one in made.entries if one.resource.type == EC2_TAG)
    assert entry.status is Status.UNREADABLE
    assert entry.unknown is not None
    assert entry.unknown.detail == why
    assert "could not be seen: " in made.unreadable
    assert "ec2.Tag vpc-1,Owner" in made.unreadable


def test_what_was_seen_hides_no_gap_of_another_type() -> None:
    made = _with_tag(SHOWN, frozenset({EC2_TAG}), {SUBNET: DENIED})
    assert ends(made)[-1][1] is Status.JUDGED


def test_other_accounts_and_what_aws_made_are_not_this_stacks() -> None:
    theirs = "arn:aws:kms:eu-west-1:999999999999:key/1"
    backup = f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:rds:shop-2026-11-29"
    node = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/node"
    made = accounted(outputs=(theirs, backup), tagged=(node,), made_by_aws=(node,))
    assert {entry.resource.arn: entry.why for entry in made.of(Status.FOREIGN)} == {
        theirs: "it is of account 999999999999",
        backup: "AWS made it",
        node: "AWS made it",
    }
    assert made.counts[Status.FOREIGN] == len(made.entries)


def test_what_the_program_only_looks_up_is_not_this_stacks_and_never_vanished() -> None:
    looked_up = held(LOG_GROUP, "/theirs")
    made = accounted(held_by=state(external=(looked_up,)), gone=("/theirs",))
    assert ends(made) == [("/theirs", Status.FOREIGN)]


def test_what_was_read_of_others_is_not_this_stacks() -> None:
    made = accounted(key(), foreign=(key("k-2"),), outputs=(str(key("k-2").arn),))
    assert ends(made) == [("k-1", Status.JUDGED), ("k-2", Status.FOREIGN)]
    assert made.entries[1].source is Source.OUTPUTS


@pytest.mark.parametrize("word", ["10.0.0.0/16", "443", "shop", "/api", "alias/x", "eu-west-1"])
def test_plain_word_in_the_outputs_is_never_gone(word: str) -> None:
    assert accounted(outputs=(word,), gone=(word,)).entries == []


def test_same_id_in_another_region_is_another_resource() -> None:
    here = Resource({}, type=LOG_GROUP, name="/api", id="/api", region="eu-west-1")
    there = held(LOG_GROUP, "/api", region="us-east-1")
    made = accounted(here, held_by=state(there), gone=("/api",))
    assert [status for _, status in ends(made)] == [Status.JUDGED, Status.VANISHED]
    (named_so,) = with_urns([here], named(state(there), (), (), ACCOUNT), REACH)
    assert named_so.urn is None


def test_what_has_no_region_is_the_same_from_everywhere() -> None:
    role = Resource({}, type=IAM_ROLE, name="r", id="r", region="eu-west-1")
    theirs = held(IAM_ROLE, "r", region="us-east-1")
    made = accounted(role, held_by=state(theirs))
    assert len(made.entries) == 1
    (named_so,) = with_urns([role], named(state(theirs), (), (), ACCOUNT), REACH)
    assert named_so.urn == theirs.urn


def test_vpc_that_is_read_under_another_type_is_read() -> None:
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1a2b3c4d"
    live = Resource({}, type=LOG_GROUP, name="v", id="vpc-1a2b3c4d", arn=arn)
    default = held("aws:ec2/defaultVpc:DefaultVpc", "vpc-1a2b3c4d", arn=arn)
    assert ends(accounted(live, held_by=state(default))) == [("vpc-1a2b3c4d", Status.JUDGED)]


def test_resources_of_other_providers_are_counted_apart() -> None:
    other = state(
        held("random:index/randomId:RandomId", "1"),
        held("kubernetes:core/v1:Pod", "2"),
        held("random:index/randomId:RandomId", "3"),
        held("aws:acm/certificateValidation:CertificateValidation", "4"),
        held(KMS_KEY, "k-1"),
    )
    assert elsewhere(other) == {"CertificateValidation": 1, "kubernetes": 1, "random": 2}
    assert [one.resource.id for one in named(other, (), (), ACCOUNT)] == ["k-1"]


def test_what_of_a_resource_nothing_shows_is_told() -> None:
    source = Resource({}, type=CODECOMMIT_REPOSITORY, name="api", id="api")
    assert accounted(source, key()).seen_in_part == {"its branches": ["codecommit.Repository api"]}
    assert accounted(key()).seen_in_part == {}


def test_uncovered_types_are_counted_by_type() -> None:
    aliases = [Resource({}, type=KMS_ALIAS, name=n, id=n) for n in ("alias/a", "alias/b")]
    assert accounted(key(), *aliases).uncovered == (
        "2 of 3 resources are of types that no control covers: kms.Alias (2)"
    )
    assert accounted(key()).uncovered == accounted(key()).unreadable == ""


_IDS = st.sets(st.sampled_from(["k-1", "k-2", "k-3", "k-4"]))


@given(st.tuples(_IDS, _IDS, _IDS, _IDS, _IDS), st.booleans())
def test_each_ends_exactly_once_and_only_what_is_there_is_judged(
    sets: tuple[set[str], ...], denied: bool
) -> None:
    live, by_state, by_outputs, tagged, gone = sets
    made = accounted(
        *(key(id_) for id_ in sorted(live)),
        held_by=state(*(held(KMS_KEY, id_) for id_ in sorted(by_state))),
        outputs=tuple(str(key(id_).arn) for id_ in by_outputs),
        tagged=tuple(str(key(id_).arn) for id_ in tagged),
        gone=tuple(gone),
        gaps={KMS_KEY: DENIED} if denied else {},
    )
    ids = [entry.resource.id for entry in made.entries]
    assert len(ids) == len(set(ids))
    assert {e.resource.id for e in made.of(Status.JUDGED)} == live
    claimed = by_state | by_outputs
    lost = set() if denied else (claimed - live) & gone
    assert {e.resource.id for e in made.of(Status.VANISHED)} == lost
    assert claimed | live <= set(ids)
    assert sum(made.counts.values()) == len(made.entries)


def test_key_pair_is_met_by_the_id_that_its_tags_are_told_by() -> None:
    pair = Resource({"key_pair_id": "key-0a1b2c3d"}, type=KEY_PAIR, name="team", id="team")
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:key-pair/key-0a1b2c3d"
    reach = replace(REACH, readable=frozenset({KEY_PAIR}), covered=frozenset({KEY_PAIR}))
    made = account(named(None, (), [arn], ACCOUNT), [pair], reach, gaps={}, answers={})
    assert [(e.resource.id, e.status) for e in made.entries] == [("team", Status.JUDGED)]


def test_what_is_regional_and_not_where_was_guessed_may_be_in_another_region() -> None:
    names = state(held(LOG_GROUP, "/api"), held(IAM_ROLE, "api"))
    gone = ("/api", "api", "k-1")
    told = accounted(held_by=names, outputs=(str(key().arn),), gone=gone)
    assert {entry.status for entry in told.entries} == {Status.VANISHED}
    guessed = accounted(held_by=names, outputs=(str(key().arn),), gone=gone, guessed=("eu-west-1",))
    assert ends(guessed) == [
        ("/api", Status.UNREADABLE),
        ("api", Status.VANISHED),
        ("k-1", Status.VANISHED),
    ]
    assert "it is not in eu-west-1, and nothing says" in str(guessed.entries[0].unknown)


def test_what_the_state_has_in_another_account_could_not_be_seen() -> None:
    abroad = held(KMS_KEY, "k-2", arn="arn:aws:kms:eu-west-1:999999999999:key/k-2")
    made = accounted(key(), held_by=state(abroad))
    assert ends(made) == [("k-1", Status.JUDGED), ("k-2", Status.UNREADABLE)]
    assert "could not be seen" in made.unreadable
