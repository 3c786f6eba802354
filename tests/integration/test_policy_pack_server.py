"""The policy pack as a process that speaks Pulumi's analyzer protocol."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import proto
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from stackproof.controls import catalogue
from stackproof.model import Unknown
from stackproof.model.cases import Form, build, mutated
from stackproof.types.tokens import RDS_CLUSTER, S3_BUCKET
from stackproof.types.wire import to_wire, wire_name

ROOT = Path(__file__).parents[2]
URN = "urn:pulumi:dev::shop::"

WITH_SDK_SERVER = """
from pulumi_policy import PolicyPack
from stackproof.policy_pack import policies

PolicyPack("stackproof", policies())
"""

BROKEN = """
from stackproof.controls import catalogue
from stackproof.policy_pack import policies, serve

def broken(cluster):
    raise KeyError("engine")

control = catalogue()["rds-cluster-storage-encrypted"]
object.__setattr__(control, "judge", broken)
serve("stackproof", policies([control]))
"""


# Errors of ours while the pack is made, and while it answers.
DEFECTS = {
    "making": """
import sys
from stackproof.policy_pack import policies
sys.modules["stackproof.policy_pack.policies"].Accepted = None
policies()
""",
    "answering": """
from stackproof.policy_pack import policies, serve
from stackproof.policy_pack.requests import alone
alone.__code__ = (lambda request: 1 // 0).__code__
serve("stackproof", policies())
""",
}


@contextmanager
def pack(folder: Path) -> Iterator[Any]:
    """Start a pack as the CLI does, and give a client of it."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            yield proto.AnalyzerStub(channel)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def ours() -> Iterator[Any]:
    with pack(ROOT / "policies") as client:
        yield client


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "__main__.py").write_text(WITH_SDK_SERVER)
    with pack(folder) as client:
        yield client


def struct(data: Any) -> Any:
    sent = struct_pb2.Struct()
    sent.update(data)
    return sent


def wire(type_: str, data: Any) -> Any:
    return struct(sentinels(to_wire(type_, data)))


def sentinels(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN_STRING_VALUE
    if isinstance(value, dict):
        return {key: sentinels(item) for key, item in value.items()}
    return [sentinels(item) for item in value] if isinstance(value, list) else value


def requests() -> list[tuple[proto.AnalyzeRequest, proto.AnalyzerResource]]:
    """Give an example of every seventh control, broken or with a hidden fact by turns."""
    provider = proto.AnalyzerProviderResource(
        type="pulumi:providers:aws",
        urn=f"{URN}pulumi:providers:aws::default",
        name="default",
        properties=struct({"region": "us-east-1"}),
    )
    made = []
    for number, control in enumerate(list(catalogue().values())[::7]):
        cases = control.cases
        given = mutated(cases.passing, (cases.failing, cases.unknown)[number % 2][0])
        for resource in build(given, Form.PREVIEW)[1]:
            properties = wire(resource.type, resource.data)
            place = f"{URN}{control.id}"
            common: dict[str, Any] = {
                "urn": f"{place}::{resource.urn}",
                "type": resource.type,
                "name": resource.name,
                "properties": properties,
                "provider": provider,
            }
            dependencies = {
                wire_name(resource.type, name): proto.AnalyzerPropertyDependencies(
                    urns=[f"{place}::{urn}" for urn in urns]
                )
                for name, urns in resource.references.items()
            }
            made.append(
                (
                    proto.AnalyzeRequest(**common),
                    proto.AnalyzerResource(**common, propertyDependencies=dependencies),
                )
            )
    return made


def analyze_request(type_: str, **properties: Any) -> proto.AnalyzeRequest:
    urn = f"{URN}{type_}::main"
    return proto.AnalyzeRequest(
        urn=urn, type=type_, name="main", properties=wire(type_, properties)
    )


def configure(client: Any, **levels: tuple[str, dict[str, Any]]) -> None:
    given = {
        name.replace("_", "-"): proto.PolicyConfig(
            enforcementLevel=proto.EnforcementLevel.Value(level), properties=struct(parameters)
        )
        for name, (level, parameters) in levels.items()
    }
    client.Configure(proto.ConfigureAnalyzerRequest(policyConfig=given))


def in_order(response: proto.AnalyzeResponse) -> proto.AnalyzeResponse:
    """Sort what has nothing to say: its order says nothing."""
    response.not_applicable.sort(key=lambda left: left.policy_name)
    return response


def reported(response: proto.AnalyzeResponse, policy: str) -> list[proto.AnalyzeDiagnostic]:
    return [diagnostic for diagnostic in response.diagnostics if diagnostic.policyName == policy]


def test_policies_are_described_as_the_sdk_describes_them(ours: Any, theirs: Any) -> None:
    empty = empty_pb2.Empty()
    assert ours.GetAnalyzerInfo(empty) == theirs.GetAnalyzerInfo(empty)
    assert ours.GetPluginInfo(empty) == theirs.GetPluginInfo(empty)


def test_answers_are_those_of_the_sdks_server(ours: Any, theirs: Any) -> None:
    asked = requests()
    for request, _ in asked:
        assert in_order(ours.Analyze(request)) == in_order(theirs.Analyze(request))
    whole = proto.AnalyzeStackRequest(resources=[resource for _, resource in asked])
    answer = ours.AnalyzeStack(whole)
    assert answer == theirs.AnalyzeStack(whole)
    assert reported(answer, "verified-live")
    assert len(answer.diagnostics) > len(reported(answer, "verified-live"))
    assert ours.Remediate(asked[0][0]) == theirs.Remediate(asked[0][0])


@pytest.mark.parametrize("level", ["MANDATORY", "DISABLED"])
def test_one_level_for_all_leaves_what_is_listed_as_it_is(ours: Any, level: str) -> None:
    configure(ours, all=(level, {}), verified_live=(level, {}), waived=(level, {}))
    asked = requests()
    for request, _ in asked:
        ours.Analyze(request)
    whole = proto.AnalyzeStackRequest(resources=[resource for _, resource in asked])
    listed = reported(ours.AnalyzeStack(whole), "verified-live")
    assert {line.enforcementLevel for line in listed} == {proto.ADVISORY}
    configure(ours, verified_live=("DISABLED", {}))
    assert not reported(ours.AnalyzeStack(whole), "verified-live")


def test_resources_may_be_asked_about_at_the_same_time(ours: Any) -> None:
    encrypted = analyze_request(RDS_CLUSTER, storage_encrypted=True)
    not_encrypted = analyze_request(RDS_CLUSTER, storage_encrypted=False)
    asked = [encrypted, not_encrypted, analyze_request(S3_BUCKET)] * 20
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ours.Analyze, asked))
    failed = [bool(reported(answer, "rds-cluster-storage-encrypted")) for answer in answers]
    assert failed == [False, True, False] * 20


def test_configuration_changes_level_and_parameters() -> None:
    request = analyze_request(RDS_CLUSTER, backup_retention_period=10)
    policy = "rds-cluster-backup-retention"
    with pack(ROOT / "policies") as client:
        assert reported(client.Analyze(request), policy) == []
        configure(client, rds_cluster_backup_retention=("ADVISORY", {"minimum_days": 30}))
        [violation] = reported(client.Analyze(request), policy)
        assert violation.enforcementLevel == proto.ADVISORY
        assert "at least 30" in violation.message
        configure(client, rds_cluster_backup_retention=("REMEDIATE", {"minimum_days": 30}))
        [violation] = reported(client.Analyze(request), policy)
        assert violation.enforcementLevel == proto.MANDATORY
        configure(client, rds_cluster_backup_retention=("DISABLED", {"minimum_days": 30}))
        assert reported(client.Analyze(request), policy) == []


def refused(call: Callable[[Any], Any], request: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call(request)
    return caught.value.details() or ""


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (
            "rds-cluster-backup-retention",
            "policy pack configuration: policy 'rds-cluster-backup-retention' has no parameter "
            "'days'; its parameters are minimum_days",
        ),
        (
            "rds-cluster-backups-retention",
            "policy pack configuration: there is no policy 'rds-cluster-backups-retention'; did "
            "you mean 'rds-cluster-backup-retention'?",
        ),
        ("kms-key-enabled", "'kms-key-enabled' has no parameter 'days'; it has none"),
    ],
)
def test_configuration_for_what_is_not_there_is_refused(
    ours: Any, policy: str, sentence: str
) -> None:
    given = proto.PolicyConfig(enforcementLevel=proto.ADVISORY, properties=struct({"days": 3}))
    request = proto.ConfigureAnalyzerRequest(policyConfig={policy: given})
    assert sentence in refused(ours.Configure, request)


def test_a_value_out_of_range_is_refused_at_once(ours: Any) -> None:
    given = proto.PolicyConfig(
        enforcementLevel=proto.ADVISORY, properties=struct({"minimum_days": -5})
    )
    request = proto.ConfigureAnalyzerRequest(policyConfig={"rds-cluster-backup-retention": given})
    assert refused(ours.Configure, request) == (
        "policy pack configuration: control 'rds-cluster-backup-retention': parameter "
        "'minimum_days' is -5; it must be an integer from 2 to 35 (days), like its default 7 "
        "[SP1303]"
    )


def test_broken_control_is_named_and_never_passes(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(BROKEN)
    with pack(tmp_path) as client:
        answer = client.Analyze(analyze_request(RDS_CLUSTER))
        whole = client.AnalyzeStack(proto.AnalyzeStackRequest())
    said = [d.message for d in (*answer.diagnostics, *whole.diagnostics)]
    assert any("control 'rds-cluster-storage-encrypted' raised KeyError" in m for m in said), said
    assert [left.reason for left in answer.not_applicable] == ["unknown"]


def test_our_own_error_while_the_pack_is_made_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    (tmp_path / "__main__.py").write_text(DEFECTS["making"])
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    (sentence,) = ran.stderr.splitlines()
    assert sentence.startswith("this is a defect of stackproof, and says nothing about the stack (")
    assert sentence.endswith("[SP9001]")
    (file,) = (tmp_path / "home" / "stackproof" / "defects").iterdir()
    assert str(file) in sentence
    assert "Traceback (most recent call last)" in file.read_text()


def test_our_own_error_while_the_pack_answers_is_a_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    (tmp_path / "__main__.py").write_text(DEFECTS["answering"])
    with pack(tmp_path) as client, pytest.raises(grpc.RpcError) as raised:
        client.Analyze(analyze_request(RDS_CLUSTER))
    assert raised.value.code() is grpc.StatusCode.INTERNAL
    sentence = raised.value.details() or ""
    assert "(ZeroDivisionError at " in sentence
    assert sentence.endswith("[SP9001]")


def told(code: str) -> list[str]:
    """Give the words that code prints which runs after the pack, with waivers, is loaded."""
    loading = "import stackproof.waivers; from stackproof.policy_pack import policies; policies()"
    ran = subprocess.run(
        [sys.executable, "-c", f"{loading}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return ran.stdout.split()


def test_pack_imports_nothing_that_it_does_not_need() -> None:
    heavy = ["pulumi_aws", "boto3", "botocore", "pydantic", "rich", "networkx", "click", "jinja2"]
    named = {*heavy, "pytest", "moto"}
    assert told(f"import sys; print(*({named!r} & {{*sys.modules}}))") == []


def test_pack_unpacks_nothing_of_the_type_table_before_it_is_asked() -> None:
    unpacked = "from stackproof.types import packed; print(packed.module.cache_info().currsize)"
    assert told(unpacked) == ["0"]
