"""Resource types of a project's own: read like all others, or the run stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.exit_codes import COULD_NOT
from stackproof.own import points
from stackproof.own.modules import LoadError
from stackproof.own.type_proving import prove_type
from stackproof.own.types import types_of
from stackproof.policy_pack import project_settings
from stackproof.settings.loading import load
from stackproof.settings.settings import SettingsError
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard
from stackproof.types import described
from stackproof.types.identities import identity
from tests.unit.own.project import distribution

REGISTRY = "aws:glue/registry:Registry"
ARN = "arn:aws:glue:eu-west-1:123456789012:registry/orders"
STARTER = (Path(main.__module__.replace(".", "/")).parent / "starter" / "type.txt").as_posix()
TEXT = (Path(__file__).parents[3] / STARTER).read_text().replace("$NAME", "registries")
LINE = 1 + TEXT.splitlines().index("REGISTRY = Type(")


@pytest.fixture(autouse=True)
def none_before() -> Iterator[None]:
    yield
    described.use(())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_PROJECT", "shop")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (tmp_path / "stackproof.yaml").write_text("types: [own]\n")
    write(tmp_path)
    return tmp_path


def write(project: Path, *changes: tuple[str, str]) -> Path:
    """Write the type that `stackproof new` begins, with changes to its text."""
    file = project / "own" / "registries.py"
    file.parent.mkdir(exist_ok=True)
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    return file


def read_types() -> set[str]:
    return {type_ for reader in readers() for type_ in reader.types}


def test_an_own_type_is_read_like_all_others(project: Path) -> None:
    assert REGISTRY not in read_types()
    assert ("glue", "ListRegistries") not in guard(readers())
    settings = load(project / "stackproof.yaml")
    assert [type_.token for type_ in settings.types] == [REGISTRY]
    assert REGISTRY in read_types()
    assert ("glue", "ListRegistries") in guard(readers())
    named = identity(ARN)
    assert named is not None
    assert (named.types, named.id, named.region) == ((REGISTRY,), ARN, "eu-west-1")
    said = CliRunner().invoke(main, ["types", REGISTRY]).output
    assert "glue:ListRegistries" in said
    assert "registry_name (text) <- RegistryName" in said
    assert f"own types: {REGISTRY}" in CliRunner().invoke(main, ["config"]).output


def test_settings_without_it_do_not_read_it(project: Path) -> None:
    load(project / "stackproof.yaml")
    load(None)
    assert REGISTRY not in read_types()
    named = identity(ARN)
    assert named is not None
    assert named.types == ()


def test_an_installed_distribution_brings_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    distribution(site, "acme", points.TYPES, "acme_types")
    (site / "acme_types.py").write_text(TEXT)
    monkeypatch.syspath_prepend(str(site))
    points.all_points.cache_clear()
    try:
        assert [type_.token for type_ in load(None).types] == [REGISTRY]
        (site / "acme_broken.py").write_text("TYPES = (1,)\n")
        distribution(site, "broken", points.TYPES, "acme_broken")
        points.all_points.cache_clear()
        with pytest.raises(SettingsError, match=r"broken 1\.2 \(acme_broken\): .*which is no Type"):
            load(None)
    finally:
        points.all_points.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("glue/registry:Registry", "glue/registri:Registry", "the AWS provider has no type"),
        ("aws:glue/registry:Registry", "aws:sqs/queue:Queue", "stackproof reads aws:sqs/queue:Q"),
        ('service="glue"', 'service="gleu"', "boto3 has no service 'gleu'; did you mean 'glue'?"),
        ('"ListRegistries", res', '"ListRegistry", res', "glue has no operation 'ListRegistry'"),
        ('"ListRegistries", res', '"CreateRegistry", res', "glue:CreateRegistry may change some"),
        ('result="Registries"', 'result="Register"', "no member is called 'Register'"),
        ('result="Registries"', 'result="Registries.Status"', "no member"),
        (
            'result="Registries"',
            'result="Registries", parent="aws:glue/crawler:Crawler", by="Name"',
            "is listed by aws:glue/crawler:Crawler, which nothing reads",
        ),
        ("    case=Answered(", "    dying=lambda root, case=lambda **a: 0: case(", "has no case"),
        ("TYPES = (REGISTRY,)", "TYPES = (REGISTRY, 'x')", "TYPES has 'x', which is no Type"),
    ],
)
def test_what_does_not_fit_stops_with_file_line_and_reason(
    old: str, new: str, reason: str, project: Path
) -> None:
    file = write(project, (old, new))
    with pytest.raises(LoadError) as raised:
        types_of(file)
    said = str(raised.value)
    assert reason in said
    line = LINE if "which is no Type" not in said else len(TEXT.splitlines())
    assert said.startswith(f"{file}:{line}: ")
    result = CliRunner().invoke(main, ["verify"])
    assert result.exit_code == COULD_NOT
    assert reason in " ".join(result.output.split())
    assert result.output.endswith(" [SP4005]\n")
    with pytest.raises(SystemExit, match=str(file)) as ended:
        project_settings()
    assert str(ended.value.code).endswith(" [SP4005]")


def test_a_folder_without_types_is_said(project: Path) -> None:
    (project / "own" / "registries.py").write_text("TYPES = ()\n")
    with pytest.raises(SettingsError, match="no type is described there"):
        load(project / "stackproof.yaml")


def test_a_type_that_is_described_twice_is_said(project: Path) -> None:
    (project / "own" / "again.py").write_text(TEXT)
    with pytest.raises(SettingsError, match=r"registries\.py:\d+: .* is described in .*again\.py"):
        load(project / "stackproof.yaml")


def test_proving_says_what_is_shown_otherwise(project: Path) -> None:
    (type_,) = types_of(project / "own")
    assert prove_type(type_) == []
    assert type_.case is not None
    for case, reason in (
        (replace(type_.case, properties={"description": "Of all orders"}), "registry_name, which"),
        (
            replace(type_.case, properties={**type_.case.properties, "description": "x"}),
            "description is shown as 'Of all orders', and the case says 'x'",
        ),
        (replace(type_.case, id="other"), "no resource of its answers has the id 'other'"),
        (replace(type_.case, answers={}), "no resource of its answers has the id"),
        (replace(type_.case, answers={"ListRegistries": {}}), "cannot be read"),
    ):
        (problem,) = prove_type(replace(type_, case=case))
        assert reason in problem


@pytest.mark.parametrize("raised", ["SystemExit(0)", "GeneratorExit", "OSError('x')"])
@pytest.mark.parametrize(
    "function",
    [
        "foreign=lambda item: fail(item),",
        "extra=lambda item, answers: fail(item),\n    provides=frozenset({'description'}),",
        "names={'description': ('Description', lambda value: fail(value))},",
    ],
)
def test_what_a_description_raises_is_an_answer_that_cannot_be_read(
    function: str, raised: str, project: Path
) -> None:
    fails = f"def fail(_):\n    raise {raised}\n\n\n"
    (type_,) = types_of(
        write(
            project,
            ("REGISTRY = Type(", f"{fails}REGISTRY = Type("),
            ("    case=Answered(", f"    {function}\n    case=Answered("),
        )
    )
    (problem,) = prove_type(type_)
    assert problem.startswith("its answers cannot be read: ")
    assert problem.endswith(f": {raised.partition('(')[0]})")
