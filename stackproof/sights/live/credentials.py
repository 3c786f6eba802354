"""Credentials: had before anything is asked, or one sentence that says what to do."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext, redirect_stderr
from io import StringIO
from typing import Any

from botocore import exceptions as botocore
from botocore.exceptions import BotoCoreError, ClientError

from stackproof.error_codes import Code
from stackproof.sights.live.codes import LiveError, parts, refused
from stackproof.sights.live.urls import public

_NONE = (
    "no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)

# What the providers of credentials raise besides: of files and commands that are missing, of what
# a command printed, of a terminal that isn't there.
_PROVIDERS_RAISE = (
    ArithmeticError,
    AttributeError,
    BotoCoreError,
    ClientError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

_LOGIN = "log in with `aws login`"
_SSO = "log in with `aws sso login`"
_MFA = (
    "a code of the MFA device is needed, and there is no terminal to ask for it; get temporary "
    "credentials before (`aws sts get-session-token`)"
)
_PROFILE = "look at the profile in the AWS configuration files"
_FILES = "look at credential_process and web_identity_token_file of the profile"
_REGION = "set AWS_REGION, or the region in the outputs file, to the name of a region"
# What to do, by the class of the error or the nearest that it is derived from.
_ADVICE: dict[type[BaseException], str] = {
    botocore.LoginError: _LOGIN,
    botocore.MetadataRetrievalError: "look at the role of this instance or container",
    botocore.MissingDependencyException: 'install it (`pip install "botocore[crt]"`)',
    botocore.NoAuthTokenError: _SSO,
    botocore.PartialCredentialsError: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, both",
    botocore.ProfileNotFound: "set AWS_PROFILE to one that `aws configure list-profiles` names",
    botocore.SSOError: _SSO,
    botocore.TokenRetrievalError: _SSO,
    botocore.InvalidRegionError: _REGION,
    botocore.NoRegionError: _REGION,
    botocore.BotoCoreError: _PROFILE,
}


def resolve(session: Any) -> None:
    """Have the credentials of a session, renewed where they are about to expire.

    Raises LiveError when there are none, or they could not be had.
    """
    try:
        with _unasked():
            found = session.get_credentials()
            if found is not None:
                found.get_frozen_credentials()
                return
    except _PROVIDERS_RAISE as error:
        raise refusal(error) from None
    raise LiveError(_NONE, Code.CREDENTIALS)


def _unasked() -> AbstractContextManager[Any]:
    """Keep to itself what is asked for (a code of MFA) where nobody is there to answer."""
    if sys.stdin is not None and sys.stdin.isatty():
        return nullcontext()
    return redirect_stderr(StringIO())


def refusal(error: BaseException) -> LiveError:
    """Make the sentence of an error of a provider of credentials or of what is configured."""
    if isinstance(error, botocore.NoCredentialsError):
        return LiveError(_NONE, Code.CREDENTIALS)
    if isinstance(error, (EOFError, botocore.RefreshWithMFAUnsupportedError)):
        return LiveError(f"the AWS credentials could not be had: {_MFA}", Code.CREDENTIALS)
    if isinstance(error, ClientError):
        code, message, _ = parts(error)
        renew = refused(code, message)
        asked = f"{error.operation_name} was refused ({code}: {_line(message)})"
        return LiveError(
            f"the AWS credentials could not be had: {renew or asked}", Code.CREDENTIALS
        )
    why = _line(f"{type(error).__name__}: {error}")
    # pytest, too, takes the terminal away: it raises an OSError that names no file.
    if isinstance(error, OSError) and "stdin" in why:
        return LiveError(f"the AWS credentials could not be had: {_MFA}", Code.CREDENTIALS)
    # What isn't botocore's own error comes from a file that it read or a command that it ran.
    advice = next((_ADVICE[c] for c in type(error).__mro__ if c in _ADVICE), _FILES)
    if "custom-process" in why:
        advice = "run the profile's credential_process by hand"
    return LiveError(
        f"the AWS credentials or settings cannot be used: {why}; {advice}", Code.CREDENTIALS
    )


def _line(text: str) -> str:
    return " ".join(public(text).split()).rstrip(".")[:300]
