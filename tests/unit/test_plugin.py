"""The pytest plugin: who reads the stack and when, what is recorded, and how a run ends."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import stackproof.settings.loading  # noqa: F401 - once for all runs in this process
from stackproof import log, probing, rereading, settling, verify
from stackproof.controls import catalogue
from stackproof.exit_codes import COULD_NOT
from stackproof.fleet.targets import Target
from stackproof.model import Cause, Resource, Unknown
from stackproof.outputs import Outputs
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types.tokens import KMS_KEY, RDS_CLUSTER
from tests.unit.test_safe_text import COMMANDS, commands_in

pytest_plugins = "pytester"

OUTPUTS = {"stack": "payments-dev", "region": "eu-west-1", "account_id": "123456789012"}
SNAPSHOT = Snapshot(
    resources=(Resource({"description": "a key"}, type=KMS_KEY, name="key", id="k-1"),),
    gaps={RDS_CLUSTER: Unknown(Cause.ACCESS_DENIED, detail="rds:DescribeDBClusters")},
    account="123456789012",
    regions=("eu-west-1",),
    endpoint="http://127.0.0.1:5000",
    calls={"kms": 3},
    seconds=0.5,
)

PASSING = '''
import pytest

@pytest.mark.security
def test_keys(live):
    """Every key is described.

    Nobody deletes a key that
    says what it is for.
    """
    assert [key["description"] for key in live.all("aws:kms/key:Key")] == ["a key"]
'''
BLIND = '''
import pytest

@pytest.mark.disaster_recovery
def test_backups(live):
    """Every database has backups."""
    live.all("aws:rds/cluster:Cluster")
'''
PARTS = '''
from stackproof.model import Cause, Unknown, UnresolvedError

def test_parts(subtests):
    """Everything holds."""
    for part in ("good", "bad", "hidden"):
        with subtests.test(msg=part):
            assert part != "bad"
            if part == "hidden":
                raise UnresolvedError(Unknown(Cause.THROTTLED, "port", "ec2:DescribeVpcs"))
'''


RULE = "arn:aws:rds:eu-west-1:123456789012:db:ledger"
ARNS_EXIST = """
from tests.scenarios.test_output_validation import test_arns_that_the_outputs_name_exist
"""


class Suite:
    """A folder of scenarios, and a stack to run them against."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.read: list[Path] = []
        self.by: list[object] = []  # what asked AWS at each reading
        self.shown = [SNAPSHOT]  # what the readings show, one after the other; then the last
        (pytester.path / "pytest.ini").write_text("[pytest]\nscenario_paths = scenarios\n")
        (pytester.path / "scenarios").mkdir()
        self.outputs()

    def outputs(self, name: str = "flat-outputs.json", **values: Any) -> None:
        (self.pytester.path / name).write_text(json.dumps(OUTPUTS | values))

    def scenario(self, source: str, name: str = "test_it") -> None:
        (self.pytester.path / "scenarios" / f"{name}.py").write_text(source)

    def run(self, *arguments: str) -> pytest.RunResult:
        options = ("-p", "no:cacheprovider", "--scenario-report=out/report.json")
        return self.pytester.runpytest_inprocess(*options, *(arguments or ("scenarios",)))

    @property
    def records(self) -> list[dict[str, Any]]:
        path = self.pytester.path / "out/report.json"
        found: list[dict[str, Any]] = json.loads(path.read_text())
        return found


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """A suite whose stack is read without AWS, which counts how often it is read."""
    monkeypatch.delenv("STACKPROOF_OUTPUTS", raising=False)
    suite = Suite(pytester)

    def read(
        outputs: Outputs, state: Path | None = None, aws: object = None, *_: object
    ) -> Snapshot:
        suite.read.append(outputs.path)
        suite.by.append(aws)
        return suite.shown.pop(0) if len(suite.shown) > 1 else suite.shown[0]

    monkeypatch.setattr(verify, "snapshot_of", read)
    return suite


def test_passing_scenario_is_recorded_with_what_it_proves_and_why(suite: Suite) -> None:
    suite.scenario(PASSING)
    result = suite.run()
    assert result.ret == 0
    (record,) = suite.records
    assert record["family"] == "security"
    assert record["proves"] == "Every key is described."
    assert record["why"] == "Nobody deletes a key that says what it is for."
    assert record["outcome"] == "passed"


CALLED = '''
import pytest

@pytest.mark.parametrize("name", {names!r})
def test_called(live, name, subtests):
    """Things are called as they should be."""
    with subtests.test(name, value=name):
        assert name == "x", name
    with subtests.test("skipped"):
        pytest.skip(name)
    raise RuntimeError(name)
'''


@pytest.mark.parametrize("option", ["-n0", "-n1", "--tb=native", "-v"])
def test_names_in_what_pytest_shows_are_no_commands_to_a_job(suite: Suite, option: str) -> None:
    suite.scenario(CALLED.format(names=COMMANDS))
    shown = suite.run("scenarios", "-rA", "--showlocals", option).stdout.str()
    assert "add-mask" in shown
    assert commands_in(shown) == []
    assert COMMANDS[0] in {record["message"] for record in suite.records}


HELD = "Tr0ub4dor-and-three"
TELLING = '''
import pytest

def values(live):
    for function in live.all("aws:lambda/function:Function"):
        yield from function["environment"]["variables"].values()

def test_comparison(live):
    """Nothing is set."""
    for function in live.all("aws:lambda/function:Function"):
        assert function["environment"] == {}, function["environment"]

def test_words(live):
    """Nothing is set."""
    for value in values(live):
        assert value.startswith("arn:"), f"an ARN, not {value}"

def test_raised(live):
    """Nothing is set."""
    raise RuntimeError([*values(live)])

def test_left_out(live):
    """Nothing is set."""
    pytest.skip(f"there is {[*values(live)]}")

def test_parts(live, subtests):
    """Nothing is set."""
    for value in values(live):
        print(value)
        with subtests.test(value, of=value):
            assert not value

def test_output(outputs):
    """Nothing is said."""
    assert outputs["api_token"] == "x"
'''


@pytest.mark.parametrize("option", ["-n0", "-n1", "--tb=native"])
def test_secrets_that_the_run_holds_are_in_nothing_that_is_kept(suite: Suite, option: str) -> None:
    held = {"environment": {"variables": {"MOTTO": HELD}}}
    function = Resource(held, type="aws:lambda/function:Function", name="pay")
    suite.shown = [replace(SNAPSHOT, resources=(function,))]
    suite.outputs(api_token=HELD[::-1])
    suite.scenario(TELLING)
    shown = suite.run("scenarios", option, "-rA", "--showlocals", "--junitxml=out/junit.xml")
    for text in (
        shown.stdout.str(),
        json.dumps(suite.records),
        (suite.pytester.path / "out/junit.xml").read_text(),
    ):
        assert "test_parts" in text
        assert "(hidden)" in text
        assert HELD not in text
        assert HELD[::-1] not in text


SENTENCES = ("Every key is described.", "Nobody deletes a key that says what it is for.")


def test_verbose_run_says_once_what_each_scenario_proves_and_why(suite: Suite) -> None:
    parametrized = (
        "@pytest.mark.parametrize('n', [1, 2])\n" + PASSING.partition("import pytest\n")[2]
    )
    suite.scenario("import pytest\n" + parametrized.replace("(live)", "(live, n)").lstrip("\n"))
    said = suite.run("-v").stdout.str()
    assert [said.count(sentence) for sentence in SENTENCES] == [1, 1]
    assert SENTENCES[0] not in suite.run().stdout.str()


def test_verbose_run_of_workers_says_it_too(suite: Suite) -> None:
    suite.scenario(PASSING)
    said = suite.run("-v", "-n", "1").stdout.str()
    assert [said.count(sentence) for sentence in SENTENCES] == [1, 1]


def test_failure_says_what_it_proves_and_why(suite: Suite) -> None:
    suite.scenario(PASSING.replace('["a key"]', "[]"))
    said = suite.run().stdout.str()
    assert all(sentence in said for sentence in SENTENCES)


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_run_ends_with_a_summary_by_family(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.scenario(PASSING + BLIND + "\ndef test_bad(): assert 1 == 2\n")
    suite.run(*workers).stdout.fnmatch_lines(
        [
            "*scenarios by family*",
            "1 failed: of no family",
            "1 unknown: backup, failover and restore",
            "1 passed: security and PCI DSS",
        ]
    )


def test_header_says_what_was_read_and_that_it_is_emulated(suite: Suite) -> None:
    suite.scenario(PASSING)
    suite.run().stdout.fnmatch_lines(
        [
            "stackproof: payments-dev, account 123456789012, eu-west-1, "
            "http://127.0.0.1:5000 (emulated): 1 resources, 3 API calls, 0.5 s",
            "  accounted for: 1 judged, 0 without a control, 0 unreadable, 0 vanished, "
            "0 not this stack's",
        ]
    )


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [({RULE: None}, "failed"), ({}, "unknown")],
    ids=["vanished", "not to be asked for"],
)
def test_only_what_has_vanished_fails_that_arns_exist(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, answers: dict[str, None], outcome: str
) -> None:
    suite.outputs(database=RULE)
    snapshot = replace(SNAPSHOT, answers=answers, gaps={})
    monkeypatch.setattr(verify, "snapshot_of", lambda *_: snapshot)
    suite.scenario(ARNS_EXIST)
    suite.run()
    (record,) = suite.records
    assert record["outcome"] == outcome
    assert RULE in record["message"]


def test_arn_of_a_type_that_nothing_reads_is_unknown(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = "arn:aws:ses:eu-west-1:123456789012:identity/ops@example.com"
    suite.outputs(mail=arn)
    snapshot = replace(SNAPSHOT, gaps={})
    monkeypatch.setattr(verify, "snapshot_of", lambda *_: snapshot)
    suite.scenario(ARNS_EXIST)
    assert suite.run().ret == COULD_NOT
    (record,) = suite.records
    assert record["message"].startswith(f"{arn} could not be seen: ")
    assert "nothing reads this type" in record["message"]


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_vanished_resource_is_in_the_header_and_a_failing_finding(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    arn = "arn:aws:rds:eu-west-1:123456789012:db:ledger"
    suite.outputs(database=arn)
    snapshot = replace(SNAPSHOT, answers={arn: None}, gaps={})
    monkeypatch.setattr(verify, "snapshot_of", lambda *_: snapshot)
    suite.scenario(
        "def test_named(compared):\n"
        "    for one in compared:\n"
        "        assert False, f'{one.control.id} on {one.resource.name}'\n"
    )
    result = suite.run(*workers, "scenarios")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "  accounted for: 1 judged, 0 without a control, 0 unreadable, 1 vanished, *",
            "  vanished: *ledger",
        ]
    )
    assert suite.records[0]["message"] == "resource-exists on ledger"


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_unseen_fact_ends_with_3_and_its_cause(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.scenario(PASSING, "test_good")
    suite.scenario(BLIND, "test_blind")
    result = suite.run(*workers, "scenarios")
    assert result.ret == COULD_NOT
    result.stdout.fnmatch_lines(
        [
            "UNKNOWN *::test_backups - a fact could not be seen: access denied "
            "(rds:DescribeDBClusters)",
            "not verified: 1 of 2 scenarios could not see what they needed",
            "*1 passed, 1 unknown in *",
        ]
    )
    assert {r["family"]: r["outcome"] for r in suite.records} == {
        "security": "passed",
        "disaster_recovery": "unknown",
    }
    assert len(suite.read) == 1


def test_unseen_fact_in_a_fixture_is_unknown_and_keeps_its_family(suite: Suite) -> None:
    suite.scenario(
        BLIND.replace("def test_backups(live)", "def test_backups(database)")
        + "\n@pytest.fixture\ndef database(live): return live.all('aws:rds/cluster:Cluster')\n"
    )
    assert suite.run().ret == COULD_NOT
    (record,) = suite.records
    assert (record["family"], record["outcome"]) == ("disaster_recovery", "unknown")
    assert record["proves"] == "Every database has backups."


def test_denied_client_call_is_unknown(suite: Suite) -> None:
    suite.scenario(
        "from botocore.exceptions import ClientError\n"
        "def test_numbers():\n"
        "    error = {'Error': {'Code': 'AccessDenied'}}\n"
        "    raise ClientError(error, 'GetMetricData')\n"
    )
    assert suite.run().ret == COULD_NOT
    assert suite.records[0]["outcome"] == "unknown"
    assert "access denied (aws:GetMetricData)" in suite.records[0]["message"]


def test_failure_beats_unknown(suite: Suite) -> None:
    suite.scenario(BLIND + "\ndef test_bad(): assert 1 == 2\n")
    result = suite.run()
    assert result.ret == 1
    assert "not verified:" not in result.stdout.str()
    assert [r["outcome"] for r in suite.records] == ["unknown", "failed"]


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_subtests_are_parts_of_their_scenario(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.scenario(PARTS)
    assert suite.run(*workers, "scenarios").ret == 1
    (record,) = suite.records
    assert record["outcome"] == "failed"
    parts = {part["part"]: part["outcome"] for part in record["parts"]}
    assert len(record["parts"]) == 3
    assert parts == {"good": "passed", "bad": "failed", "hidden": "unknown"}
    assert "port could not be seen: throttled" in record["parts"][2]["message"]


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_unknown_subtest_alone_ends_with_3(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.scenario(PARTS.replace('"bad", ', ""))
    result = suite.run(*workers, "scenarios")
    assert result.ret == COULD_NOT
    assert suite.records[0]["outcome"] == "unknown"
    assert "failed" not in result.stdout.str()


def test_run_in_which_nothing_passed_ends_with_3(suite: Suite) -> None:
    suite.scenario("import pytest\ndef test_skipped(): pytest.skip('no traffic')\n")
    result = suite.run()
    assert result.ret == COULD_NOT
    result.stdout.fnmatch_lines("not verified: no scenario passed")
    assert suite.records[0]["message"] == "no traffic"


def test_teardown_that_fails_fails_the_scenario(suite: Suite) -> None:
    suite.scenario(
        "import pytest\n@pytest.fixture\ndef thing():\n    yield\n    assert 0, 'left behind'\n"
        "def test_it(thing): pass\n"
    )
    assert suite.run().ret == 1
    (record,) = suite.records
    assert record["outcome"] == "failed"
    assert "left behind" in record["message"]


def test_collection_reads_nothing(suite: Suite) -> None:
    suite.scenario(PASSING)
    result = suite.run("--collect-only", "-q", "scenarios")
    assert result.ret == 0
    assert suite.read == []
    result.stdout.fnmatch_lines("*test_keys")
    assert not (suite.pytester.path / "out").exists()


@pytest.mark.parametrize("option", ["--fixtures", "--fixtures-per-test"])
def test_asking_for_fixtures_needs_no_stack(suite: Suite, option: str) -> None:
    suite.scenario(PASSING)
    (suite.pytester.path / "flat-outputs.json").unlink()
    result = suite.pytester.runpytest_inprocess(option, "scenarios")
    assert result.ret == 0
    assert suite.read == []
    assert "Give the deployed stack as AWS shows it" in result.stdout.str()


def test_missing_outputs_stop_the_run_with_a_sentence(suite: Suite) -> None:
    suite.scenario(PASSING)
    (suite.pytester.path / "flat-outputs.json").unlink()
    result = suite.run()
    assert result.ret == COULD_NOT
    result.stderr.fnmatch_lines("Exit: no outputs file: *pulumi stack output --json*")


def test_unreadable_stack_stops_the_run(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Snapshot:
        raise LiveError("http://127.0.0.1:5000 does not answer")

    monkeypatch.setattr(verify, "snapshot_of", refuse)
    suite.scenario(PASSING)
    result = suite.run()
    assert result.ret == COULD_NOT
    result.stderr.fnmatch_lines("Exit: http://127.0.0.1:5000 does not answer [[]SP2001[]]")


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_every_process_gets_every_stack(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.outputs("prod.json", stack="payments-prod")
    suite.scenario(
        "def test_both(outputs, others, run_facts):\n"
        "    assert outputs['stack'] == 'payments-dev'\n"
        "    assert run_facts.calls == {'kms': 3}\n"
        "    ((theirs, stack),) = others\n"
        "    assert theirs['stack'] == 'payments-prod'\n"
        "    assert stack.find('k-1', 'aws:kms/key:Key')\n"
    )
    options = ("--outputs=flat-outputs.json", "--outputs=prod.json")
    assert suite.run(*workers, *options, "scenarios").ret == 0
    assert [path.name for path in suite.read] == ["flat-outputs.json", "prod.json"]


def test_scenarios_of_other_blueprints_and_environments_are_deselected(suite: Suite) -> None:
    suite.outputs(blueprint="scalepayments", environment="dev")
    suite.scenario(
        "import pytest\n"
        "@pytest.mark.blueprint('scalepayments')\n"
        "@pytest.mark.environments('dev', 'staging')\n"
        "def test_here(): pass\n"
        "@pytest.mark.blueprint('other')\n"
        "@pytest.mark.environments('prod')\n"
        "def test_elsewhere(): pass\n"
    )
    result = suite.run()
    result.assert_outcomes(passed=1, deselected=1)


SWITCHED = """
import pytest

@pytest.mark.settings(flow_logs=True)
def test_on(): pass

@pytest.mark.settings(flow_logs=False)
def test_off(): pass

@pytest.mark.settings("zone")
def test_named(): pass
"""


@pytest.mark.parametrize(
    ("values", "there"),
    [
        ({"settings": {"flow_logs": True, "zone": "Z1"}}, ["test_on", "test_named"]),
        ({"settings": '{"flow_logs": false}'}, ["test_off"]),
        # Nothing says that these are about something that the stack doesn't have.
        ({}, ["test_on", "test_off", "test_named"]),
        ({"settings": "a bucket"}, ["test_on", "test_off", "test_named"]),
    ],
)
def test_scenarios_of_other_settings_are_deselected(
    suite: Suite, values: dict[str, Any], there: list[str]
) -> None:
    suite.outputs(**values)
    suite.scenario(SWITCHED)
    result = suite.run()
    assert [record["scenario"].rpartition("::")[2] for record in suite.records] == there
    result.assert_outcomes(passed=len(there), deselected=3 - len(there))


@pytest.mark.parametrize(
    ("second", "passed"), [(None, 0), ("payments", 2), ("delivery", 1)], ids=str
)
def test_comparisons_need_something_to_compare_with(
    suite: Suite, second: str | None, passed: int
) -> None:
    suite.scenario(
        "import pytest\n"
        "@pytest.mark.side_by_side\n"
        "def test_apart(): pass\n"
        "@pytest.mark.side_by_side(same='blueprint')\n"
        "def test_alike(): pass\n"
        "def test_alone(): pass\n"
    )
    suite.outputs("one.json", blueprint="payments")
    suite.outputs("two.json", blueprint=second)
    given = ["--outputs=one.json", *(["--outputs=two.json"] if second else [])]
    result = suite.run(*given, "scenarios")
    result.assert_outcomes(passed=1 + passed, deselected=2 - passed)


def test_strangers_without_a_name_in_common_are_not_compared(suite: Suite) -> None:
    suite.scenario("import pytest\n@pytest.mark.side_by_side(same='blueprint')\ndef test_it(): 1/0")
    suite.outputs("one.json")
    suite.outputs("two.json")
    result = suite.run("--outputs=one.json", "--outputs=two.json", "scenarios")
    result.assert_outcomes(deselected=1)


STRANGERS = {
    "bucketName": "assets-1a2b3c4",
    "dbSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
    "TokenValidity": 3600,
    "tokenUrl": "https://login.example.com/oauth2/token",
    "Subnets": ["subnet-1a2b3c4d", "subnet-2b3c4d5e"],
}


@pytest.mark.parametrize("several", [False, True], ids=["alone", "side_by_side"])
def test_no_scenario_asks_a_stranger_for_names_of_ours(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    whole = replace(SNAPSHOT, gaps={}, answers={}, resources=())
    monkeypatch.setattr(verify, "snapshot_of", lambda *_: whole)
    for name in ("one.json", "two.json"):
        (suite.pytester.path / name).write_text(json.dumps(STRANGERS))
    for module in ("test_alarms", "test_cross_environment", "test_output_validation"):
        imports = ("conftest", module)
        lines = [f"from tests.scenarios.{one} import *" for one in imports]
        marks = f"from tests.scenarios.{module} import pytestmark"
        suite.scenario("\n".join([*lines, marks]), name=module)
    given = ["--outputs=one.json", *(["--outputs=two.json"] if several else [])]
    result = suite.run(*given, "scenarios")
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 0, result.outlines
    assert outcomes["passed"] >= 5
    assert outcomes["deselected"] >= 5


@pytest.mark.parametrize(
    ("name", "value"), [("dbPassword", "hunter2"), ("secret", "s3cr3t"), ("apiToken", "abc")]
)
def test_secret_of_a_stranger_is_found_by_its_name(suite: Suite, name: str, value: str) -> None:
    suite.scenario("from tests.scenarios.test_output_validation import test_outputs_hold_no_secret")
    suite.outputs(**{name: value})
    suite.run().assert_outcomes(failed=1)


LATE = """
def test_two_keys(live):
    '''There are two keys.'''
    assert len(live.all("aws:kms/key:Key")) == 2

def test_any_key(live):
    assert live.all("aws:kms/key:Key")
"""
SECOND = replace(SNAPSHOT.resources[0], name="second", id="k-2")
BOTH = replace(SNAPSHOT, gaps={}, resources=(*SNAPSHOT.resources, SECOND))


@pytest.fixture
def judged_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Controls find nothing: only scenarios do."""
    monkeypatch.setattr(verify, "_open", lambda run: [])
    monkeypatch.setattr(rereading, "pause", lambda readings: 0.05)


@pytest.fixture
def up_after_four(suite: Suite, judged_well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time to settle is up once the stack was read four times, however fast that was."""

    def now() -> float:
        return 0.0 if len(suite.read) < 4 else 1e12

    clock = SimpleNamespace(time=now, sleep=lambda seconds: None)
    monkeypatch.setattr(rereading, "time", clock)


@pytest.mark.usefixtures("judged_well")
def test_scenario_is_run_again_on_what_shows_late(suite: Suite) -> None:
    suite.shown = [SNAPSHOT, SNAPSHOT, BOTH]
    suite.scenario(LATE)
    result = suite.run("scenarios", "--settle=60")
    assert result.ret == 0
    assert len(suite.read) == 3
    late, other = suite.records
    assert (late["outcome"], late["readings"], other["readings"]) == ("passed", 3, 1)
    assert "assert 1 == 2" in late["at_first"]
    result.stdout.fnmatch_lines(["READ 3 TIMES *test_two_keys: passed, at first assert 1 == 2*"])
    result.assert_outcomes(passed=2)


@pytest.mark.usefixtures("up_after_four")
def test_stable_failure_is_one_when_the_time_is_up(suite: Suite) -> None:
    suite.scenario(LATE)
    result = suite.run("scenarios", "--settle=60")
    assert result.ret == 1
    assert len(suite.read) > 1
    failed, passed = suite.records
    assert (failed["outcome"], passed["outcome"]) == ("failed", "passed")
    assert failed["readings"] > 1
    result.assert_outcomes(passed=1, failed=1)


@pytest.mark.usefixtures("up_after_four")
def test_reading_that_shows_less_mends_no_scenario(suite: Suite) -> None:
    suite.shown = [BOTH, SNAPSHOT, BOTH]
    suite.scenario(
        "def test_one_key(live):\n    assert len(live.all('aws:kms/key:Key')) == 1\n"
        "def test_keys(live): pass\n"
    )
    assert suite.run("scenarios", "--settle=60").ret == 1


LATE_PARTS = """
def test_each_key(live, subtests):
    '''Both keys are there.'''
    ids = {key.id for key in live.all("aws:kms/key:Key")}
    for id_ in ("k-1", "k-2"):
        with subtests.test(msg=id_):
            assert id_ in ids
"""


@pytest.mark.usefixtures("judged_well")
@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_parts_are_judged_again_and_told_once(suite: Suite, workers: tuple[str, ...]) -> None:
    # A worker reads on its own, by what this process can't replace.
    suite.shown = [BOTH if workers else SNAPSHOT, BOTH]
    suite.scenario(LATE_PARTS)
    result = suite.run(*workers, "scenarios", "--settle=60")
    assert result.ret == 0, result.stdout.str()
    (record,) = suite.records
    assert record["outcome"] == "passed"
    assert [(part["part"], part["outcome"]) for part in record["parts"]] == [
        ("k-1", "passed"),
        ("k-2", "passed"),
    ]
    if not workers:
        assert record["readings"] == 2
        assert [bool(part["at_first"]) for part in record["parts"]] == [True, True]
        assert "'k-2' in" in record["at_first"]
        assert "SUBFAIL" not in result.stdout.str()


@pytest.mark.usefixtures("up_after_four")
def test_part_that_stays_wrong_fails_its_scenario_once(suite: Suite) -> None:
    suite.scenario(LATE_PARTS)
    result = suite.run("scenarios", "--settle=60")
    assert result.ret == 1
    (record,) = suite.records
    assert [part["outcome"] for part in record["parts"]] == ["passed", "failed"]
    assert record["readings"] > 1
    assert result.stdout.str().count("SUBFAILED") == 1


CONTROL = """
import pytest
from stackproof.controls import catalogue

@pytest.mark.parametrize("control", [catalogue()["kms-key-rotation"]], ids=["kms-key-rotation"])
def test_control(control, live): pass
"""


def test_controls_first_readings_are_recorded(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter([["kms-key-rotation on key", "tags-required on key"], ["tags-required on key"]])
    monkeypatch.setattr(verify, "_open", lambda run: next(said, []))
    monkeypatch.setattr(settling, "pause", lambda readings: 0.0)
    suite.scenario(CONTROL)
    assert suite.run("scenarios", "--settle=60").ret == 0
    (record,) = suite.records
    assert (record["readings"], record["at_first"]) == (2, "did not hold on key")


def test_scenarios_record_has_the_severity_of_the_control_that_it_tries(suite: Suite) -> None:
    suite.scenario(CONTROL)
    suite.scenario(PASSING, "test_whole")
    suite.run()
    assert [record["severity"] for record in suite.records] == [
        catalogue()["kms-key-rotation"].severity.value,
        None,
    ]


CHOSEN = """
import pytest
from stackproof.parity.controls import every_control

IDS = ["kms-key-rotation", "kms-key-enabled", "resource-exists"]

@pytest.mark.parametrize("control", [every_control()[id_] for id_ in IDS], ids=IDS)
def test_control(control, settings):
    assert settings.own_tags == {"App": "shop"}
"""


def test_controls_that_the_settings_leave_out_are_not_collected(suite: Suite) -> None:
    suite.pytester.makefile(".yaml", Pulumi="name: shop\nruntime: python\n")
    suite.pytester.makefile(
        ".yaml", stackproof="exclude: ['kms-key-rotation']\nown_tags: {App: shop}\n"
    )
    suite.scenario(CHOSEN)
    result = suite.run()
    result.assert_outcomes(passed=2, deselected=1)
    result.stdout.fnmatch_lines(
        ["  1 of * controls were not judged: stackproof.yaml leaves them out [[]SP7001]"]
    )


def test_what_an_environment_tolerates_is_said(suite: Suite) -> None:
    suite.pytester.makefile(".yaml", Pulumi="name: shop\nruntime: python\n")
    tolerated = "environments: {dev: {tolerates: [kms-key-rotation]}}\nown_tags: {App: shop}\n"
    suite.pytester.makefile(".yaml", stackproof=tolerated)
    suite.scenario(CHOSEN)
    suite.run().stdout.fnmatch_lines(
        ["  failures of 1 control are tolerated in dev: stackproof.yaml says so [[]SP7001]"]
    )


def test_settings_that_are_no_good_stop_the_suite(suite: Suite) -> None:
    suite.pytester.makefile(".yaml", Pulumi="name: shop\n", stackproof="exclude: [no-such]\n")
    suite.scenario(CHOSEN)
    result = suite.run()
    assert result.ret == COULD_NOT
    result.stderr.fnmatch_lines(["*stackproof.yaml:1: exclude.0: no control matches no-such*"])


PROBING = """
said = iter(["initial", "initial", "healthy"])

def test_target(probe):
    assert probe("target health", lambda: next(said), lambda found: found == "healthy")
"""


def test_what_a_scenario_waited_for_is_recorded_and_said(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_open", lambda run: [])
    monkeypatch.setattr(probing, "pause", lambda readings: 0.0)
    suite.scenario(PROBING)
    result = suite.run("scenarios", "--settle=60")
    assert result.ret == 0
    (record,) = suite.records
    assert [(w["for"], w["asked"]) for w in record["waits"]] == [("target health", 3)]
    result.stdout.fnmatch_lines(["WAITED 0 s for target health, asked 3 times, *: passed"])


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "soon"])
def test_time_to_settle_that_never_ends_is_refused(suite: Suite, seconds: str) -> None:
    suite.scenario(PASSING)
    result = suite.run("scenarios", f"--settle={seconds}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--settle: '{seconds}' is no number of seconds from 0 on*"])
    assert suite.read == []


@pytest.mark.usefixtures("judged_well")
def test_each_account_is_read_again_by_its_own_profile(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "asking", lambda session: session)
    monkeypatch.setattr(Target, "session", lambda target: target.profile or target.role)
    suite.shown = [SNAPSHOT, SNAPSHOT, SNAPSHOT, BOTH]
    suite.outputs("second.json")
    suite.scenario(LATE)
    suite.run(
        "scenarios",
        "--settle=60",
        "--outputs=flat-outputs.json",
        "--outputs=second.json",
        "--aws-profile=one",
        "--aws-profile=two",
    )
    assert suite.by[2:4] == ["one", "two"], suite.by
    refused = suite.run("scenarios", "--assume-role=a", "--assume-role=b")
    assert refused.ret == COULD_NOT
    assert "--assume-role is given 2 times for 1 stacks" in str(refused.outlines + refused.errlines)


def test_without_settling_a_failure_is_one_at_once(suite: Suite) -> None:
    suite.shown = [SNAPSHOT, BOTH]
    suite.scenario(LATE)
    assert suite.run().ret == 1
    assert len(suite.read) == 1


def test_broken_scenario_file_is_told_as_pytest_tells_it(suite: Suite) -> None:
    suite.scenario("def test_broken(live:\n")
    result = suite.run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*ERROR*test_*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_run_of_other_tests_is_untouched(suite: Suite) -> None:
    tests = suite.pytester.mkdir("unit")
    (tests / "test_unit.py").write_text(
        "def test_unit(pytestconfig):\n"
        "    assert not pytestconfig.pluginmanager.has_plugin('stackproof-verification')\n"
    )
    result = suite.run("unit")
    assert result.ret == 0
    assert suite.read == []
    assert not (suite.pytester.path / "out").exists()


def test_project_without_scenario_paths_is_untouched(suite: Suite) -> None:
    (suite.pytester.path / "pytest.ini").unlink()
    suite.scenario("def test_of_theirs(): pass\n")
    assert suite.run().ret == 0
    assert suite.read == []


def test_outputs_option_alone_says_that_a_stack_is_meant(suite: Suite) -> None:
    (suite.pytester.path / "pytest.ini").unlink()
    suite.scenario(PASSING)
    assert suite.run("--outputs=flat-outputs.json", "scenarios").ret == 0
    assert len(suite.read) == 1


def test_fixture_without_a_stack_says_what_to_give(suite: Suite) -> None:
    (suite.pytester.path / "pytest.ini").unlink()
    suite.scenario(PASSING)
    result = suite.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines("*this test needs a deployed stack: give `--outputs FILE`*")


def test_help_documents_the_options(pytester: pytest.Pytester) -> None:
    text = " ".join(pytester.runpytest_inprocess("--help").stdout.str().split())
    for option in ("--outputs=FILE", "--state=FILE", "--scenario-report=FILE", "scenario_paths"):
        assert option in text


def test_every_fixture_is_documented(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("")
    text = pytester.runpytest_inprocess("--fixtures").stdout.str()
    for fixture in ("verification", "outputs", "run_facts", "live", "compared", "others", "aws"):
        assert f"{fixture} [session scope]" in text
    assert "no docstring available" not in text


def test_importing_the_plugin_loads_neither_boto3_nor_pulumi() -> None:
    heavy = ("boto3", "botocore", "pulumi", "jinja2", "networkx", "click", "rich")
    code = f"import sys, stackproof.plugin; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_stack_may_be_what_carries_tags(suite: Suite) -> None:
    """Its outputs file is neither needed nor looked at."""
    suite.scenario(PASSING)
    assert suite.run("scenarios", "--tag=Team=shop", "--tag=Stage=prod").ret == 0
    assert suite.read == [Path("Team=shop Stage=prod")]
    assert suite.run("scenarios", "--tag=Team=shop", "-n1").ret == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--tag=Team"], "'Team' is no tag; write KEY=VALUE"),
        (
            ["--tag=Team=a", "--outputs=flat-outputs.json"],
            "--tag and --outputs each say what",
        ),
    ],
)
def test_tags_that_say_nothing_stop_the_suite(
    suite: Suite, options: list[str], expected: str
) -> None:
    suite.scenario(PASSING)
    refused = suite.run("scenarios", *options)
    assert refused.ret not in (0, 1)
    assert expected in str(refused.outlines + refused.errlines)


def test_what_a_run_logs_ends_with_it(suite: Suite) -> None:
    suite.scenario(PASSING)
    suite.run("scenarios", "--stackproof-log-file", "run.jsonl")
    assert (suite.pytester.path / "run.jsonl").is_file()
    assert log.LOG.handlers == []
    assert log.kept_in() is None
