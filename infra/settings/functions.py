"""Settings of functions and of the APIs in front of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from infra.settings.parts import Settings

__all__ = ["FunctionSettings", "RouteSettings", "Runtime", "ThrottleSettings"]

# AWS Lambda Developer Guide, "Lambda runtimes": what new functions may use and will still be
# patched for a year or more (November 2026).
Runtime = Literal["python3.12", "python3.13", "python3.14"]


class FunctionSettings(Settings):
    """A function: memory in MiB (CPU grows with it), timeout in seconds."""

    runtime: Runtime
    memory: int = Field(ge=128, le=10240)
    # An HTTP API gives up after 30 seconds.
    timeout: int = Field(ge=1, le=30)

    @property
    def slow_ms(self) -> float:
        """The duration, in milliseconds, that is over 80 % of the timeout."""
        return self.timeout * 1000 * 0.8


class RouteSettings(Settings):
    """One route of an API: a method, or ANY, and a path; and who may take it."""

    label: str
    key: str = Field(pattern=r"^(ANY|GET|PUT|POST|DELETE) /")
    authorization: Literal["NONE", "AWS_IAM"]


class ThrottleSettings(Settings):
    """How many requests an API takes: per second, and at once."""

    rate: int = Field(ge=1)
    burst: int = Field(ge=1)
