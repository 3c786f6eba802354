"""What controls of launch templates and of instances have in common: metadata and user data."""

from __future__ import annotations

from base64 import b64decode

from stackproof.controls.support.checks import expect_number, expect_that
from stackproof.controls.support.plain_secrets import has_secret
from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Unknown,
    UnresolvedError,
)


def tokens_only(block: Block) -> Outcome:
    """Pass when the metadata service asks for session tokens, or is off."""
    if block.get("metadata_options.http_endpoint") == "disabled":
        return Pass()
    return expect_that(
        block,
        "metadata_options.http_tokens",
        lambda value: value == "required",
        expected="required",
        fix="Set metadata_options.http_tokens to required.",
    )


def hops_within(block: Block, maximum: int) -> Outcome:
    """Pass when answers of the metadata service go no further than so many hops."""
    if block.get("metadata_options.http_endpoint") == "disabled":
        return NotApplicable("instances have no metadata service")
    return expect_number(
        block,
        "metadata_options.http_put_response_hop_limit",
        lambda value: value is not None and value <= maximum,
        f"at most {maximum}",
        fix=f"Set metadata_options.http_put_response_hop_limit to {maximum}.",
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
    if not has_secret(text):
        return Pass()
    return Fail(
        name,
        "a script that fetches its secrets",
        "a secret in plain text",
        "Keep the value in Secrets Manager and read it with the instance's role.",
    )
