"""The page of all levels: `python -m stackproof.policy_pack.levels_page` prints it.

`docs/control-levels.md` is a copy.
"""

from __future__ import annotations

from pulumi_policy import EnforcementLevel

from stackproof.controls import catalogue
from stackproof.policy_pack.levels import level, reason

_HEAD = """\
# The level of each control at preview

Made by `python -m stackproof.policy_pack.levels_page`; a test compares the two.

`pulumi preview --policy-pack policies` stops at what is *mandatory* and goes on after what is
*advisory*. One rule decides, in `stackproof/policy_pack/levels.py`:

- **Mandatory** is every control of severity critical or high: data may be lost, read by
  strangers or out of reach.
- **Mandatory** is also every control of the three enforced families, whatever its severity:
  *tagging* (tags are there, have values and are passed on), *encryption* (at rest, with the keys
  of the account, and in transit) and *security groups* (who reaches whom, and why). One resource
  that is left out is cheap to mend before it exists, and dear to find among thousands.
- **Advisory** is the rest: what costs money, what depends on how much an outage costs, and
  conventions that differ between organisations (which words name an environment, whether names
  repeat it, whether keys have an alias).

The pack's configuration goes before the rule, control by control, as for any pack:
`{"ecr-customer-key": "advisory", "vpc-flow-logs": "mandatory"}` with `--policy-pack-config`, or
all at once: `{"all": "advisory"}`. The two lists of what is waived and what is left to verify live
keep their own level under `all`: what they hold is no violation. An
exception for one resource, with its reason and its end, is a line in `waivers.yaml`.

| control | level | why | demands |
|---|---|---|---|
"""


def page() -> str:
    """Write the page in Markdown: the mandatory controls first, each part by id."""
    mandatory = EnforcementLevel.MANDATORY
    controls = sorted(catalogue().values(), key=lambda control: level(control) is not mandatory)
    rows = [
        f"| `{control.id}` | {level(control).value} | {reason(control)} | {control.title} |\n"
        for control in controls
    ]
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    print(page(), end="")
