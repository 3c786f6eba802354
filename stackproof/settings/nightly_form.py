"""The part of a settings file that nightly runs read: which stacks, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, model_validator

# As long as names of Pulumi's stacks may be; folders of a history are called so.
NAME = re.compile(
    r"(?!\.{1,2}$)[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]{1,100}"
)


# What programs may call a variable. Source: POSIX.1, 8.1, "Environment Variable Definition".
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Of a file's name, in which each byte of other letters than ASCII's takes three; what else is in
# the name needs the rest of the 255 that file systems have for it.
_LONGEST = 200


def is_a_name(label: str) -> bool:
    """Tell whether records, and so files, can be called so."""
    return bool(NAME.fullmatch(label)) and len(quote(label)) <= _LONGEST


def meeting(labels: Iterable[str]) -> tuple[str, str] | None:
    """Give two labels that are one name, as file systems that don't tell letters' cases take it."""
    known: dict[str, str] = {}
    for label in labels:
        if (other := known.setdefault(label.casefold(), label)) != label:
            return other, label
    return None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Budget(_Strict):
    """For how long failures may be there."""

    severity: Literal["critical", "high", "medium", "low"] = Field(
        description="The least severity that it is about."
    )
    days: int = Field(ge=0, description="How many days old the oldest of them may be.")


class NightlyStack(_Strict):
    """One stack, and as whom it is looked at; files from the settings' folder on."""

    name: str | None = Field(default=None, description="What records call it; else `stack`.")
    stack: str | None = Field(default=None, description="Asked of the Pulumi CLI, and previewed.")
    outputs: str | None = Field(default=None, description="Its outputs, where no CLI is asked.")
    state: str | None = Field(default=None, description="Its state, where no CLI is asked.")
    profile: str | None = Field(default=None, description="The profile of controls for it.")
    aws_profile: str | None = Field(default=None, description="The AWS profile that reaches it.")
    role: str | None = Field(default=None, description="The ARN of the role that reaches it.")
    external_id: str | None = Field(default=None, description="What that role wants to be told.")
    preview: bool = Field(
        default=True, description="Whether the program is previewed, where `stack` names it."
    )
    scenarios: bool = Field(default=True, description="Whether scenarios are tried.")

    @model_validator(mode="after")
    def _is_somewhere(self) -> NightlyStack:
        if self.stack is None and self.outputs is None and self.state is None:
            raise ValueError("it names neither a stack nor its outputs nor its state")
        if not is_a_name(self.label):
            raise ValueError(
                f"records can't call it {self.label[:40]!r}; give it a name of at most 100 "
                "printable characters, or fewer where they aren't ASCII"
            )
        return self

    @property
    def label(self) -> str:
        """Give what records call it."""
        return self.name or self.stack or self.outputs or self.state or ""


class Channel(_Strict):
    """Somebody who is told what a night found, and of what."""

    to: Literal["slack", "teams", "webhook", "email", "sns"] = Field(
        description="In which form: Slack's and Teams' messages, plain JSON, e-mail, Amazon SNS."
    )
    url_variable: str | None = Field(
        default=None,
        description="The environment variable with the webhook's address, which is a secret.",
    )
    topic: str | None = Field(default=None, description="The ARN of the SNS topic.")
    aws_profile: str | None = Field(
        default=None, description="The AWS profile that may publish to the topic."
    )
    server: str | None = Field(default=None, description="The mail server: HOST:PORT.")
    sender: str | None = Field(default=None, description="Whom the e-mail is from.")
    recipients: list[str] = Field(default_factory=list, description="Whom the e-mail is to.")
    user: str | None = Field(default=None, description="The user at the mail server.")
    password_variable: str | None = Field(
        default=None, description="The environment variable with that user's password."
    )
    owners: list[str] = Field(
        default_factory=list,
        description="Only findings of these owners' resources, by their tags owner, team or "
        "contact; * stands for anything.",
    )
    severity: Literal["critical", "high", "medium", "low"] = Field(
        default="low", description="The least severity that it is about."
    )
    when: Literal["changed", "failing", "always"] = Field(
        default="changed",
        description="Whether a night is told when something changed, when it fails, or always.",
    )

    @model_validator(mode="after")
    def _is_somewhere(self) -> Channel:
        needed = {
            "email": ("server", "sender", "recipients"),
            "sns": ("topic",),
        }.get(self.to, ("url_variable",))
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"{self.to} needs {', '.join(missing)}")
        for name in ("url_variable", "password_variable"):
            # Who writes the secret itself there must not read it again in a sentence.
            if not _VARIABLE.fullmatch(getattr(self, name) or "_"):
                raise ValueError(
                    f"{name} is the name of an environment variable (A-Z, a-z, 0-9 and _), and "
                    "what stands there, which is not repeated here, is none"
                )
        port = (self.server or ":0").rpartition(":")[2]
        if not (port.isascii() and port.isdigit()):
            raise ValueError(f"server is HOST:PORT, and {self.server!r} is not")
        return self

    @property
    def called(self) -> str:
        """Give what sentences call it: nothing that is a secret."""
        return f"{self.to} ({self.url_variable or self.topic or ', '.join(self.recipients)})"


class Nightly(_Strict):
    """Nightly runs: `stackproof nightly`."""

    stacks: list[NightlyStack] = Field(default_factory=list, description="What is looked at.")
    history: str | None = Field(
        default=None,
        min_length=1,
        description="Where records are kept: a folder, or s3://BUCKET/PREFIX.",
    )
    sign: str | None = Field(
        default=None,
        min_length=1,
        description="What signs records: a PEM file, or a KMS key's ARN or alias.",
    )
    baseline: str | None = Field(default=None, description="The file of failures that are known.")
    budgets: list[Budget] = Field(
        default_factory=list, description="For how long failures may be there."
    )
    notify: list[Channel] = Field(
        default_factory=list, description="Who is told of each stack's night."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Nightly:
        labels = [stack.label for stack in self.stacks]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"two stacks are called {twice[0]}; give each a name of its own")
        if pair := meeting(labels):
            raise ValueError(
                f"the stacks {pair[0]} and {pair[1]} have one name for many file systems; give "
                "each a name of its own"
            )
        return self
