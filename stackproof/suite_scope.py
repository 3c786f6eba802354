"""What a run of the suite is about: stacks by files, by tags or by name, or a whole account."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.suite_names import something

if TYPE_CHECKING:
    import pytest

    from stackproof.outputs import Outputs
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.snapshot import Snapshot

# Outputs as one process hands them to another.
Handed: TypeAlias = tuple[str, str, dict[str, str], list[str], bool]


def add_options(group: pytest.OptionGroup) -> None:
    """Add the options that say what a run is about, besides --outputs and --state."""
    group.addoption(
        "--stack",
        type=something,
        metavar="NAME",
        help="ask the Pulumi CLI for the outputs and the state of a stack of this project",
    )
    group.addoption(
        "--scope",
        choices=["stack", "account"],
        default="stack",
        help="what is looked at: a stack, or all that the account has there",
    )
    group.addoption(
        "--tag",
        type=something,
        action="append",
        metavar="KEY=VALUE",
        help="look at what carries this tag and at what belongs to it, without any outputs; given "
        "again, at what carries all of them",
    )
    group.addoption(
        "--region",
        type=something,
        action="append",
        metavar="NAME",
        help="look into this region (default: what the stack says, or the one in use); may be "
        "given again. What has no region is read with the first",
    )
    group.addoption(
        "--all-regions",
        action="store_true",
        help="look into every region that is enabled (with --scope account or --tag)",
    )


class Scope:
    """What one run is about, by its options. Raises StackproofError for those that don't fit."""

    def __init__(self, option: Callable[[str], Any], folder: Path) -> None:
        from stackproof.types.regions import is_region

        self._option = option
        self._folder = folder
        self.account: bool = option("--scope") == "account"
        self.regions: tuple[str, ...] = tuple(option("--region") or ())
        # That of the first stack.
        self.state_file: Path | None = option("--state")
        self.warnings: list[str] = []
        files = [name for name in ("--outputs", "--state") if option(name)]
        alone = [name for name in ("--stack", "--tag") if option(name)]
        alone += ["--scope account"] if self.account else []
        if len(alone) > 1 or (alone and files):
            raise StackproofError(
                f"{' and '.join([*alone, *files])} each say what is looked at: give one of them",
                Code.USAGE,
            )
        if self.account and option("--settle"):
            raise StackproofError("--scope account looks once: leave out --settle", Code.USAGE)
        self._everywhere = bool(option("--all-regions"))
        if self._everywhere and not (self.account or option("--tag")):
            raise StackproofError("--all-regions is for --scope account and --tag", Code.USAGE)
        if odd := next((name for name in self.regions if not is_region(name)), None):
            raise StackproofError(
                f"--region: {odd!r} is not an AWS region's name, such as eu-west-1", Code.USAGE
            )

    def outputs(self, own_tags: dict[str, str]) -> list[Outputs]:
        """Give the outputs of each stack, the first of which the others are compared with."""
        from stackproof import outputs as files

        named = self._option("--outputs") or [None]
        if self.account:
            return [files.Outputs({}, Path("account"))]
        if tags := self._option("--tag"):
            return [self._tagged(tags)]
        if stack := self._option("--stack"):
            from stackproof.pulumi_cli import STATE, ask

            asked, _ = ask(stack, self._folder)
            self.state_file = self._folder / STATE
            return [replace(asked, tags=own_tags)]
        if self.state_file is not None and not files.is_there(named[0]):
            return [files.Outputs({}, self.state_file, tags=own_tags)]
        return [replace(files.load(files.find(path)), tags=own_tags) for path in named]

    def _tagged(self, tags: Sequence[str]) -> Outputs:
        from stackproof.fleet.tagged import outputs_of, tags_of

        try:
            return outputs_of(tags_of(tags))
        except ValueError as error:
            raise StackproofError(f"--tag: {error}", Code.USAGE) from None

    def where(self, aws: Aws) -> tuple[str, ...]:
        """Give the regions to look into; none where the stack, or who is asked, says them."""
        from stackproof.fleet.account import looked_into

        return looked_into(aws, self.regions, all_regions=self._everywhere)

    def whole(self, aws: Aws) -> Snapshot:
        """Read a whole account, and keep what is to be said of that."""
        from stackproof.fleet.account import left_open, read_account

        account = read_account(aws, self.regions, all_regions=self._everywhere)
        self.warnings = left_open(account)
        return account.snapshot


def handed(outputs: Outputs) -> Handed:
    """Give outputs as they can be sent to another process."""
    return (
        json.dumps(dict(outputs.values)),
        str(outputs.path),
        dict(outputs.tags),
        list(outputs.places),
        outputs.by_tags,
    )


def taken(sent: Sequence[Any]) -> Outputs:
    """Give the outputs that another process has sent."""
    from stackproof.outputs import Outputs

    values, path, tags, places, by_tags = sent
    return Outputs(json.loads(values), Path(path), tags, tuple(places), by_tags)
