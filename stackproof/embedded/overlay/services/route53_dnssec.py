"""Route 53: signed hosted zones and the keys that sign them, of which moto has none."""

from __future__ import annotations

import hashlib
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles

# Amazon Route 53 API Reference, KeySigningKey: the one algorithm of each kind, and a KSK's flag.
_ALGORITHMS = {
    "Flag": 257,
    "SigningAlgorithmMnemonic": "ECDSAP256SHA256",
    "SigningAlgorithmType": 13,
    "DigestAlgorithmMnemonic": "SHA-256",
    "DigestAlgorithmType": 2,
}
_NOT_SIGNING = {"ServeSignature": "NOT_SIGNING"}
_CHANGED = {
    "ChangeInfo": {"Id": "/change/C1", "Status": "INSYNC", "SubmittedAt": "2026-01-01T00:00:00Z"}
}


@handles("route53", "GetDNSSEC")
def get(call: Call) -> dict[str, Any]:
    """Show whether a public zone is signed, and its keys.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetDNSSEC.html
    """
    zone = _zone(call)
    signing = call.kept_by_account("signing").get(zone, _NOT_SIGNING)
    return {"Status": signing, "KeySigningKeys": [*_keys(call, zone).values()]}


@handles("route53", "CreateKeySigningKey")
def create_key(call: Call) -> dict[str, Any]:
    """Add a key to a zone; what it is made of is a digest of its names.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateKeySigningKey.html
    """
    given = call.params
    zone, name = _zone(call), given["Name"]
    keys = _keys(call, zone)
    if name in keys:
        raise AwsError("KeySigningKeyAlreadyExists", f"there is a key {name}", 409)
    digest = hashlib.sha256(f"{zone} {name}".encode()).hexdigest().upper()
    tag = int(digest[:4], 16)
    keys[name] = {
        **_ALGORITHMS,
        "Name": name,
        "KmsArn": given["KeyManagementServiceArn"],
        "KeyTag": tag,
        "DigestValue": digest,
        "PublicKey": digest,
        "DSRecord": f"{tag} 13 2 {digest}",
        "DNSKEYRecord": f"257 3 13 {digest}",
        "Status": given["Status"],
        "CreatedDate": "2026-01-01T00:00:00Z",
        "LastModifiedDate": "2026-01-01T00:00:00Z",
    }
    location = f"https://route53.amazonaws.com/2013-04-01/keysigningkey/{zone}/{name}"
    return {**_CHANGED, "KeySigningKey": keys[name], "Location": location}


@handles("route53", "ActivateKeySigningKey")
def activate(call: Call) -> dict[str, Any]:
    """Let a key sign.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ActivateKeySigningKey.html
    """
    _key(call)["Status"] = "ACTIVE"
    return _CHANGED


@handles("route53", "DeactivateKeySigningKey")
def deactivate(call: Call) -> dict[str, Any]:
    """Let a key sign no more, unless it is the last of a zone that is signed.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeactivateKeySigningKey.html
    """
    key, zone = _key(call), _zone(call)
    active = [key for key in _keys(call, zone).values() if key["Status"] == "ACTIVE"]
    if active == [key] and zone in call.kept_by_account("signing"):
        raise AwsError("KeySigningKeyInUse", "the zone is signed by this key alone", 400)
    key["Status"] = "INACTIVE"
    return _CHANGED


@handles("route53", "DeleteKeySigningKey")
def delete_key(call: Call) -> dict[str, Any]:
    """Take away a key that doesn't sign.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteKeySigningKey.html
    """
    if _key(call)["Status"] == "ACTIVE":
        raise AwsError("InvalidKeySigningKeyStatus", "the key is active", 400)
    del _keys(call, _zone(call))[call.params["Name"]]
    return _CHANGED


@handles("route53", "EnableHostedZoneDNSSEC")
def enable(call: Call) -> dict[str, Any]:
    """Sign a zone that has an active key.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_EnableHostedZoneDNSSEC.html
    """
    zone = _zone(call)
    if not any(key["Status"] == "ACTIVE" for key in _keys(call, zone).values()):
        raise AwsError("KeySigningKeyWithActiveStatusNotFound", "no key is active", 400)
    call.kept_by_account("signing")[zone] = {"ServeSignature": "SIGNING"}
    return _CHANGED


@handles("route53", "DisableHostedZoneDNSSEC")
def disable(call: Call) -> dict[str, Any]:
    """Sign a zone no more.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisableHostedZoneDNSSEC.html
    """
    call.kept_by_account("signing").pop(_zone(call), None)
    return _CHANGED


def _zone(call: Call) -> str:
    id_ = str(call.params["HostedZoneId"]).rpartition("/")[2]
    zone = call.backend("route53").zones.get(id_)
    if zone is None:
        raise AwsError("NoSuchHostedZone", f"No hosted zone found with ID: {id_}", 404)
    if zone.private_zone:
        raise AwsError("InvalidArgument", "not supported for private hosted zones", 400)
    return id_


def _keys(call: Call, zone: str) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = call.kept_by_account("keys").setdefault(zone, {})
    return kept


def _key(call: Call) -> dict[str, Any]:
    key = _keys(call, _zone(call)).get(call.params["Name"])
    if key is None:
        raise AwsError("NoSuchKeySigningKey", f"no key {call.params['Name']}", 404)
    return key
