"""Errors: what each way in which a call can fail means; every class of botocore has its place."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from botocore import exceptions as botocore
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import classify
from stackproof.sights.live.credentials import refusal
from stackproof.sights.live.urls import public


class SpoiltError(StackproofError):
    """Raised when an answer is not one that the operation gives: says what is wrong with it."""

    code = Code.SPOILT

    def __init__(self, wrong: str, cause: Cause = Cause.UNREADABLE) -> None:
        super().__init__(wrong)
        self.cause = cause


class UnreachableError(StackproofError):
    """Raised instead of sending to a host that could not be reached a moment ago."""

    code = Code.NO_ANSWER


class Place(Enum):
    """What an error is of: the first two end the run, the others cost the fact asked for."""

    CREDENTIALS = auto()
    CONFIGURATION = auto()
    TRANSPORT = auto()
    ANSWER = auto()
    OURS = auto()


# A class that is not named here has the place of the class that it is derived from.
_PLACES: Mapping[Place, tuple[type[BaseException], ...]] = {
    Place.CREDENTIALS: (
        botocore.CredentialRetrievalError,
        botocore.InfiniteLoopConfigError,
        botocore.InvalidConfigError,
        botocore.InvalidIMDSEndpointError,
        botocore.InvalidIMDSEndpointModeError,
        botocore.LoginError,
        botocore.MetadataRetrievalError,
        botocore.MissingDependencyException,
        botocore.NoAuthTokenError,
        botocore.NoCredentialsError,
        botocore.PartialCredentialsError,
        botocore.ProfileNotFound,
        botocore.RefreshWithMFAUnsupportedError,
        botocore.SSOError,
        botocore.TokenRetrievalError,
        botocore.UnknownCredentialError,
        botocore.UnknownTokenProviderError,
    ),
    Place.CONFIGURATION: (
        botocore.BaseEndpointResolverError,
        botocore.ConfigNotFound,
        botocore.ConfigParseError,
        botocore.EndpointProviderError,
        botocore.InvalidChecksumConfigError,
        botocore.InvalidDefaultsMode,
        botocore.InvalidEndpointConfigurationError,
        botocore.InvalidEndpointDiscoveryConfigurationError,
        botocore.InvalidProxiesConfigError,
        botocore.InvalidRegionError,
        botocore.InvalidRetryConfigurationError,
        botocore.InvalidS3AddressingStyleError,
        botocore.InvalidS3UsEast1RegionalEndpointConfigError,
        botocore.InvalidSTSRegionalEndpointsConfigError,
        botocore.UnsupportedS3ConfigurationError,
        botocore.UnsupportedS3ControlConfigurationError,
    ),
    Place.TRANSPORT: (
        botocore.CapacityNotAvailableError,
        botocore.ConnectionError,
        botocore.HTTPClientError,
        botocore.IncompleteReadError,
        UnreachableError,
        # No address of the service is known in the region.
        botocore.ServiceNotInRegionError,
        botocore.UnknownEndpointError,
        botocore.UnknownFIPSEndpointError,
        botocore.UnknownRegionError,
    ),
    Place.ANSWER: (
        SpoiltError,
        ResponseParserError,
        botocore.ChecksumError,
        botocore.EventStreamError,
        botocore.FlexibleChecksumError,
        botocore.PaginationError,
    ),
    Place.OURS: (
        botocore.ApiVersionNotFoundError,
        botocore.AwsChunkedWrapperError,
        botocore.DataNotFoundError,
        botocore.InvalidDNSNameError,
        botocore.InvalidExpressionError,
        botocore.InvalidHostLabelError,
        botocore.MD5UnavailableError,
        botocore.MissingParametersError,
        botocore.OperationNotPageableError,
        botocore.ParamValidationError,
        botocore.StubResponseError,
        botocore.UndefinedModelAttributeError,
        botocore.UnknownClientMethodError,
        botocore.UnknownServiceStyle,
        botocore.UnknownSignatureVersionError,
        botocore.UnseekableStreamError,
        botocore.UnsupportedOutpostResourceError,
        botocore.UnsupportedS3AccesspointConfigurationError,
        botocore.UnsupportedS3ArnError,
        botocore.UnsupportedS3ControlArnError,
        botocore.UnsupportedServiceProtocolsError,
        botocore.UnsupportedSignatureVersionError,
        botocore.ValidationError,
        botocore.WaiterConfigError,
        botocore.WaiterError,
    ),
}
_PLACE_OF = {class_: place for place, classes in _PLACES.items() for class_ in classes}

# What a call can end in. Error answers are apart: their code tells.
FROM_AWS = (
    botocore.BotoCoreError,
    botocore.UndefinedModelAttributeError,
    ClientError,
    ResponseParserError,
    SpoiltError,
    UnreachableError,
)


def place_of(class_: type[BaseException]) -> Place | None:
    """Give the place of a class of errors, or `None` for one that nobody has thought of."""
    return next((_PLACE_OF[base] for base in class_.__mro__ if base in _PLACE_OF), None)


def explain(
    error: BaseException,
    ask: Ask,
    parameters: Mapping[str, Any],
    *,
    elsewhere: bool = False,
) -> Unknown | None:
    """Say what an error (one of FROM_AWS) means for a question; `None`: there is no such thing.

    `elsewhere` says that the credentials were accepted in another region. Raises LiveError when
    the error ends the run.
    """
    place = place_of(type(error))
    if isinstance(error, ClientError) and place is None:
        if error.operation_name != ask.operation:
            # What isn't an answer to the question is one to a provider of credentials.
            raise refusal(error)
        return classify(error, ask, parameters, elsewhere=elsewhere)
    name = type(error).__name__
    match place:
        case Place.CREDENTIALS | Place.CONFIGURATION:
            raise refusal(error)
        case Place.TRANSPORT:
            return Unknown(Cause.UNAVAILABLE, detail=f"{ask.name}: {name}")
        case Place.ANSWER:
            cause = error.cause if isinstance(error, SpoiltError) else Cause.UNREADABLE
            return Unknown(cause, detail=f"{ask.name}: {_line(error)}")
        case Place.OURS | None:
            fault = f"{ask.name} was asked wrongly, a fault of stackproof ({name}: {_line(error)})"
            return Unknown(Cause.UNREADABLE, detail=fault)


def _line(error: BaseException) -> str:
    return " ".join(public(str(error)).split())[:200]
