"""The form of a record; `docs/schemas/record-1.json` is its published schema.

Within a version, keys are only added, each with a default, so that an older record still reads.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Severity
from stackproof.model.outcome import OutcomeWord
from stackproof.record.json_text import json_text
from stackproof.record.words import Day, ExitCode, Moment, StackName

VERSION: Final = 1
SEVERITIES: Final = tuple(severity.value for severity in Severity)

SeverityWord: TypeAlias = Literal["critical", "high", "medium", "low"]
SightWord: TypeAlias = Literal["declared", "state", "live"]
ScenarioWord: TypeAlias = Literal["failed", "unknown", "passed", "skipped"]


class RecordError(StackproofError):
    """Raised for what is no record of a version that can be read; says what and why."""

    code = Code.RECORD


class _Part(BaseModel):
    # What checks and writes them is made when it is first used: a run on the terminal does neither.
    model_config = ConfigDict(frozen=True, defer_build=True)


class RunFacts(_Part):
    """The facts of a run; times are UTC in ISO 8601, `seconds` is wall time."""

    stack: StackName
    project: str | None = None
    sight: SightWord
    account: str
    region: str
    regions: list[str]
    endpoint: str | None
    emulated: bool
    api_calls: int
    api_calls_by_service: dict[str, int]
    began: Moment
    seconds: float
    resources: int
    fail_on: SeverityWord
    exit_code: ExitCode
    verdict: str
    tool: str = Field(description="The version of stackproof.")
    catalogue: str = Field(description="A digest over the controls' ids and what they mean.")
    parameters: str = Field(description="A digest over the parameters that are not defaults.")
    profile: str | None = None
    owner: str | None = Field(default=None, description="Whose it is, as a fleet file says.")
    commit: str | None = Field(
        default=None, description="The commit of the project; ends with -dirty when it is changed."
    )
    folder: str = Field(
        default="",
        description="The project's folder in its repository, with a slash at its end.",
    )


class Accounting(_Part):
    """How many resources ended how; `not_aws` counts those of other providers.

    `seen_in_part` names resources that were read by what of them nothing ever shows.
    """

    counts: dict[str, int]
    not_aws: dict[str, int]
    seen_in_part: dict[str, list[str]] = Field(default_factory=dict)


class Resource(_Part):
    """A resource that was named or read, and how it ended.

    `owner` names what it is a part of. Each property of it stands in one of three: `facts` has its
    value, where that is small and can hold no secret, `digests` a digest of it, `hidden` why it
    could not be seen. `tags` has the values only of those tags that say whose and for what a
    resource is, and None for the others. `points_to` has the identities of the resources to which
    each property points. `source` is the file, from the project's folder on, and
    the line where the program registers it: `FILE:LINE`.
    """

    status: str
    type: str
    urn: str | None
    name: str
    owner: str | None = None
    id: str | None
    arn: str | None
    account: str | None = None
    region: str | None
    named_by: str | None = None
    why: str = ""
    disputed: bool = False
    tags: dict[str, str | None] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    digests: dict[str, str] = Field(default_factory=dict)
    hidden: dict[str, str] = Field(default_factory=dict)
    points_to: dict[str, list[str]] = Field(default_factory=dict)
    source: str | None = None

    @property
    def identity(self) -> str:
        """Give what names this resource across runs: its URN, else its ARN, else type and id."""
        place = "::".join(filter(None, (self.region or "", self.owner)))
        return self.urn or self.arn or f"{self.type}::{place}::{self.id or self.name}"


class Gap(_Part):
    """A question that AWS did not answer, and the types of what it would have shown."""

    operation: str
    cause: str
    region: str
    types: list[str]


class Parity(_Part):
    """What came out of comparing with a state."""

    properties_compared: int
    properties_not_shown: int
    unmanaged: list[Resource]


class Waiver(_Part):
    """A waiver of the stack by its place in the file, and the names of what it covers."""

    number: int
    control: str
    patterns: list[str]
    owner: str
    reason: str
    until: Day
    expect: int | None
    resources: list[str]


class Reading(_Part):
    """One reading of a stack while it settled."""

    seconds: float
    open: list[str]
    less: list[str]


class Control(_Part):
    """A control that held in the run; `meaning` is a digest over what it demands, and how."""

    id: str
    title: str
    severity: SeverityWord
    category: str
    types: list[str]
    frameworks: dict[str, list[str]] = Field(default_factory=dict)
    frameworks_in_part: dict[str, list[str]] = Field(default_factory=dict)
    meaning: str
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="Those that are not the control's defaults."
    )
    own: bool = Field(default=False, description="Whether it is no control of stackproof's.")


class LeftOut(_Part):
    """What the settings leave out: controls by their ids, and resources of controls.

    `resources` are the selectors of the settings that are about certain resources only.
    """

    controls: list[str] = Field(default_factory=list)
    resources: list[str] = Field(default_factory=list)


class Finding(_Part):
    """One control's outcome on one resource at one sight.

    `failing_since` is when the first run began of those that saw it fail without an end; a run
    that could not see it is no end. `fingerprint` names it across runs.
    """

    sight: SightWord = "live"
    control: str
    title: str
    severity: SeverityWord
    category: str
    type: str
    urn: str | None
    name: str
    owner: str | None
    id: str | None
    arn: str | None
    region: str | None
    outcome: OutcomeWord
    property: str | None = None
    expected: str | None = None
    actual: Any = None
    fix: str | None = None
    cause: str | None = None
    message: str
    facet: str
    frameworks: dict[str, list[str]]
    frameworks_in_part: dict[str, list[str]]
    fingerprint: str
    failing_since: Moment | None = None


class ScenarioPart(_Part):
    """One subtest of a scenario."""

    part: str
    outcome: ScenarioWord
    message: str
    at_first: str = ""


class ScenarioWait(_Part):
    """What a scenario asked AWS for more than once."""

    model_config = ConfigDict(populate_by_name=True)

    for_: str = Field(alias="for")
    asked: int
    seconds: float


class Scenario(_Part):
    """What a scenario proved, as pytest ended it."""

    scenario: str
    family: str
    proves: str
    why: str
    severity: SeverityWord | None = Field(
        default=None, description="That of the control that it tries, where it tries one."
    )
    outcome: ScenarioWord
    message: str
    seconds: float
    readings: int = 1
    at_first: str = ""
    waits: list[ScenarioWait] = Field(default_factory=list)
    parts: list[ScenarioPart] = Field(default_factory=list)

    def at_least(self, least: Severity) -> bool:
        """Tell whether it weighs as much; what tries no control is about the whole, and does."""
        return self.severity is None or Severity(self.severity).at_least(least)


class Named(_Part):
    """A finding, in so few words that changes can be told."""

    fingerprint: str
    sight: SightWord
    control: str
    severity: SeverityWord
    type: str
    name: str
    owner: str | None = None
    facet: str
    message: str
    failing_since: Moment | None = None


class Changed(_Part):
    """A property of a resource that is another one now; None stands for a value not kept."""

    type: str
    name: str
    property: str
    before: Any = None
    after: Any = None


class Item(_Part):
    """Something that came, went or ends: what kind of thing, its name, and what is to be said."""

    type: str
    name: str
    why: str = ""


class Difference(_Part):
    """A fact by which a record is not alike the one before it."""

    what: str
    before: str
    after: str


class Changes(_Part):
    """What is another than in the record before (`before` is its digest, `began` its time).

    A failure is new, fixed, still there, or not seen again: nobody knows whether it is fixed. What
    has to do with a control of stackproof that is new, gone or means something else stands in
    `by_catalogue`, what has to do with one that the settings choose anew or give other parameters
    in `by_settings`: neither is a change of the stack. `controls` and `settings` name these
    controls. Where `differences` have another account or endpoint, all of it goes by names alone.
    """

    before: str | None = None
    began: Moment | None = None
    new: list[Named] = Field(default_factory=list)
    fixed: list[Named] = Field(default_factory=list)
    still: int = Field(default=0, description="Failures that were there; findings say since when.")
    unknown: list[Named] = Field(default_factory=list, description="What could be seen before.")
    not_seen: list[Named] = Field(default_factory=list, description="Failures not seen again.")
    gone_with: list[Named] = Field(
        default_factory=list, description="Failures whose resources are gone."
    )
    waived: list[Named] = Field(
        default_factory=list, description="Failures that a waiver has covered since then."
    )
    by_catalogue: list[Named] = Field(default_factory=list)
    by_settings: list[Named] = Field(default_factory=list)
    unchosen: list[Named] = Field(
        default_factory=list, description="Failures that the settings now leave out."
    )
    drifted: list[Named] = Field(default_factory=list)
    came: list[Item] = Field(default_factory=list)
    gone: list[Item] = Field(default_factory=list)
    changed: list[Changed] = Field(default_factory=list)
    controls: list[Item] = Field(default_factory=list)
    settings: list[Item] = Field(default_factory=list)
    waivers_ending: list[Item] = Field(default_factory=list)
    scenarios_new: list[Item] = Field(default_factory=list, description="That fail now.")
    scenarios_fixed: list[Item] = Field(default_factory=list)
    differences: list[Difference] = Field(default_factory=list)


class Chain(_Part):
    """What makes records evidence: `digest` is over the record and `previous`, the one before.

    `signature` is over the digest, in base64, and `key` names by what it was made.
    """

    previous: str | None
    digest: str
    key: str | None = None
    signature: str | None = None


class Record(_Part):
    """One run of one stack.

    `summary` counts the findings of the run's own sight by outcome. `errors` say what could not
    be looked at at all, a sentence each.
    """

    record: Literal[1] = VERSION
    run: RunFacts
    summary: dict[OutcomeWord, int]
    accounting: Accounting
    gaps: list[Gap] = Field(default_factory=list)
    parity: Parity | None = None
    warnings: list[str] = Field(default_factory=list)
    errors: list[str] = Field(default_factory=list)
    waivers: list[Waiver] = Field(default_factory=list)
    readings: list[Reading] = Field(default_factory=list)
    resources: list[Resource] = Field(default_factory=list)
    controls: list[Control] = Field(default_factory=list)
    left_out: LeftOut | None = Field(
        default=None, description="What the settings leave out; older records don't say it."
    )
    findings: list[Finding] = Field(default_factory=list)
    scenarios: list[Scenario] = Field(default_factory=list)
    not_seen: list[Finding] = Field(
        default_factory=list, description="Failures of earlier records that nobody saw fixed."
    )
    changes: Changes | None = None
    chain: Chain | None = None

    @property
    def own(self) -> list[Finding]:
        """Give the findings of the run's own sight."""
        return [finding for finding in self.findings if finding.sight == self.run.sight]

    @property
    def unjudged(self) -> list[Resource]:
        """Give the resources that were not judged."""
        return [resource for resource in self.resources if resource.status != "judged"]

    def ranked(self, outcome: OutcomeWord) -> list[Finding]:
        """Give the findings of one outcome at the run's own sight, the worst first."""
        hits = [finding for finding in self.own if finding.outcome == outcome]
        return sorted(
            hits, key=lambda f: (SEVERITIES.index(f.severity), f.control, f.name, f.facet)
        )

    def as_json(self, *, as_given: bool = False) -> str:
        """Give the record as JSON text; `as_given`, without keys that it was read without."""
        return json_text(self.model_dump(by_alias=True, exclude_unset=True) if as_given else self)
