"""Nothing that boto3 sends from this process changes anything, while a stack is verified.

A guard in the process keeps mistakes from happening, not malice: it does not see what another
process sends, nor what is signed by hand. What counts is the read-only role
(docs/read-only-policy.json).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from stackproof.error_codes import Code
from stackproof.errors import StackproofError

if TYPE_CHECKING:
    from botocore.model import OperationModel

MARKER: Final = "drill"
# First words of what reads: AWS names its operations by what they do. Not all that Check, Verify or
# Validate merely look (`license-manager:CheckInLicense`, `ses:VerifyEmailIdentity`).
_READS: Final = re.compile(
    r"((Batch)?(Describe|Get)|Count|Estimate|Filter|Head|List|Lookup|Query|Scan|Search|Select"
    r"|Simulate)(?![a-z])\w*"
)
# Sends somebody a code. Amazon Cognito user pools API Reference.
_SENDS: Final = frozenset({("cognito-idp", "GetUserAttributeVerificationCode")})
# What has other credentials afterwards has changed nothing: those of a login are had anew by
# botocore itself, with the last two.
_ALSO: Final = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithSAML"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sts", "DecodeAuthorizationMessage"),
        ("sso-oidc", "CreateToken"),
        ("signin", "CreateOAuth2Token"),
    }
)


class ReadOnlyError(StackproofError):
    """Raised instead of sending what may change something."""

    code = Code.NOT_READING


def reads(service: str, operation: str) -> bool:
    """Tell whether an operation, in botocore's names, changes nothing."""
    asked = (service, operation)
    return asked in _ALSO or (bool(_READS.fullmatch(operation)) and asked not in _SENDS)


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse, as long as it lasts, what any client of this process would change, or sign to change.

    Clients made before are meant as well, and handlers that somebody takes away are not needed.
    """
    from botocore.endpoint import Endpoint
    from botocore.signers import RequestSigner, S3PostPresigner

    send, sign = Endpoint.make_request, RequestSigner.generate_presigned_url

    def sent(self: Endpoint, operation_model: OperationModel, request_dict: Any) -> Any:
        service = operation_model.service_model.service_name
        if not reads(service, operation_model.name):
            raise _refused(f"{service}:{operation_model.name}")
        return send(self, operation_model, request_dict)

    def signed(
        self: RequestSigner, request_dict: Mapping[str, Any], operation_name: str, *a: Any, **k: Any
    ) -> Any:
        # Whoever has the address sends what it was signed for: a method of one's own, too.
        if not reads("", operation_name) or request_dict["method"] not in ("GET", "HEAD"):
            raise _refused(f"an address for {operation_name}")
        return sign(self, request_dict, operation_name, *a, **k)

    def posted(self: S3PostPresigner, *_: Any, **__: Any) -> Any:
        raise _refused("an address for PostObject")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Endpoint, "make_request", sent)
        patch.setattr(RequestSigner, "generate_presigned_url", signed)
        patch.setattr(S3PostPresigner, "generate_presigned_post", posted)
        yield


def _refused(what: str) -> ReadOnlyError:
    return ReadOnlyError(
        f"{what} was refused before it was sent: verification is read-only, and only a test that "
        f"is marked `{MARKER}` may change something"
    )


class ReadOnlyRun:
    """Guards a run that looks at a deployed stack, but for drills that were asked for.

    All of the run is guarded, hooks and what fixtures put away included; `folders` are those that
    its scenarios stand in where there may be other tests beside, which change what they like.
    """

    def __init__(self, *, drills: bool, verifies: bool, folders: Collection[Path] = ()) -> None:
        self._drills = drills
        self._verifies = verifies
        self._folders = folders
        self._guarded = ExitStack()
        self._guard()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Let a drill change what it likes, and a test elsewhere, from its fixtures to their end.

        One that is interrupted puts its things away at the session's end, which isn't guarded then.
        """
        drill = item.get_closest_marker(MARKER) is not None
        looks = "verification" in getattr(item, "fixturenames", ())
        if (drill and self._drills) or not (looks or self._is_of_suite(item)):
            self._guarded.close()
            ended = yield
            self._guard()
            return ended
        with read_only():
            return (yield)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a drill that nobody asked for."""
        if item.get_closest_marker(MARKER) and not self._drills:
            pytest.skip("it changes something: --drills runs it")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Let the process change again what it likes."""
        self._guarded.close()

    def _guard(self) -> None:
        if self._verifies:
            self._guarded.enter_context(read_only())

    def _is_of_suite(self, item: pytest.Item) -> bool:
        inside = any(item.path.is_relative_to(folder) for folder in self._folders)
        return self._verifies and (inside or not self._folders)
