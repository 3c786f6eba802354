"""The picture of a stack: zones are columns, tiers are rows, and lines say what points to what.

What is of one type and stands in one place is one box, so that a thousand resources stay readable;
a cell with many boxes keeps those with something wrong and counts the others. Zones and tiers give
each box its cell, which no library of free layouts keeps to; within a cell what is wrong stands
first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from stackproof.parity.accounting import short
from stackproof.record.form import Finding, Record, Resource
from stackproof.reports.edges import edges
from stackproof.reports.identities import identity
from stackproof.reports.tiers import TIERS, tier_of

State = Literal["fail", "unknown", "waived", "pass"]
_STATES: Final[tuple[State, ...]] = ("fail", "unknown", "waived", "pass")
_STATE_OF: Final[dict[str, State]] = {"unreadable": "unknown", "vanished": "fail"}
_SEVERAL, _REGION = "several zones", "no zone"
_MOST_ZONES, _MOST_BOXES = 4, 10
# Pixels: a box, what is between boxes, the tiers' names, the zones' names.
_WIDTH, _HEIGHT, _GAP, _LEFT, _TOP = 160, 30, 8, 76, 28
_LETTERS: Final = 21
# Most things stand in no zone: there boxes stand so many side by side.
_ABREAST: Final = 2
# Everything points to these; lines to them would hide all others.
_QUIET: Final = frozenset({"network", "guard", "other"})


@dataclass(slots=True)
class Box:
    """What is of one type in one cell: its resources by their places in the list."""

    label: str
    tier: str
    zone: str
    members: list[int] = field(default_factory=list)
    state: State = "pass"
    link: str = ""
    x: float = 0
    y: float = 0

    @property
    def text(self) -> str:
        """Give what stands in the box: as much of the label as has room, and how many."""
        number = f" × {len(self.members)}" if len(self.members) > 1 else ""
        room = _LETTERS - len(number)
        cut = self.label if len(self.label) <= room else f"{self.label[: room - 1]}…"
        return f"{cut}{number}"


@dataclass(frozen=True, slots=True)
class Picture:
    """Where everything stands, in pixels.

    `columns` are zones with their left, `rows` tiers with their top and end, `lines` pairs of
    boxes of which the first points to the second.
    """

    width: int
    height: int
    columns: Sequence[tuple[str, int]]
    rows: Sequence[tuple[str, int, int]]
    boxes: Sequence[Box]
    lines: Sequence[tuple[Box, Box]]
    box_width: int = _WIDTH
    box_height: int = _HEIGHT


def picture_of(record: Record) -> Picture | None:
    """Give the picture of a record's resources; None where it has none."""
    resources = [resource for resource in record.resources if resource.status != "not this stack's"]
    if not resources:
        return None
    points = edges(resources)
    zones = _zones(resources, points)
    states = _states(resources, record.own)
    boxes: dict[tuple[str, str, str], Box] = {}
    things = [
        place
        for place, resource in enumerate(resources)
        if states[place] != "pass" or not _is_setting(resource, points[place], resources)
    ]
    for place in things:
        resource = resources[place]
        type_ = short(resource.type) if resource.type else "type not known"
        key = (tier_of(type_), zones[place], type_)
        box = boxes.setdefault(key, Box(type_, key[0], key[1]))
        box.members.append(place)
        box.state = min(box.state, states[place], key=_STATES.index)
    kept = _gathered(list(boxes.values()), resources)
    shown = {place: box for box in kept for place in box.members}
    lines = {
        (id(shown[a]), id(shown[b])): (shown[a], shown[b])
        for a, targets in enumerate(points)
        for _, b in targets
        if a in shown and b in shown
        if shown[a] is not shown[b] and not {shown[a].tier, shown[b].tier} & _QUIET
    }
    return _placed(kept, list(lines.values()))


def _is_setting(
    resource: Resource, points: Sequence[tuple[str, int]], resources: Sequence[Resource]
) -> bool:
    """Tell whether it is a setting of another thing (a bucket's policy): that one's box has it."""
    service = short(resource.type).partition(".")[0]
    return not resource.arn and any(
        resources[to].arn and short(resources[to].type).partition(".")[0] == service
        for _, to in points
    )


def _zones(resources: Sequence[Resource], points: Sequence[Sequence[tuple[str, int]]]) -> list[str]:
    """Give each resource's column: its own zone, or those of the subnets that it points to."""
    own = [resource.facts.get("availability_zone") for resource in resources]
    found = []
    for place, zone in enumerate(own):
        subnets = (to for _, to in points[place] if short(resources[to].type) == "ec2.Subnet")
        seen = {zone} if isinstance(zone, str) else {own[to] for to in subnets} - {None}
        column = next((z for z in seen if isinstance(z, str)), _REGION)
        found.append(column if len(seen) < 2 else _SEVERAL)
    many = len(set(found) - {_REGION, _SEVERAL}) > _MOST_ZONES
    # In many zones a column is a region.
    return [zone.rstrip("abcdefgh") if many and zone[-2:-1].isdigit() else zone for zone in found]


def _states(resources: Sequence[Resource], findings: Sequence[Finding]) -> list[State]:
    worst: dict[str, State] = {}
    for finding in findings:
        word: State = finding.outcome if finding.outcome != "not_applicable" else "pass"
        key = identity(finding)
        worst[key] = min(worst.get(key, "pass"), word, key=_STATES.index)
    return [
        min(
            worst.get(resource.identity, "pass"),
            _STATE_OF.get(resource.status, "pass"),
            key=_STATES.index,
        )
        for resource in resources
    ]


def _gathered(boxes: Sequence[Box], resources: Sequence[Resource]) -> list[Box]:
    """Give the boxes that are drawn: of a full cell, what is fine becomes one box."""
    cells: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for box in sorted(boxes, key=lambda b: (_STATES.index(b.state), b.label)):
        resource = resources[box.members[0]]
        box.link = f"resources?type={box.label}" if len(box.members) > 1 else resource.identity
        cells[box.tier, box.zone].append(box)
    kept: list[Box] = []
    for (tier, zone), held in cells.items():
        wrong = [box for box in held if box.state != "pass"]
        fine = held[len(wrong) :]
        room = max(0, _MOST_BOXES - len(wrong))
        if len(fine) > room:
            room = max(0, room - 1)
            members = [place for box in fine[room:] for place in box.members]
            more = Box(f"{len(fine) - room} more types", tier, zone, members, link="resources")
            fine = [*fine[:room], more]
        kept += [*wrong, *fine]
    return kept


def _placed(boxes: Sequence[Box], lines: Sequence[tuple[Box, Box]]) -> Picture:
    zones = sorted({box.zone for box in boxes}, key=lambda z: (z == _REGION, z == _SEVERAL, z))
    tiers = [tier for tier in TIERS if any(box.tier == tier for box in boxes)]
    columns = [(zone, _LEFT + n * (_WIDTH + 3 * _GAP)) for n, zone in enumerate(zones)]
    top, rows = _TOP, []
    for tier in tiers:
        deepest = 0
        for zone, left in columns:
            abreast = _ABREAST if zone == _REGION else 1
            cell = [box for box in boxes if (box.tier, box.zone) == (tier, zone)]
            for number, box in enumerate(cell):
                box.x = left + number % abreast * (_WIDTH + 3 * _GAP)
                box.y = top + _GAP + number // abreast * (_HEIGHT + _GAP)
            deepest = max(deepest, -(-len(cell) // abreast))
        end = top + _GAP + deepest * (_HEIGHT + _GAP)
        rows.append((tier, top, end))
        top = end
    width = max(box.x for box in boxes) + _WIDTH + _GAP
    return Picture(int(width), top + 2, columns, rows, boxes, lines)
