"""A history in a bucket, signed by KMS: real boto3 over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from stackproof import log
from stackproof.embedded.server.control import Server, copied, environment
from stackproof.record.history import History, HistoryError
from stackproof.record.history.proof import prove
from stackproof.record.history.query import ask, tables
from stackproof.record.signing import SignatureError, checker, signer
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

PLACE = "s3://evidence/stackproof"


def answer(connection: Any, sql: str) -> tuple[list[str], list[Any]]:
    names, rows = ask(connection, sql)
    return names, list(rows)


@pytest.fixture
def aws(blank: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    with copied(blank) as server:
        for name, value in environment(server, "us-east-1", home=tmp_path).items():
            monkeypatch.setenv(name, value)
        session: Any = boto3.Session()
        session.client("s3").create_bucket(Bucket="evidence")
        yield session.client


def test_records_in_a_bucket_are_kept_proven_asked_and_pruned(aws: Any) -> None:
    made = aws("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    key = made["KeyMetadata"]["Arn"]
    history = History(PLACE)
    for month in (10, 11):
        for day in (1, 2):
            history.add(night(finding(FAIL), month=month, day=day), signer(key))
    listed = aws("s3").list_objects_v2(Bucket="evidence")["Contents"]
    assert [item["Key"] for item in listed] == [
        f"stackproof/stack=payments-dev/month=2026-{month}/records.parquet" for month in (10, 11)
    ]
    proof = prove(history, check=checker(key))
    assert (proof.wrong, proof.records, proof.signed) == ((), 4, 4)
    other = aws("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    wrong = prove(history, check=checker(other["KeyMetadata"]["Arn"])).wrong
    assert len(wrong) == 4
    with tables(history) as connection:
        assert answer(connection, "SELECT count(*) FROM findings WHERE outcome = 'fail'")[1] == [
            (4,)
        ]
    assert history.prune(1, signer(key)) == [("payments-dev", "2026-10")]
    assert prove(history, check=checker(key)).wrong == ()


def test_of_two_writers_one_is_refused_and_tries_again(aws: Any) -> None:
    one, other = History(PLACE), History(PLACE)
    one.add(night(finding(FAIL, "first")))
    key = one.store.files()[0]
    content, version = one.store.read(key) or (b"", "")
    other.add(night(finding(FAIL, "second"), day=2))
    assert not one.store.replace(key, content, version)
    assert not one.store.replace(key, content, None)
    one.add(night(finding(FAIL, "third"), day=3))
    found = [f.name for place in one.places() for f in one.read(place).findings]
    assert found == ["first", "second", "third"]
    assert prove(one).wrong == ()


def test_calls_of_a_history_and_of_its_key_are_shown(aws: Any) -> None:
    made = aws("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    calls: list[log.Facts] = []
    with log.heard(log.CALL, calls.append):
        History(PLACE).add(night(finding(FAIL)), signer(made["KeyMetadata"]["Arn"]))
    told = {call["operation"]: (call["region"], call["outcome"]) for call in calls}
    written = next(call for call in calls if call["operation"] == "s3:PutObject")
    assert {"s3:GetObject", "s3:PutObject", "kms:Sign"} <= told.keys()
    assert told["s3:GetObject"] == ("us-east-1", "NoSuchKey (404)")
    assert told["kms:Sign"] == ("us-east-1", "answered")
    assert written["parameters"]["Key"].endswith("records.parquet")
    assert re.fullmatch(r"\d+ bytes", written["parameters"]["Body"])


def test_bucket_that_is_not_there_and_key_that_is_none_are_said(aws: Any) -> None:
    with pytest.raises(HistoryError, match=r"the history at s3://nobodys/: .*NoSuchBucket"):
        History("s3://nobodys").add(night(finding(FAIL)))
    with pytest.raises(SignatureError, match=r"the key alias/none: .*NotFound"):
        signer("alias/none")("ab")
