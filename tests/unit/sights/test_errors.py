"""Every way in which a call can fail has its place, and ends in what that place means."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError, classify
from stackproof.sights.live.errors import FROM_AWS, Place, explain, place_of

ASK = Ask("kms", "DescribeKey", absent=("NotThereException",))
KEY = {"KeyId": "1"}
# The roots, and what is told by its code; warnings end nothing.
NO_PLACE = {"BotoCoreError", "ClientError"}

CLASSES = [
    class_
    for _, class_ in inspect.getmembers(exceptions, inspect.isclass)
    if issubclass(class_, Exception) and not issubclass(class_, Warning)
]

# Error codes that AWS documents or answers, beyond those of the AWS common errors.
CODES = {
    Cause.ACCESS_DENIED: (
        "AccessDenied AccessDeniedException AccountProblem AllAccessDisabled "
        "EncryptionKeyAccessDeniedException ForbiddenException KMSAccessDeniedException "
        "KmsAccessDeniedException UnauthorizedException UnauthorizedOperation"
    ),
    Cause.THROTTLED: (
        "BandwidthLimitExceeded EC2ThrottledException KMSThrottlingException "
        "KmsThrottlingException RequestLimitExceeded SlowDown Throttling ThrottlingException "
        "TooManyRequestsException"
    ),
    Cause.REGION_OFF: (
        "IllegalLocationConstraintException NotSignedUp OptInRequired SubscriptionRequiredException"
    ),
    Cause.UNSUPPORTED: "InvalidAction UnknownOperationException",
    Cause.UNAVAILABLE: (
        "InternalServerError RequestTimeout RequestTimeoutException ServiceUnavailableException"
    ),
    Cause.UNREADABLE: "301 ValidationException",
}
REFUSED = (
    "ExpiredToken ExpiredTokenException IncompleteSignature IncompleteSignatureException "
    "InvalidAccessKeyId InvalidClientTokenId InvalidSignatureException InvalidToken "
    "MissingAuthenticationToken MissingAuthenticationTokenException RequestExpired "
    "RequestTimeTooSkewed SignatureDoesNotMatch TokenRefreshRequired UnrecognizedClientException"
)
NOT_VALID = "AWS was not able to validate the provided access credentials"


def answered(code: str, message: str = "", status: int = 400, asked: str = "") -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, asked or ASK.operation)


@pytest.mark.parametrize("class_", CLASSES, ids=lambda class_: class_.__name__)
def test_every_class_of_botocore_has_a_place_and_is_caught(class_: type[Exception]) -> None:
    assert issubclass(class_, FROM_AWS)
    assert (place_of(class_) is None) == (class_.__name__ in NO_PLACE)


def example(class_: type[Exception]) -> Exception:
    """Make an error without knowing what its class wants to be told."""
    error = class_.__new__(class_)
    Exception.__init__(error, "what happened")
    return error


@pytest.mark.parametrize("class_", CLASSES, ids=lambda class_: class_.__name__)
def test_every_error_ends_the_run_with_a_sentence_or_is_unknown(class_: type[Exception]) -> None:
    if issubclass(class_, ClientError):
        return
    if place_of(class_) in (Place.CREDENTIALS, Place.CONFIGURATION):
        with pytest.raises(LiveError) as raised:
            explain(example(class_), ASK, KEY)
        assert len(str(raised.value).splitlines()) == 1
        assert len(str(raised.value)) > 40
        return
    unknown = explain(example(class_), ASK, KEY)
    assert isinstance(unknown, Unknown)
    assert unknown.detail.startswith("kms:DescribeKey")


def test_wrong_question_is_named_as_a_fault_of_ours() -> None:
    unknown = explain(exceptions.ParamValidationError(report="no such parameter"), ASK, KEY)
    assert unknown is not None
    assert "a fault of stackproof (ParamValidationError" in unknown.detail
    unknown = explain(BotoCoreError(), ASK, KEY)
    assert unknown is not None
    assert "a fault of stackproof" in unknown.detail


@pytest.mark.parametrize(
    ("code", "cause"), [(code, cause) for cause, codes in CODES.items() for code in codes.split()]
)
def test_codes_say_why_it_could_not_be_seen(code: str, cause: Cause) -> None:
    unknown = classify(answered(code), ASK, KEY)
    assert unknown is not None
    assert unknown.cause is cause


@pytest.mark.parametrize("code", ["NotThereException", "NoSuchEntity", "ResourceNotFoundException"])
def test_codes_say_that_there_is_none(code: str) -> None:
    assert classify(answered(code), ASK, KEY) is None


@pytest.mark.parametrize("code", REFUSED.split())
def test_credentials_that_are_refused_end_the_run(code: str) -> None:
    with pytest.raises(LiveError, match=f"{code}.*(renew them|set it)"):
        classify(answered(code, "The provided token is malformed or otherwise invalid."), ASK, KEY)


def test_token_of_a_page_that_is_invalid_is_none_of_the_credentials() -> None:
    unknown = classify(answered("InvalidToken", "Invalid pagination token"), ASK, KEY)
    assert unknown is not None
    assert unknown.cause is Cause.UNREADABLE


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RequestTimeTooSkewed", "The difference between the request time and … is too large."),
        ("SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than …"),
        ("InvalidSignatureException", "Signature not yet current: 20260101T000000Z is …"),
    ],
)
def test_wrong_clock_is_said_even_where_another_region_accepts(code: str, message: str) -> None:
    with pytest.raises(LiveError, match="the clock of this machine is wrong"):
        classify(answered(code, message), ASK, KEY, elsewhere=True)


@pytest.mark.parametrize(
    "code", ["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"]
)
def test_region_that_refuses_what_another_accepts_is_off(code: str) -> None:
    refusal = answered(code, NOT_VALID, 401)
    unknown = classify(refusal, ASK, KEY, elsewhere=True)
    assert unknown is not None
    assert unknown.cause is Cause.REGION_OFF
    with pytest.raises(LiveError):
        classify(refusal, ASK, KEY)


def test_failure_to_be_authorized_for_a_thing_of_another_account_is_denied() -> None:
    unknown = classify(answered("AuthFailure", "Not authorized for images: [ami-1]"), ASK, KEY)
    assert unknown is not None
    assert unknown.cause is Cause.ACCESS_DENIED


@pytest.mark.parametrize(
    ("denial", "shown"),
    [
        ("with an explicit deny in a service control policy", ": explicit deny in a service"),
        ("because no service control policy allows the kms:DescribeKey action", ": no service"),
        ("with an explicit deny in a permissions boundary", ": explicit deny in a permissions"),
        ("because no identity-based policy allows the kms:DescribeKey action", ""),
    ],
)
def test_policy_that_denies_is_named(denial: str, shown: str) -> None:
    message = f"User: me is not authorized to perform: kms:DescribeKey {denial}"
    unknown = classify(answered("AccessDeniedException", message), ASK, KEY)
    assert unknown is not None
    assert unknown.cause is Cause.ACCESS_DENIED
    assert unknown.detail.startswith(f"kms:DescribeKey{shown}")
    assert shown or unknown.detail == "kms:DescribeKey"


def test_refusal_of_a_role_to_be_assumed_ends_the_run() -> None:
    with pytest.raises(LiveError, match=r"AssumeRole was refused .AccessDenied"):
        explain(answered("AccessDenied", asked="AssumeRole"), ASK, KEY)
    with pytest.raises(LiveError, match=r"have expired .ExpiredTokenException"):
        explain(answered("ExpiredTokenException", asked="GetRoleCredentials"), ASK, KEY)
