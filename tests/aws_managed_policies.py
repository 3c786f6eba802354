"""Make the tables of AWS's managed policies: `python -m tests.aws_managed_policies`.

moto carries the documents as IAM gives them (GetPolicyVersion); the AWS Managed Policy Reference
shows the same. Kept whole are those that roles of services and of workloads have most often; how
wide they are is told of all that can be attached.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from stackproof.reasoning.access import statements
from stackproof.reasoning.aws_managed import FILE, WIDTH
from stackproof.reasoning.policy_width import wide

ROOT = Path(__file__).resolve().parents[1]
KEPT = (
    "AWSAppRunnerServicePolicyForECRAccess",
    "AWSAppSyncPushToCloudWatchLogs",
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
    "AWSBatchServiceEventTargetRole",
    "AWSBatchServiceRole",
    "AWSCodeDeployRole",
    "AWSCodeDeployRoleForECS",
    "AWSCodeDeployRoleForECSLimited",
    "AWSCodeDeployRoleForLambda",
    "AWSCodePipeline_FullAccess",
    "AWSDataLifecycleManagerServiceRole",
    "AWSGlueServiceRole",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaENIManagementAccess",
    "AWSLambdaExecute",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaMSKExecutionRole",
    "AWSLambdaRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "AWS_ConfigRole",
    "AdministratorAccess",
    "AmazonAPIGatewayPushToCloudWatchLogs",
    "AmazonDMSCloudWatchLogsRole",
    "AmazonDMSVPCManagementRole",
    "AmazonDynamoDBFullAccess",
    "AmazonEBSCSIDriverPolicy",
    "AmazonEC2ContainerRegistryFullAccess",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerServiceEventsRole",
    "AmazonEC2ContainerServiceRole",
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonEC2RoleforAWSCodeDeploy",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonEKSClusterPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonRDSEnhancedMonitoringRole",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSNSFullAccess",
    "AmazonSNSRole",
    "AmazonSQSFullAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMReadOnlyAccess",
    "CloudWatchAgentServerPolicy",
    "CloudWatchFullAccess",
    "CloudWatchLogsFullAccess",
    "SecretsManagerReadWrite",
)


def table() -> dict[str, Any]:
    """Give the kept policies by path and name: version, day of the last change, statements."""
    held = json.loads(aws_managed_policies_data)
    return {
        f"{held[name]['Path'].lstrip('/')}{name}": {
            "version": held[name]["DefaultVersionId"],
            "changed": held[name].get("UpdateDate", held[name]["CreateDate"])[:10],
            "statements": held[name]["Document"]["Statement"],
        }
        for name in KEPT
    }


def text() -> str:
    """Give the file, a line per policy."""
    lines = [f"{json.dumps(name)}: {json.dumps(policy)}" for name, policy in table().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def widths() -> str:
    """Give a line per policy: path and name, version, day of the last change, how wide it is."""
    held = json.loads(aws_managed_policies_data)
    # Those of service-linked roles nobody can attach.
    named = {f"{policy['Path'].lstrip('/')}{name}": policy for name, policy in held.items()}
    return "".join(
        "\t".join(
            (
                name,
                policy["DefaultVersionId"],
                policy.get("UpdateDate", policy["CreateDate"])[:10],
                "|".join(wide(statements(policy["Document"]))),
            )
        )
        + "\n"
        for name, policy in sorted(named.items())
        if not name.startswith("aws-service-role/")
    )


if __name__ == "__main__":
    FILE.write_text(text())
    WIDTH.write_text(widths())
