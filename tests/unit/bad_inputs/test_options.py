"""Options and variables that make no sense, alone or together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stackproof.error_codes import Code
from tests.unit.bad_inputs.bad import Bad, check

_LONG = "x" * 10_000
_ROLE = "arn:aws:iam::123456789012:role/audit"
# What is wrong with the command line, and a part of what is said.
USAGE: list[tuple[str, str]] = [
    ("verfy", "verfy"),
    ("verify extra", "extra"),
    ("verify --nonsense", "--nonsense"),
    ("verify --format yaml", "yaml"),
    ("verify --only live", "live"),
    ("verify --only state", "--only state needs"),
    ("verify --only state --scope account", "leave out"),
    ("verify --coverage some", "some"),
    ("verify --settle nan", "nan"),
    ("verify --settle inf", "inf"),
    ("verify --settle -1", "-1"),
    ("verify --settle soon", "soon"),
    ("verify --region Ireland", "Ireland"),
    ("verify --region eu-west-1b", "eu-west-1b"),
    ("verify --region *", "*"),
    ("verify --tag Project", "Project"),
    ("verify --tag =x", "=x"),
    ("verify --tag Project=x --outputs good.json", "leave out"),
    ("verify --tag Project=x --stack dev", "leave out"),
    ("verify --tag a=b --scope account", "leave out --tag"),
    ("verify --scope account --outputs good.json", "leave out"),
    ("verify --scope account --settle 5", "leave out"),
    ("verify --scope world", "world"),
    ("verify --all-regions --outputs good.json", "--all-regions"),
    ("verify --stack dev --outputs good.json", "--stack asks"),
    ("verify --external-id x --outputs good.json", "--assume-role"),
    ("verify --assume-role audit --outputs good.json", "'audit' is not the ARN"),
    (f"verify --assume-role {_ROLE} --profile a --profile b", "--assume-role"),
    ("verify --assume-role arn:aws:iam::1:role/x --outputs good.json", "is not the ARN"),
    ("verify --only state --state good.json --profile a", "leave out"),
    ("verify --report", "--report"),
    ("diff", "BEFORE"),
    ("diff good.json", "AFTER"),
    ("diff good.json good.json good.json", "good.json"),
    ("diff good.json good.json --format html", "html"),
    ("explain", "WHAT"),
    ("explain kms-key-rotation --only live", "live"),
    ("controls no-such-control", "no-such-control"),
    ("controls kms-key-rotatoin", "kms-key-rotation"),
    ("controls --severity urgent", "urgent"),
    ("controls --sight space", "space"),
    ("controls --framework iso", "iso"),
    ("controls --select sevrity:high", "no control matches"),
    ("controls --select", "--select"),
    ("controls --type aws:nothing/*", "no control matches"),
    (f"controls {_LONG}", "no control"),
    ("types", "TOKEN"),
    ("types aws:nothing/at:All", "aws:nothing/at:All"),
    ("types aws:s3/buket:Buket", "aws:s3/buket:Buket"),
    ("types *", "*"),
    ("prove no-such-control", "no-such-control"),
    ("new type", "type"),
    ("new control", "NAME"),
    ("new control Not-A-Name", "Not-A-Name"),
    ("new control ../elsewhere", "../elsewhere"),
    ("new scenario 9lives", "9lives"),
    ("new scenario ../elsewhere", "../elsewhere"),
    ("config --format yaml", "yaml"),
    ("init a b", "'a' does not exist"),
    ("init good.json", "good.json"),
    ("deploy", "STACK"),
    ("deploy a b", "b"),
    ("embedded fly", "fly"),
    ("embedded run", "COMMAND"),
    ("embedded start --port 70000", "70000"),
    ("embedded start --port x", "x"),
    ("history", ""),
    ("history list", "nothing says where the history is"),
    ("history list --history=", "it is empty"),
    ("history verify --history kept --key=", "it is empty"),
    ("history verify --history kept --has=", "it is empty"),
    ("history verify --history kept --has 8", "'8' is no digest"),
    ("history verify --history kept --has 77F1B730E910", "is no digest"),
    ("history verify --history kept --has last-digest-", "is no digest"),
    ("nightly --history=", "it is empty"),
    ("nightly --history kept --key=", "it is empty"),
    ("fleet fleet.yaml --history kept --key=", "it is empty"),
    ("history show", "RECORD"),
    ("history query", "SQL"),
    ("history prune --history kept", "--keep"),
    ("history prune --history kept --keep 0", "0"),
    ("history prune --history kept --keep -1", "-1"),
    ("history prune --history kept --keep many", "many"),
    ("history export", "FOLDER"),
    ("history export good.json --history kept", "good.json"),
    ("nightly", "the settings name no stacks"),
    ("nightly --only-new", "the settings name no stacks"),
    ("nightly --fail-on urgent", "urgent"),
    ("baseline", "nothing says where the history is"),
    ("nightly --kind .sarif", "give --reports, too"),
    ("fleet fleet.yaml --kind .sarif", "give --reports, too"),
    ("parity --format html", "html"),
    ("scenarios --family speed", "speed"),
]


@pytest.mark.parametrize(("line", "why"), USAGE, ids=[line[:60] for line, _ in USAGE])
def test_command_line_that_makes_no_sense_is_said(
    line: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(Bad(tuple(line.split()), Code.USAGE, why), tmp_path, monkeypatch)


VARIABLES: list[tuple[dict[str, str], Code, str]] = [
    ({"AWS_ENDPOINT_URL": "http://[::1"}, Code.ENDPOINT, "http://[::1"),
    ({"AWS_ENDPOINT_URL": "127.0.0.1:5000"}, Code.ENDPOINT, "127.0.0.1:5000"),
    ({"AWS_ENDPOINT_URL": "ftp://127.0.0.1"}, Code.ENDPOINT, "ftp://127.0.0.1"),
    ({"AWS_ENDPOINT_URL": "http://127.0.0.1:99999"}, Code.ENDPOINT, "99999"),
    ({"AWS_ENDPOINT_URL": "http://"}, Code.ENDPOINT, "http://"),
    ({"AWS_ENDPOINT_URL": "file:///etc/passwd"}, Code.ENDPOINT, "file:///etc/passwd"),
    ({"AWS_ENDPOINT_URL": "http://\x1b[2J"}, Code.ENDPOINT, ""),
    ({"AWS_ENDPOINT_URL_STS": "nowhere"}, Code.ENDPOINT, "nowhere"),
    ({"AWS_PROFILE": "nobody"}, Code.CREDENTIALS, "nobody"),
    ({"AWS_CONFIG_FILE": "good.json"}, Code.CREDENTIALS, "good.json"),
    ({"AWS_MAX_ATTEMPTS": "many"}, Code.ENDPOINT, "many"),
    ({"AWS_CA_BUNDLE": "/nowhere.pem"}, Code.NO_ANSWER, ""),
    ({"STACKPROOF_PROFILE": "nightly"}, Code.SETTINGS, "there is no profile 'nightly'"),
    ({"STACKPROOF_WAIVERS": "none.yaml"}, Code.WAIVERS, "none.yaml"),
    ({"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": ""}, Code.NO_ANSWER, "127.0.0.1"),
]


@pytest.mark.parametrize(
    ("environment", "code", "why"), VARIABLES, ids=[str(v[0])[:60] for v in VARIABLES]
)
def test_variable_that_makes_no_sense_is_said(
    environment: dict[str, str],
    code: Code,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = Bad(("verify", "--outputs", "good.json"), code, why, environment=environment)
    check(bad, tmp_path, monkeypatch)


@pytest.mark.parametrize("value", ["none.json", "", "\x1b[2J", "a" * 300])
def test_variable_that_names_no_outputs_is_said(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = Bad(("verify",), Code.NO_OUTPUTS, "outputs", environment={"STACKPROOF_OUTPUTS": value})
    check(bad, tmp_path, monkeypatch)


URN = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"
QUEUE = {"urn": URN, "type": "aws:sqs/queue:Queue", "custom": True, "id": "orders"}


def _state(**changed: object) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": [{**QUEUE, **changed}]}})


STATES: dict[str, tuple[str, str]] = {
    "a checkpoint": ('{"version": 3, "checkpoint": {}}', "checkpoint of a file backend"),
    "no version": ('{"deployment": {}}', "has version None"),
    "a later version": ('{"version": 5, "deployment": {}}', "has version 5"),
    "a version of text": ('{"version": "3", "deployment": {}}', "has version '3'"),
    "a version that is true": ('{"version": true, "deployment": {}}', "has version True"),
    "a deployment of text": ('{"version": 3, "deployment": "x"}', "has no 'deployment'"),
    "resources by name": ('{"version": 3, "deployment": {"resources": {"a": 1}}}', "no list"),
    "resources of text": ('{"version": 3, "deployment": {"resources": ["a"]}}', "resources[0]"),
    "a resource without URN": (_state(urn=None), "resources[0]"),
    "a type of numbers": (_state(type=7), "resources[0]"),
    "inputs of text": (_state(inputs="x"), "resources[0]"),
    "outputs in a list": (_state(outputs=["x"]), "resources[0]"),
    "dependencies of text": (_state(propertyDependencies="x"), "resources[0]"),
    "dependencies on numbers": (_state(propertyDependencies={"a": 7}), "resources[0]"),
    "dependencies on objects": (_state(propertyDependencies={"a": [{}]}), "resources[0]"),
    "a provider that is an object": (_state(provider={}), "resources[0]"),
    "an id of numbers": (_state(id=7), "resources[0]"),
    "operations of text": (
        '{"version": 3, "deployment": {"pending_operations": "x"}}',
        "pending_operations",
    ),
    "operations on nothing": (
        '{"version": 3, "deployment": {"pending_operations": [{}]}}',
        "pending_operations",
    ),
}


@pytest.mark.parametrize("kind", STATES)
def test_state_of_another_form_is_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, why = STATES[kind]
    arguments = ("verify", "--only", "state", "--state", "it")
    check(Bad(arguments, Code.STATE_FORM, why, {"it": content}), tmp_path, monkeypatch)


SETTINGS: list[tuple[str, str]] = [
    ("config: text", "there is no key 'config' here"),
    ("nightly: x", "nightly"),
    ("nightly: {history: ''}", "nightly.history"),
    ("nightly: {sign: ''}", "nightly.sign"),
    ("nightly: {stacks: [{}]}", "names neither a stack"),
    ("nightly: {stacks: [{stack: a}, {stack: a}]}", "two stacks are called a"),
    ("nightly: {stacks: [{stack: Prod}, {stack: prod}]}", "one name for many file systems"),
    (f"nightly: {{stacks: [{{stack: {'a' * 101}}}]}}", "at most 100"),
    (f"nightly: {{stacks: [{{stack: {'夜' * 23}}}]}}", "fewer where they aren't ASCII"),
    ("nightly: {stacks: [{stack: '..'}]}", "printable"),
    ('nightly: {stacks: [{stack: "a\\nb"}]}', "printable"),
    ("nightly: {budgets: [{severity: all, days: 1}]}", "severity"),
    ("nightly: {budgets: [{severity: high, days: -1}]}", "days"),
    ("controls: [nowhere]", "there is no file or folder"),
    ("scenarios: [nowhere]", "there is no file or folder"),
    ("controls: nowhere", "controls"),
    ("waivers: [{}]", "control is missing"),
    ("waivers: [{control: none}]", "there is no control 'none'"),
    ("trusted: ['*']", "trusted.0"),
    ("fail_on: urgent", "fail_on"),
    ("profile: nothing", "there is no profile 'nothing'"),
    ("own_tags: [a]", "own_tags"),
    ("environments: {dev: x}", "environments.dev"),
    ("parameters: {kms-key-rotation: {maximum_days: x}}", "kms-key-rotation"),
    ("select: [{severity: high, level: x}]", "select.0"),
    ("exclude: [{resource: 7}]", "exclude"),
    ("profiles: {a: {extends: [a]}}\nprofile: a", "extends itself"),
    ("? [a, b]\n: c\n", "line"),
    ("profile: !!python/object:os.system x", "line 1"),
    ("profile: 2026-99-99", "month"),
    (f"profile: {'9' * 5_000}", "digits"),
]


@pytest.mark.parametrize(("text", "why"), SETTINGS, ids=[text[:60] for text, _ in SETTINGS])
def test_settings_that_make_no_sense_are_said(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Pulumi.yaml": "name: x\nruntime: yaml\n", "stackproof.yaml": text}
    check(Bad(("config",), Code.SETTINGS, why, files), tmp_path, monkeypatch)
