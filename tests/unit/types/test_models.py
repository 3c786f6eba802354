"""Models cut to what is used: a client of one asks, reads and refuses like a whole one's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from stackproof.sights.live import clients
from stackproof.sights.live.clients import Clients
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.types.described import shipped
from stackproof.types.mapping import _cut_service, mapping
from stackproof.types.models import UsedModels, cache_folder, cut

USED = frozenset((ask.service, ask.operation) for ask in all_asks(readers()))
SERVICES = sorted({service for service, _ in USED})
NOWHERE = "http://127.0.0.1:1"


def whole(service: str) -> dict[str, Any]:
    model: dict[str, Any] = Loader().load_service_model(service, "service-2")
    return model


def undocumented(shape: Any, seen: frozenset[str] = frozenset()) -> Any:
    """Give a shape with all that is in it, as far as a client acts on it."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    inner = seen | {shape.name}
    parts = (
        {name: undocumented(member, inner) for name, member in shape.members.items()}
        if shape.type_name == "structure"
        else [undocumented(shape.member, inner)]
        if shape.type_name == "list"
        else [undocumented(shape.key, inner), undocumented(shape.value, inner)]
        if shape.type_name == "map"
        else None
    )
    return shape.name, shape.type_name, shape.serialization, shape.metadata, parts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.delenv("AWS_DATA_PATH", raising=False)
    clients._session.cache_clear()
    yield tmp_path / "stackproof" / "models"
    clients._session.cache_clear()


@pytest.mark.parametrize("service", SERVICES)
def test_cut_model_says_of_what_is_used_what_the_whole_says(service: str) -> None:
    full = whole(service)
    used = [operation for name, operation in USED if name == service]
    kept = json.loads(json.dumps(cut(full, used)))
    before, after = ServiceModel(full, service), ServiceModel(kept, service)
    assert after.operation_names == before.operation_names
    assert {k: v for k, v in kept.items() if k not in ("operations", "shapes")} == {
        k: v for k, v in full.items() if k not in ("operations", "shapes")
    }
    for name in used:
        one, other = before.operation_model(name), after.operation_model(name)
        for part in ("input_shape", "output_shape"):
            assert undocumented(getattr(other, part)) == undocumented(getattr(one, part)), name
        assert other.http == one.http
        assert [shape.name for shape in other.error_shapes] == [s.name for s in one.error_shapes]


def test_cut_models_are_a_small_part_of_the_whole() -> None:
    full = whole("ec2")
    used = [operation for name, operation in USED if name == "ec2"]
    assert len(json.dumps(cut(full, used))) < len(json.dumps(full)) / 10


def test_models_are_kept_and_read_back(folder: Path) -> None:
    first = UsedModels(USED, folder).load_service_model("sqs", "service-2")
    (file,) = folder.rglob("sqs-*.json")
    file.write_text(json.dumps({**first, "kept": True}))
    assert UsedModels(USED, folder).load_service_model("sqs", "service-2") == {
        **first,
        "kept": True,
    }


@pytest.mark.parametrize("spoilt", ["", "{", "[]", "{}", "\x00", '{"operations":'])
def test_spoilt_model_is_cut_anew(folder: Path, spoilt: str) -> None:
    first = UsedModels(USED, folder).load_service_model("sqs", "service-2")
    (file,) = folder.rglob("sqs-*.json")
    file.write_text(spoilt)
    assert UsedModels(USED, folder).load_service_model("sqs", "service-2") == first
    assert json.loads(file.read_text()) == first


def test_what_else_is_used_has_a_model_of_its_own(folder: Path) -> None:
    UsedModels({("sqs", "ListQueues")}, folder).load_service_model("sqs", "service-2")
    more = UsedModels({("sqs", "ListQueues"), ("sqs", "GetQueueUrl")}, folder)
    assert "input" in more.load_service_model("sqs", "service-2")["operations"]["GetQueueUrl"]
    assert len([*folder.rglob("sqs-*.json")]) == 2


def test_folder_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    model = UsedModels(USED, tmp_path / "file").load_service_model("sqs", "service-2")
    assert "input" in model["operations"]["ListQueues"]


def test_models_that_the_user_brings_along_are_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", "/models")
    Clients(USED, NOWHERE).client("sqs", "us-east-1")
    assert not folder.exists()


def test_models_in_the_users_home_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))
    assert cache_folder() is None


def test_folder_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/stackproof/models")
    # A relative one is none: XDG Base Directory Specification.
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")
    assert cache_folder() is None


def test_operation_that_nobody_uses_is_refused_before_it_is_sent(folder: Path) -> None:
    made = Clients(USED, NOWHERE).client("sqs", "us-east-1")
    for _ in range(2):  # from a model that is cut now, and from one that was kept
        with pytest.raises(LiveError, match="sqs:PurgeQueue was refused before it was sent"):
            made.purge_queue(QueueUrl=f"{NOWHERE}/1/queue")
        clients._session.cache_clear()
        made = Clients(USED, NOWHERE).client("sqs", "us-east-1")
    assert [*folder.rglob("sqs-*.json")]


KINDS = ("service-2", "paginators-1", "endpoint-rule-set-1")


@pytest.mark.parametrize("service", ["sqs", "sts"])
def test_what_is_kept_of_a_service_is_found_without_looking_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    first = [UsedModels(USED, folder).load_service_model(service, kind) for kind in KINDS]
    whole_ones = [Loader().load_service_model(service, kind) for kind in KINDS]
    assert first[1:] == whole_ones[1:]
    monkeypatch.setattr(Loader, "list_available_services", None)
    assert [UsedModels(USED, folder).load_service_model(service, kind) for kind in KINDS] == first


def test_services_that_give_credentials_are_whole(folder: Path) -> None:
    for _ in range(2):  # as it is loaded, and as it was kept
        assert UsedModels(USED, folder).load_service_model("sts", "service-2") == whole("sts")


def test_service_that_botocore_does_not_know_is_refused_and_not_kept(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(UnknownServiceError, match="nosuch"):
            UsedModels(USED, folder).load_service_model("nosuch", "service-2")
    assert not folder.exists()


@pytest.mark.parametrize("name", ["endpoints", "partitions"])
def test_other_data_are_what_botocore_reads(folder: Path, name: str) -> None:
    assert UsedModels(USED, folder).load_data(name) == Loader().load_data(name)


def test_data_that_are_not_there_are_told_as_botocore_tells_it(folder: Path) -> None:
    with pytest.raises(DataNotFoundError):
        UsedModels(USED, folder).load_data("nosuch/file")


def test_our_descriptions_are_read_from_cut_models_and_mean_the_same(folder: Path) -> None:
    mapping.cache_clear()
    _cut_service.cache_clear()
    by_cut = {token: mapping(type_) for token, type_ in shipped().items()}
    assert len([*folder.rglob("*.json")]) == len({type_.service for type_ in shipped().values()})
    # A copy is none of ours.
    assert by_cut == {token: mapping(replace(type_)) for token, type_ in shipped().items()}
