"""What conditions say of who asks: the bounds that they put on a statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stackproof.model import Cause, Unknown
from stackproof.reasoning.access.keys import FLAGS, TELLING, Key, undecidable
from stackproof.reasoning.access.parties import ANY_SERVICE, OWNER, Party, Says, networks, party
from stackproof.reasoning.access.statements import Condition


@dataclass(frozen=True, slots=True)
class Bound:
    """What only some parties meet, any one of them; with `source`, services that ask for them."""

    parties: tuple[Party, ...]
    source: bool = False


NOBODY: Final = Bound(())

# Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
_EQUAL: Final = frozenset(
    {
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "arnequals",
        "arnlike",
        "ipaddress",
        "numericequals",
        "bool",
        "binaryequals",
        "dateequals",
    }
)
_UNEQUAL: Final = frozenset(
    {
        "stringnotequals",
        "stringnotequalsignorecase",
        "stringnotlike",
        "arnnotequals",
        "arnnotlike",
        "notipaddress",
        "numericnotequals",
        "datenotequals",
    }
)
_ORDERED: Final = frozenset(
    f"{kind}{order}{equals}"
    for kind in ("numeric", "date")
    for order in ("lessthan", "greaterthan")
    for equals in ("", "equals")
)
_EXACT: Final = frozenset(
    f"string{negated}equals{case}" for negated in ("", "not") for case in ("", "ignorecase")
)
_COMPARES_TEXT: Final = ("string", "arn", "ip", "notip", "numeric")
_ALL, _ANY, _IF = "forallvalues:", "foranyvalue:", "ifexists"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator's name taken apart; `lenient` ones are met by requests without the key."""

    name: str
    lenient: bool
    of_any: bool

    @classmethod
    def of(cls, text: str) -> Operator:
        """Take the text before the keys of a condition apart."""
        lower = text.lower()
        plain = lower.removeprefix(_ALL).removeprefix(_ANY).removesuffix(_IF)
        lenient = lower.startswith(_ALL) or lower.endswith(_IF)
        return cls(plain, lenient, lower.startswith(_ANY))

    def possible(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """Give the values that something may have: a wildcard is none to exact operators."""
        return tuple(v for v in values if self.name not in _EXACT or not {*v} & {*"*?"})

    @property
    def exists(self) -> bool:
        """Tell whether IAM has it."""
        return self.name in _EQUAL | _UNEQUAL | _ORDERED | {"null"}


def bounds(conditions: Sequence[Condition]) -> list[Bound | Unknown]:
    """Give what the conditions of an allowing statement say of who asks, all of it to be met.

    An Unknown stands for a condition that may be a bound, and may be none.
    """
    required = {c.key for c in conditions if _requires(c)}
    return [
        found for c in conditions if (found := _bound(c, present=c.key in required)) is not None
    ]


def escapes(conditions: Sequence[Condition], *, service: bool) -> Bound | Unknown | None:
    """Give who alone is spared by a denial of everybody under conditions, None when others are.

    A denial takes hold when all its conditions are met: whoever doesn't meet one of them escapes.
    With `service`, an AWS service asks: it meets that it is one, and not that it is none.
    """
    if service:
        asked = [c for c in conditions if _of_services(c)]
        if any(set(c.values) == {"false"} for c in asked):
            return None
        conditions = [c for c in conditions if c not in asked]
    spared: list[Party] = []
    unknown: Unknown | None = None
    source = True
    for condition in conditions:
        found = _spared(condition)
        if found is None:
            return None
        if isinstance(found, Unknown):
            unknown = found
        else:
            spared += found.parties
            source = source and found.source
    return unknown or Bound(tuple(dict.fromkeys(spared)), source)


# The tags of what is acted on. Source: Service Authorization Reference, "Condition keys for" each
# service; Amazon S3 User Guide, "Tagging and access control policies"; Amazon RDS User Guide,
# "Condition keys for Amazon RDS".
_TAG: Final = re.compile(r"([a-z0-9-]+:(resourcetag|existingobjecttag)|rds:[a-z-]+-tag)/.+")
_TAGGED: Final = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})


def asks_for_tags(condition: Condition) -> bool:
    """Tell whether a condition is met only by things with some value of a tag."""
    operator = Operator.of(condition.operator)
    if operator.lenient or operator.name not in _TAGGED or not _TAG.fullmatch(condition.key):
        return False
    return bool(condition.values) and not any({*v} <= {"*"} for v in condition.values)


def _requires(condition: Condition) -> bool:
    """Tell whether it demands that the key be there."""
    return condition.operator.lower() == "null" and set(condition.values) == {"false"}


def _bound(condition: Condition, *, present: bool) -> Bound | Unknown | None:
    operator = Operator.of(condition.operator)
    if not operator.exists:
        return _undecided(f"IAM has no operator {condition.operator}")
    if operator.name not in _EQUAL or (operator.lenient and not present):
        return None
    if condition.key in FLAGS:
        return _flagged(condition, "true")
    return _named(condition, operator)


def _spared(condition: Condition) -> Bound | Unknown | None:
    operator = Operator.of(condition.operator)
    if not operator.exists:
        return _undecided(f"IAM has no operator {condition.operator}")
    if condition.key in FLAGS and operator.name == "bool":
        return _flagged(condition, "false")
    # A request without the key is unequal to everything, except in `ForAnyValue:`.
    return None if operator.name not in _UNEQUAL or operator.of_any else _named(condition, operator)


def _of_services(condition: Condition) -> bool:
    """Tell whether a condition is on whether a service asks."""
    plain = Operator.of(condition.operator).name == "bool" and len({*condition.values}) == 1
    return plain and FLAGS.get(condition.key) == ANY_SERVICE


def _flagged(condition: Condition, value: str) -> Bound | None:
    return Bound((FLAGS[condition.key],)) if set(condition.values) == {value} else None


def _named(condition: Condition, operator: Operator) -> Bound | Unknown | None:
    """Give the parties among a condition's values, None when one value is anybody's."""
    key = TELLING.get(condition.key)
    owner = _same_owner(condition)
    if owner is not None:
        return owner
    if key is None:
        unknown = _undecided(f"what {condition.key} tells of who asks is not known")
        return unknown if undecidable(condition.key) else None
    if not condition.values or not operator.name.startswith(_COMPARES_TEXT):
        return _undecided(f"{condition.operator} does not compare {condition.key} with a name")
    return _parties(key, operator.possible(condition.values))


def _parties(key: Key, values: tuple[str, ...]) -> Bound | Unknown | None:
    if key.says is Says.ADDRESSES:
        ranges = networks(values)
        return None if ranges is None else Bound(ranges, key.source)
    found = [party(key.says, value) for value in values]
    if None in found:
        return None
    unknown = next((part for part in found if isinstance(part, Unknown)), None)
    parties = tuple(part for part in found if isinstance(part, Party))
    return unknown or Bound(tuple(dict.fromkeys(parties)), key.source)


_RESOURCE: Final = {
    "aws:resourceaccount": Says.ACCOUNT,
    "aws:resourceorgid": Says.ORGANIZATION,
}


def _same_owner(condition: Condition) -> Bound | None:
    """Give the bound of a condition that compares the owner of the resource with who asks.

    One of them is the key, the other a policy variable.
    """
    (value,) = condition.values if len(condition.values) == 1 else ("",)
    variable = value.lower().removeprefix("${").removesuffix("}") if "${" in value else ""
    for left, other in ((condition.key, variable), (variable, condition.key)):
        key = TELLING.get(other)
        if key is not None and _RESOURCE.get(left) is key.says:
            return Bound((OWNER,), key.source)
    return None


def _undecided(why: str) -> Unknown:
    return Unknown(Cause.UNREADABLE, detail=why)
