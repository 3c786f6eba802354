"""What controls of launch templates and of instances have in common: metadata and user data."""

from __future__ import annotations

from base64 import b64decode

from stackproof.controls.support.account_wide import or_account
from stackproof.controls.support.checks import expect_number, expect_that
from stackproof.controls.support.plain_secrets import first_secret
from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.effective import for_account
from stackproof.types.tokens import EBS_ENCRYPTION_BY_DEFAULT, INSTANCE_METADATA_DEFAULTS

# The places that say what an instance's own metadata options don't, the image apart.
METADATA_NEIGHBOURS = (INSTANCE_METADATA_DEFAULTS,)


def unless_left_out(instance: Resource, judged: Outcome) -> Outcome:
    """Give Unknown instead of a failure where a launch template says what the instance doesn't."""
    if not isinstance(judged, Fail) or judged.actual is not None or not instance["launch_template"]:
        return judged
    return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, judged.property, "the launch template decides")


def tokens_only(holder: Resource, stack: Stack, *, must_be_declared: bool) -> Outcome:
    """Pass when the metadata service asks for session tokens, or is off."""
    if holder.get("metadata_options.http_endpoint") == "disabled":
        return Pass()
    speaker, path = _speaker(holder, stack, "http_tokens", must_be_declared=must_be_declared)
    return expect_that(
        speaker,
        path,
        lambda value: value == "required",
        expected="required",
        fix="Set metadata_options.http_tokens to required.",
    )


def hops_limited(
    holder: Resource, stack: Stack, maximum: int, *, must_be_declared: bool
) -> Outcome:
    """Pass when answers of the metadata service go no further than so many hops."""
    if holder.get("metadata_options.http_endpoint") == "disabled":
        return NotApplicable("instances have no metadata service")
    name = "http_put_response_hop_limit"
    speaker, path = _speaker(holder, stack, name, must_be_declared=must_be_declared)
    return expect_number(
        speaker,
        path,
        lambda value: value is not None and value <= maximum,
        f"at most {maximum}",
        fix=f"Set metadata_options.{name} to {maximum}.",
    )


def _speaker(
    holder: Resource, stack: Stack, name: str, *, must_be_declared: bool
) -> tuple[Block, str]:
    """Give who says a metadata option of an instance, itself or the account, and where.

    Raises UnresolvedError when the program doesn't say it: the account, or the image, decides.
    Source: Amazon EC2 User Guide, "Order of precedence for instance metadata options".
    """
    path = f"metadata_options.{name}"
    if must_be_declared or holder.get(path) is not None:
        return holder, path
    for defaults in for_account(holder, stack, INSTANCE_METADATA_DEFAULTS):
        if defaults[name] not in (None, "no-preference", -1):
            return Block(defaults.data, defaults.name), name
    raise UnresolvedError(
        Unknown(Cause.NOT_KNOWN_AT_PREVIEW, path, "the account, or the image, decides")
    )


def by_default(judged: Outcome, holder: Resource, stack: Stack) -> Outcome:
    """Pass where nothing says that a volume is encrypted, but the account encrypts them all.

    Source: Amazon EBS User Guide, "Enable Amazon EBS encryption by default": the setting of an
    account in a region, off by default.
    """
    if not isinstance(judged, Fail) or judged.actual is not None:
        return judged
    return or_account(
        judged,
        holder,
        stack,
        EBS_ENCRYPTION_BY_DEFAULT,
        lambda setting: judged if setting["enabled"] is False else Pass(),
    )


def without_secrets(block: Block, name: str) -> Outcome:
    """Pass when a script, as text or in base64, shows no secret; it is never repeated."""
    text = str(block[name] or "")
    try:
        text = b64decode(text, validate=True).decode()
    except UnicodeDecodeError:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, name, "not text")) from None
    except ValueError:
        pass  # text that is not encoded yet
    where = first_secret(text)
    if where is None:
        return Pass()
    return Fail(
        name,
        "a script that fetches its secrets",
        f"a secret in plain text ({where})",
        "Keep the value in Secrets Manager and read it with the instance's role.",
    )
