"""Probing: asked again as long as AWS may need, never past the time to settle, and told."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from stackproof import probing
from stackproof.probing import WAITS, Probing, Wait


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "pause", lambda readings: 0.0)


def answers(*given: str) -> Iterator[str]:
    """Give answers one after the other; then the last."""
    yield from given
    while True:
        yield given[-1]


def healthy(found: str) -> bool:
    return found == "healthy"


def test_what_holds_is_asked_once_and_not_told() -> None:
    probe = Probing(time.time() + 60)
    assert probe("target health", lambda: "healthy", healthy) == "healthy"
    assert probe.told() == []


def test_what_shows_late_is_waited_for_and_told_once() -> None:
    probe, said = Probing(time.time() + 60), answers("initial", "initial", "healthy")
    assert probe("target health", lambda: next(said), healthy) == "healthy"
    (waited,) = probe.told()
    assert (waited["for"], waited["asked"]) == ("target health", 3)
    assert probe.told() == []


def test_without_time_to_settle_it_is_asked_once() -> None:
    asked = answers("initial", "healthy")
    assert Probing(time.time())("target health", lambda: next(asked), healthy) == "initial"


@pytest.mark.parametrize(
    ("longest", "left"), [(0.05, 60.0), (60.0, 0.05)], ids=["wait over", "settled"]
)
def test_stable_failure_is_given_when_the_shorter_time_is_up(
    longest: float, left: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "WAITS", {"metrics": Wait(longest, 5, "")})
    probe = Probing(time.time() + left)
    assert probe("metrics", lambda: "unhealthy", healthy) == "unhealthy"
    (waited,) = probe.told()
    assert waited["asked"] > 1
    assert 0.05 <= waited["seconds"] < 5


def test_what_nobody_knows_how_long_to_wait_for_is_refused() -> None:
    with pytest.raises(KeyError):
        Probing(0.0)("weather", lambda: "fine", bool)


def test_pauses_are_never_longer_than_the_service_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(probing, "pause", float)
    monkeypatch.setattr(probing, "WAITS", {"metrics": Wait(60, 2, "")})
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    said = answers("a", "a", "a", "healthy")
    Probing(time.time() + 60)("metrics", lambda: next(said), healthy)
    assert slept == [1.0, 2, 2]


def test_every_wait_asks_more_than_once_and_names_its_page() -> None:
    for wait in WAITS.values():
        assert wait.every <= wait.longest / 2
        assert wait.page.startswith("https://docs.aws.amazon.com/")
