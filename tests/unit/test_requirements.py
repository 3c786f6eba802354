"""The table of the requirements is complete, and what markers and mutations say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.requirements import differences
from tests.requirements.claims import Claim, claims
from tests.requirements.lines import Line, lines, numbered
from tests.requirements.table import FILE, problems, table


def scenario(number: str) -> Claim:
    return Claim(number, "tests/scenarios/tap/test_network.py", "test_vpc_resolves_names")


def line(number: str, declared: str = "infra/tags.py:Tags") -> Line:
    return Line(number, "VPC", (declared,))


def test_table_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == table(lines(), claims()), (
        "run python -m tests.requirements"
    )


def test_page_of_differences_is_up_to_date() -> None:
    assert differences.FILE.read_text(encoding="utf-8") == differences.page(lines()), (
        "run python -m tests.requirements"
    )


def test_every_line_is_declared_claimed_and_changed() -> None:
    assert problems(lines(), claims()) == []


def test_line_without_a_marker_is_told() -> None:
    told = problems({"2.3": line("2.3"), "2.4": line("2.4")}, [scenario("2.3")])
    assert "2.4 is claimed by no test" in told
    assert not any(one.startswith("2.3") for one in told)


def test_marker_of_an_unknown_line_is_told() -> None:
    told = problems({"2.3": line("2.3")}, [scenario("2.3"), scenario("2.33")])
    assert any("claims 2.33, which is no line" in one for one in told)


def test_unit_tests_alone_do_not_prove_what_is_deployed() -> None:
    told = problems({"2.3": line("2.3")}, [Claim("2.3", "tests/unit/test_cli.py", "test_a")])
    assert "2.3 is claimed by no scenario of what is deployed" in told


@pytest.mark.parametrize("place", ["infra/none.py", "infra/tags.py:Taggs", "infra:Tags"])
def test_declaration_that_is_not_there_is_told(place: str) -> None:
    told = problems({"2.3": line("2.3", place)}, [scenario("2.3")])
    assert f"2.3 is declared in {place}, which is not there" in told


def test_line_that_nothing_changes_is_told() -> None:
    told = problems({"2.99": line("2.99")}, [scenario("2.99")])
    assert "2.99 is changed by no mutation, and doesn't say why" in told


def test_markers_of_functions_and_of_modules_are_read(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.security, pytest.mark.requirement("1.1")]\n'
        '@pytest.mark.requirement("1.2", "1.3")\n'
        "def test_b(): ...\n"
        "def test_c(): ...\n"
    )
    assert claims(tmp_path) == (
        Claim("1.1", "tests/test_a.py", "test_b"),
        Claim("1.1", "tests/test_a.py", "test_c"),
        Claim("1.2", "tests/test_a.py", "test_b"),
        Claim("1.3", "tests/test_a.py", "test_b"),
    )


@pytest.mark.parametrize("mark", ["()", "(1.2)", '(number="1.2")'])
def test_marker_without_the_text_of_a_number_is_refused(mark: str, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text(
        f"import pytest\n@pytest.mark.requirement{mark}\ndef test_b(): ...\n"
    )
    with pytest.raises(ValueError, match=r"tests/test_a\.py:2"):
        claims(tmp_path)


def test_line_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"2\.3 is there twice"):
        numbered("- **2.3** one\n- **2.3** two\n")
