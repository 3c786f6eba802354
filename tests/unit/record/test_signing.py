"""A record's signature is its key's and nobody else's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from stackproof.record.history import History, HistoryError
from stackproof.record.history.proof import prove
from stackproof.record.signing import SignatureError, checker, signer
from tests.unit.record.records_made import night
from tests.unit.reports.made import OUTCOMES, finding

ALL = [*map(finding, OUTCOMES.values())]
PEM, PLAIN = serialization.Encoding.PEM, serialization.NoEncryption()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return made(tmp_path / "key.pem")


def made(file: Path) -> Path:
    private = ed25519.Ed25519PrivateKey.generate()
    file.write_bytes(private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, PLAIN))
    public = private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    file.with_suffix(".pub").write_bytes(public.public_bytes(PEM, form))
    return file


def test_signed_records_are_proven_with_the_public_key(tmp_path: Path, key: Path) -> None:
    history = History(str(tmp_path / "history"))
    for day in (1, 2):
        history.add(night(*ALL, day=day), signer(str(key)))
    proof = prove(history, check=checker(str(key.with_suffix(".pub"))))
    assert (proof.wrong, proof.signed) == ((), 2)
    assert prove(history, check=checker(str(key))).wrong == ()


def test_signature_of_another_key_and_none_at_all_are_named(tmp_path: Path, key: Path) -> None:
    history = History(str(tmp_path / "history"))
    history.add(night(*ALL), signer(str(made(tmp_path / "other.pem"))))
    history.add(night(*ALL, day=2))
    first, second = prove(history, check=checker(str(key))).wrong
    assert first.endswith("its signature is not that of the key")
    assert second.endswith("it has no signature")


def test_who_removed_records_is_proven_too(tmp_path: Path, key: Path) -> None:
    history = History(str(tmp_path / "history"))
    sign, check = signer(str(key)), checker(str(key))
    last = ""
    for month in (9, 10, 11):
        kept = history.add(night(*ALL, month=month), sign)
        if month == 10 and kept.chain:
            last = kept.chain.signature or ""
    history.prune(1, sign)
    assert prove(history, check=check).wrong == ()
    months = "stack=payments-dev/month=2026-11/records.parquet"

    def with_mark(**told: str | None) -> tuple[str, ...]:
        held = history.month("payments-dev", "2026-11")
        content = held.with_pruned({**(held.pruned or {}), **told}).content(
            "payments-dev", "2026-11"
        )
        read = history.store.read(months)
        assert read
        assert history.store.replace(months, content, read[1])
        return prove(history, check=check).wrong

    (other,) = with_mark(on="2020-01-01")
    assert other.endswith("what says that records were pruned is not that of the key")
    # The removed record's own signature is none for its removal.
    assert with_mark(signature=last) == (other,)
    (none,) = with_mark(signature=None)
    assert none.endswith("what says that records were pruned has no signature")


def test_signed_records_are_not_removed_without_a_key(tmp_path: Path, key: Path) -> None:
    history = History(str(tmp_path / "history"))
    for month in (9, 10):
        history.add(night(*ALL, month=month, stack="first"))
        history.add(night(*ALL, month=month, stack="second"), signer(str(key)))
    with pytest.raises(HistoryError, match=r"the records of second at .* are signed: a key"):
        history.prune(1)
    assert len(history.months()) == 4
    # Nothing is to be removed, and so nothing to be signed.
    assert history.prune(2) == []
    assert len(history.prune(1, signer(str(key)))) == 2


def test_signature_can_be_checked_by_openssl(tmp_path: Path, key: Path) -> None:
    import base64

    _, signature = signer(str(key))("ab" * 32)
    (tmp_path / "s").write_bytes(base64.b64decode(signature))
    (tmp_path / "d").write_text("ab" * 32)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key.with_suffix(".pub"))]
    command += ["-rawin", "-in", str(tmp_path / "d"), "-sigfile", str(tmp_path / "s")]
    assert b"Successfully" in subprocess.run(command, capture_output=True, check=True).stdout


def test_key_that_cannot_sign_is_said(tmp_path: Path) -> None:
    absent, odd, other = tmp_path / "absent.pem", tmp_path / "odd.pem", tmp_path / "ec.pem"
    odd.write_text("no key")
    curve = ec.generate_private_key(ec.SECP256R1())
    other.write_bytes(curve.private_bytes(PEM, serialization.PrivateFormat.PKCS8, PLAIN))
    for file, said in ((absent, "cannot be read"), (odd, "holds no"), (other, "another key")):
        with pytest.raises(SignatureError, match=said):
            signer(str(file))
        with pytest.raises(SignatureError, match=said):
            checker(str(file))


def test_what_is_no_key_is_said_to_be_none_of_either_kind(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("no key")
    with pytest.raises(SignatureError, match="holds no key that can be read"):
        checker(str(tmp_path / "none.pem"))
    with pytest.raises(SignatureError, match="holds no private key that can be read"):
        signer(str(tmp_path / "none.pem"))
