"""Sign the digest of a record, with a key in a file or with one that AWS KMS holds.

Sources: RFC 8032 (Ed25519); AWS KMS Developer Guide, "Asymmetric key specs".
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.extras import needed
from stackproof.model.json_text import bytes_of

_KMS: Final = ("arn:", "alias/")
_ALGORITHM: Final = "ECDSA_SHA_256"

# Gives the name of the key and the signature over a digest.
Sign = Callable[[str], tuple[str, str]]
# Tells whether a signature is the key's, over a digest.
Check = Callable[[str, str], bool]


class SignatureError(StackproofError):
    """Raised when a key can't sign or check; says which and why."""

    code = Code.SIGNATURE


def signer(key: str) -> Sign:
    """Give what signs with a key: a PEM file with a private Ed25519 key, or a KMS key."""
    return _kms_signer(key) if key.startswith(_KMS) else _file_signer(key)


def checker(key: str) -> Check:
    """Give what checks with a key: a PEM file with an Ed25519 key of either kind, or a KMS key."""
    return _kms_checker(key) if key.startswith(_KMS) else _file_checker(key)


def _file_signer(file: str) -> Sign:
    private = _private(file)
    name = _name(private.public_key())
    return lambda digest: (name, base64.b64encode(private.sign(digest.encode())).decode())


def _file_checker(file: str) -> Check:
    serialization = needed("cryptography.hazmat.primitives.serialization", "history")
    invalid = needed("cryptography.exceptions", "history").InvalidSignature
    text = _text(file)
    try:
        public = (
            _private(file).public_key()
            if b"PRIVATE KEY" in text
            else serialization.load_pem_public_key(text)
        )
    except (ValueError, TypeError) as error:
        raise SignatureError(f"{file} holds no key that can be read: {error}") from None
    _ed25519(public, file)

    def check(digest: str, signature: str) -> bool:
        try:
            public.verify(base64.b64decode(signature), digest.encode())
        except (invalid, ValueError):
            return False
        return True

    return check


def _private(file: str) -> Any:
    serialization = needed("cryptography.hazmat.primitives.serialization", "history")
    try:
        private = serialization.load_pem_private_key(_text(file), password=None)
    except (ValueError, TypeError) as error:
        raise SignatureError(f"{file} holds no private key that can be read: {error}") from None
    _ed25519(private.public_key(), file)
    return private


def _ed25519(public: Any, file: str) -> None:
    ed25519 = needed("cryptography.hazmat.primitives.asymmetric.ed25519", "history")
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise SignatureError(
            f"{file} holds another key than an Ed25519 one: "
            "`openssl genpkey -algorithm ed25519 -out FILE` makes one"
        )


def _text(file: str) -> bytes:
    try:
        return bytes_of(Path(file))
    except OSError as error:
        raise SignatureError(f"{file} cannot be read: {error.strerror}") from None


def _name(public: Any) -> str:
    raw: bytes = public.public_bytes_raw()
    return f"ed25519:{hashlib.sha256(raw).hexdigest()[:16]}"


def _kms_signer(key: str) -> Sign:
    asked = _kms(key)

    def sign(digest: str) -> tuple[str, str]:
        told = asked("sign", digest)
        return str(told["KeyId"]), base64.b64encode(told["Signature"]).decode()

    return sign


def _kms_checker(key: str) -> Check:
    from botocore.exceptions import ClientError

    asked = _kms(key)

    def check(digest: str, signature: str) -> bool:
        try:
            return bool(asked("verify", digest, base64.b64decode(signature))["SignatureValid"])
        except SignatureError as error:
            refused = isinstance(error.__cause__, ClientError)
            if refused and "KMSInvalidSignature" in str(error.__cause__):
                return False
            raise

    return check


def _kms(key: str) -> Callable[..., Any]:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from stackproof.sights.live.watching import watch

    region = key.split(":")[3] if key.startswith("arn:") else None

    def ask(operation: str, digest: str, signature: bytes | None = None) -> Any:
        given: dict[str, Any] = {"Signature": signature} if signature is not None else {}
        try:
            client: Any = boto3.client("kms", region_name=region)
            watch(client, "kms")
            return getattr(client, operation)(
                KeyId=key,
                Message=digest.encode(),
                MessageType="RAW",
                SigningAlgorithm=_ALGORITHM,
                **given,
            )
        except (BotoCoreError, ClientError) as error:
            raise SignatureError(f"the key {key}: {error}") from error

    return ask
