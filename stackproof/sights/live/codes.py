"""Codes: what each error code of AWS says about the fact that was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.subject import may_be_gone


class LiveError(StackproofError):
    """Raised when nothing can be verified at all: one sentence for the user."""

    code = Code.AWS


# The common errors of each protocol (https://docs.aws.amazon.com/awssupport/latest/APIReference/
# CommonErrors.html), those of EC2 (…/AWSEC2/latest/APIReference/errors-overview.html) and of S3
# (…/AmazonS3/latest/API/ErrorResponses.html), and what the operations that are asked add to them.
# Any code with AccessDenied or Throttl in it is one, whichever service it is of.
_CODES: Mapping[Cause, frozenset[str]] = {
    Cause.ACCESS_DENIED: frozenset(
        {
            "403",
            "AccountProblem",
            "AllAccessDisabled",
            "AuthorizationError",
            "AuthorizationErrorException",
            "Forbidden",
            "ForbiddenException",
            "NotAuthorized",
            "UnauthorizedAccess",
            "UnauthorizedException",
            "UnauthorizedOperation",
            "WAFUnauthorizedException",
        }
    ),
    Cause.THROTTLED: frozenset(
        {
            "429",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "PriorRequestNotComplete",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "SlowDown",
            "TooManyRequestsException",
        }
    ),
    Cause.REGION_OFF: frozenset(
        {
            "IllegalLocationConstraintException",
            "NotSignedUp",
            "OptInRequired",
            "SubscriptionRequiredException",
        }
    ),
    Cause.UNSUPPORTED: frozenset({"InvalidAction", "UnknownOperationException"}),
    Cause.UNAVAILABLE: frozenset(
        {
            "407",
            "408",
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "InternalServerErrorException",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        }
    ),
}
_CAUSES = {code: cause for cause, codes in _CODES.items() for code in codes}

_EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
}
_REFUSED = {
    "AuthFailure",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSecurity",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
# By these a region that is not enabled for the account refuses credentials that are good
# (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html).
_NOT_ENABLED = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "UnrecognizedClientException",
}
# Some services say the same of the token of a page.
_OF_SESSION = re.compile(r"(provided|security|session) token", re.IGNORECASE)
_SKEWED = re.compile(r"signature (expired|not yet current)|request time.*too large", re.IGNORECASE)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
_POLICY = re.compile(
    r"(explicit deny in an? [a-z -]*?(?:policy|boundary)|no [a-z -]*?(?:policy|boundary) allows)"
)
# What AWS says whenever nothing was granted tells nothing more than "denied".
_USUAL = "no identity-based policy allows"


def classify(
    error: ClientError,
    ask: Ask,
    parameters: Mapping[str, Any],
    *,
    elsewhere: bool = False,
) -> Unknown | None:
    """Say what an error answer means for the question; `None`: AWS says that there is none.

    Only what the parameters name can be gone. `elsewhere` says that the credentials were accepted
    in another region. An emulator that lacks an operation answers a REST call with a bare 404 and
    an HTML page; that is not the absence of a resource. Raises LiveError when the credentials are
    refused.
    """
    code, message, status = parts(error)
    page = message.lstrip().lower().startswith(("<!doctype html", "<html"))
    # AWS answers every GET with a code of its own. A bare 404 is a route that is not there.
    if code == "404" or status == 501 or (page and status in (404, 405, 500)):
        return Unknown(Cause.UNSUPPORTED, detail=ask.name)
    if denies(code, ask):
        if may_be_gone(ask, parameters, code):
            return None
        return Unknown(
            Cause.UNREADABLE,
            detail=f"{ask.name} answered {code}, though nothing was asked for by its name",
        )
    if code in _NOT_ENABLED and elsewhere and not _SKEWED.search(message):
        return Unknown(Cause.REGION_OFF, detail=f"{ask.name} answered {code}")
    if code == "AuthFailure" and "validate the provided access credentials" not in message:
        # EC2 says the same of another account's images and addresses.
        return Unknown(Cause.ACCESS_DENIED, detail=f"{ask.name} answered {code}")
    refusal = refused(code, message)
    if refusal is not None:
        raise LiveError(refusal, Code.CREDENTIALS)
    cause = _cause(code)
    if cause is Cause.ACCESS_DENIED:
        return Unknown(cause, detail=_denied(ask, message))
    if cause in (Cause.THROTTLED, Cause.REGION_OFF):
        return Unknown(cause, detail=ask.name)
    if cause is None:
        cause = Cause.UNAVAILABLE if status >= 500 else Cause.UNREADABLE
    answered = code if code == str(status) or status < 500 else f"{status} {code}"
    return Unknown(cause, detail=f"{ask.name} answered {answered}")


def denies(code: str, ask: Ask) -> bool:
    """Tell whether a code says that there is no such thing."""
    if code in ask.absent:
        return True
    return _cause(code) is None and (code.startswith("NoSuch") or "NotFound" in code)


def refused(code: str, message: str) -> str | None:
    """Say in a sentence that AWS refused the credentials, if a code says that."""
    if code == "RequestTimeTooSkewed" or (code in _REFUSED and _SKEWED.search(message)):
        return (
            f"AWS refused the requests ({code}): the clock of this machine is wrong; set it by a "
            "time server"
        )
    if code == "InvalidToken" and not _OF_SESSION.search(message):
        return None
    if code == "RequestExpired":
        return (
            "AWS refused the credentials (RequestExpired): they have expired, or the clock of this "
            "machine is wrong; renew them"
        )
    if code in _EXPIRED:
        return f"the AWS credentials have expired ({code}); renew them"
    if code in _REFUSED:
        return f"AWS refused the credentials ({code}); renew them or choose another AWS_PROFILE"
    return None


def parts(error: ClientError) -> tuple[str, str, int]:
    """Give the code, the message and the HTTP status of an error answer."""
    answer: Mapping[str, Any] = error.response
    told = answer.get("Error") or {}
    status = (answer.get("ResponseMetadata") or {}).get("HTTPStatusCode", 0)
    return str(told.get("Code", "")), str(told.get("Message", "")), int(status)


def _cause(code: str) -> Cause | None:
    if "AccessDenied" in code:
        return Cause.ACCESS_DENIED
    if "Throttl" in code:
        return Cause.THROTTLED
    return _CAUSES.get(code)


def _denied(ask: Ask, message: str) -> str:
    policy = _POLICY.search(message)
    if policy is None or policy[0] == _USUAL:
        return ask.name
    return f"{ask.name}: {policy[0]}"
