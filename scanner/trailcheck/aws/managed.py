"""What AWS's own managed policies say about writing to log groups.

A reduced copy of the policies in moto 5.2.5 (`moto/iam/aws_managed_policies.py`), which AWS
published up to 2026-09-30: of each policy that can be attached to a role, the statements on
`logs:CreateLogStream` and `logs:PutLogEvents`, and the resources that can be log groups. Policies
in
`NEITHER` say nothing about the two actions. A policy in neither table is not known here.
"""

from __future__ import annotations

from trailcheck.record import NamedTuple


class Reduced(NamedTuple):
    """One statement: effect, which of the two actions, resources, whether it is limited."""

    effect: str
    actions: str
    """"both", "create" or "put"."""
    resources: tuple[str, ...]
    conditional: bool = False


DATE = "2026-09-30"

GRANTS: dict[str, tuple[Reduced, ...]] = {
    "AIDevOpsAgentActionsPolicy": (Reduced("Allow", "both", ("*",)),),
    "AWSApplicationMigrationNetworkMigrationMultiAccount": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/lambda/network-migration-modify-tgw*",),
            conditional=True,
        ),
    ),
    "AWSCompromisedKeyQuarantineV3": (Reduced("Deny", "put", ("*",)),),
    "AWSDeepLensLambdaFunctionAccessPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/greengrass/*",)),
    ),
    "AWSDeepRacerRoboMakerAccessPolicy": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/robomaker/SimulationJobs",
                "arn:aws:logs:*:*:log-group:/aws/robomaker/SimulationJobs:log-stream:*",
            ),
        ),
    ),
    "AWSDenyAll": (Reduced("Deny", "both", ("*",)),),
    "AWSDiscoveryContinuousExportFirehosePolicy": (
        Reduced(
            "Allow",
            "put",
            (
                "arn:aws:logs:*:*:log-group:/aws/application-discovery-service/firehose:log-stream:*",
            ),
        ),
    ),
    "AWSElasticBeanstalkCustomPlatformforEC2Role": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/elasticbeanstalk/platform/*",)),
    ),
    "AWSElasticBeanstalkEKSImageBuild": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/codebuild/elasticbeanstalk-*",),
            conditional=True,
        ),
    ),
    "AWSElasticBeanstalkWebTier": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/elasticbeanstalk*",)),
    ),
    "AWSElasticBeanstalkWorkerTier": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/elasticbeanstalk*",)),
    ),
    "AWSIAMIdentityCenterAllowListForIdentityContext": (Reduced("Deny", "both", ("*",)),),
    "AWSIoTWirelessLogging": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/iotwireless*",)),
    ),
    "AWSLambdaExecute": (Reduced("Allow", "both", ("arn:aws:logs:*:*:*",)),),
    "AWSLambdaManagedEC2ResourceOperator": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:*:log-stream:*",)),
    ),
    "AWSMcpServiceActionsFullAccess": (Reduced("Allow", "both", ("*",), conditional=True),),
    "AWSProtonCodeBuildProvisioningBasicAccess": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/codebuild/AWSProton-*",)),
    ),
    "AWSQuickSetupPatchPolicyPermissionsBoundary": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/lambda/baseline-overrides-*",
                "arn:aws:logs:*:*:log-group:/aws/lambda/delete-name-tags-*",
            ),
        ),
    ),
    "AWSThinkboxAWSPortalGatewayPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/thinkbox*",)),
    ),
    "AWSThinkboxAWSPortalWorkerPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/thinkbox*",)),
    ),
    "AWSThinkboxDeadlineResourceTrackerAccessPolicy": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/lambda/DeadlineResourceTracker*",),
        ),
    ),
    "AWSTransformNetworkMigrationAgentPolicy": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/lambda/network-migration*",),
            conditional=True,
        ),
    ),
    "AdministratorAccess": (Reduced("Allow", "both", ("*",)),),
    "AdministratorAccess-Amplify": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/amplify/*:log-stream:*",)),
    ),
    "AlexaForBusinessGatewayExecution": (Reduced("Allow", "both", ("*",)),),
    "AmazonBedrockStudioPermissionsBoundary": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/lambda/br-studio-*",),
            conditional=True,
        ),
    ),
    "AmazonBraketFullAccess": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/braket*",)),
    ),
    "AmazonBraketJobsExecutionPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/braket*",)),
    ),
    "AmazonCloudWatchRUMFullAccess": (
        Reduced("Allow", "create", ("arn:aws:logs:*:*:log-group:*RUMService*",)),
    ),
    "AmazonDataZoneEnvironmentRolePermissionsBoundary": (Reduced("Allow", "both", ("*",)),),
    "AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary": (
        Reduced("Allow", "both", ("*",)),
    ),
    "AmazonEC2RolePolicyForLaunchWizard": (
        Reduced("Allow", "put", ("arn:aws:logs:*:*:*",)),
        Reduced("Allow", "create", ("arn:aws:logs:*:*:*",)),
    ),
    "AmazonEKSLocalOutpostClusterPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/eks/*:*",)),
    ),
    "AmazonEKSServicePolicy": (
        Reduced("Allow", "create", ("arn:aws:logs:*:*:log-group:/aws/eks/*:*",)),
        Reduced("Allow", "put", ("arn:aws:logs:*:*:log-group:/aws/eks/*:*:*",)),
    ),
    "AmazonElasticFileSystemsUtils": (Reduced("Allow", "both", ("*",)),),
    "AmazonFSxFullAccess": (Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/fsx/*",)),),
    "AmazonLaunchWizardFullAccessV2": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:LaunchWizard*",
                "arn:aws:logs:*:*:log-group:LaunchWizard*:log-stream:*",
            ),
            conditional=True,
        ),
    ),
    "AmazonRDSCustomInstanceProfileRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:rds-custom-instance-*",)),
    ),
    "AmazonRedshiftAllCommandsFullAccess": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/sagemaker/Endpoints/*redshift*",
                "arn:aws:logs:*:*:log-group:/aws/sagemaker/ProcessingJobs/*redshift*",
                "arn:aws:logs:*:*:log-group:/aws/sagemaker/TrainingJobs/*redshift*",
                "arn:aws:logs:*:*:log-group:/aws/sagemaker/TransformJobs/*redshift*",
            ),
        ),
    ),
    "AmazonSSMFullAccess": (Reduced("Allow", "both", ("*",)),),
    "AmazonSageMakerAdmin-ServiceCatalogProductsServiceRolePolicy": (
        Reduced(
            "Allow",
            "create",
            (
                "arn:aws:logs:*:*:log-group:/aws/apigateway/AccessLogs/*",
                "arn:aws:logs:*:*:log-group::log-stream:*",
            ),
        ),
    ),
    "AmazonSageMakerCanvasDataPrepFullAccess": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/sagemaker/studio:*",)),
    ),
    "AmazonSageMakerCanvasFullAccess": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/sagemaker/*",)),
    ),
    "AmazonSageMakerClusterInstanceRolePolicy": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/sagemaker/Clusters/*:log-stream:*",),
        ),
    ),
    "AmazonSageMakerFullAccess": (Reduced("Allow", "both", ("*",)),),
    "AmazonSageMakerGroundTruthExecution": (Reduced("Allow", "both", ("*",)),),
    "AmazonSageMakerHyperPodInferenceAccess": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:*",), conditional=True),
    ),
    "AmazonSageMakerJobFullAccess": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/sagemaker/*",),
            conditional=True,
        ),
    ),
    "AmazonSageMakerModelCustomizationCoreAccess": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/sagemaker/*",),
            conditional=True,
        ),
    ),
    "AmazonSageMakerServiceCatalogProductsCodeBuildServiceRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/codebuild/*",)),
    ),
    "AmazonSecurityLakePermissionsBoundary": (Reduced("Deny", "both", ("*",)),),
    "BedrockAgentCoreFullAccess": (
        Reduced(
            "Allow",
            "create",
            (
                "arn:aws:logs:*:*:log-group:/aws/application-signals/data:*",
                "arn:aws:logs:*:*:log-group:aws/spans:*",
            ),
        ),
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:*",), conditional=True),
    ),
    "CloudWatchAgentAdminPolicy": (Reduced("Allow", "both", ("*",)),),
    "CloudWatchAgentServerPolicy": (Reduced("Allow", "both", ("*",)),),
    "CloudWatchFullAccess": (Reduced("Allow", "both", ("*",)),),
    "CloudWatchFullAccessV2": (Reduced("Allow", "both", ("*",)),),
    "CloudWatchLambdaApplicationSignalsExecutionRolePolicy": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/application-signals/data:*",),
            conditional=True,
        ),
    ),
    "CloudWatchLambdaInsightsExecutionRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/lambda-insights:*",)),
    ),
    "CloudWatchLogsAPIKeyAccess": (Reduced("Allow", "put", ("*",)),),
    "CloudWatchLogsFullAccess": (Reduced("Allow", "both", ("*",)),),
    "CloudWatchOmniSpaceAccessPolicy": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/cloudwatch/*",
                "arn:aws:logs:*:*:log-group:/aws/bedrock-agentcore/evaluations/*",
            ),
            conditional=True,
        ),
    ),
    "EC2ImageBuilderExecutionPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/imagebuilder/*",)),
    ),
    "EC2InstanceProfileForImageBuilder": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/imagebuilder/*",)),
    ),
    "EC2InstanceProfileForImageBuilderECRContainerBuilds": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/imagebuilder/*",)),
    ),
    "GameLiftContainerFleetPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:gamelift-*:log-stream:*",)),
    ),
    "PowerUserAccess": (Reduced("Allow", "both", ("*",)),),
    "SageMakerStudioAdminIAMDefaultExecutionPolicy": (Reduced("Allow", "both", ("*",)),),
    "SageMakerStudioAdminIAMPermissiveExecutionPolicy": (Reduced("Allow", "both", ("*",)),),
    "SageMakerStudioProjectRoleMachineLearningPolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/sagemaker/*",)),
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/mwaa-serverless/${aws:PrincipalTag/AmazonDataZoneDomain}-${aws:PrincipalTag/AmazonDataZoneProject}/*",
            ),
        ),
    ),
    "SageMakerStudioProjectUserRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws-glue/*",)),
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:airflow-DataZoneMWAAEnv-${aws:PrincipalTag/AmazonDataZoneDomain}-${aws:PrincipalTag/AmazonDataZoneProject}-${aws:PrincipalTag/AmazonDataZoneScopeName}-*",
            ),
        ),
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:${aws:PrincipalTag/LogGroupName}/*",),
        ),
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/LogGroupName}",
                "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/LogGroupName}:log-stream:*",
            ),
        ),
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/lambda/athenafederatedcatalog*",),
        ),
    ),
    "SageMakerStudioUserIAMDefaultExecutionPolicy": (Reduced("Allow", "both", ("*",)),),
    "SageMakerStudioUserIAMPermissiveExecutionPolicy": (Reduced("Allow", "both", ("*",)),),
    "job-function/DatabaseAdministrator": (Reduced("Allow", "both", ("*",)),),
    "job-function/SystemAdministrator": (Reduced("Allow", "both", ("*",)),),
    "root-task/IAMAuditRootUserCredentials": (Reduced("Deny", "both", ("*",)),),
    "root-task/IAMCreateRootUserPassword": (Reduced("Deny", "both", ("*",)),),
    "root-task/IAMDeleteRootUserCredentials": (Reduced("Deny", "both", ("*",)),),
    "root-task/S3UnlockBucketPolicy": (Reduced("Deny", "both", ("*",)),),
    "root-task/SQSUnlockQueuePolicy": (Reduced("Deny", "both", ("*",)),),
    "service-role/AWSAppSyncPushToCloudWatchLogs": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSBatchServiceRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSCodeStarServiceRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSControlTowerCloudTrailRolePolicy": (
        Reduced(
            "Allow",
            "create",
            ("arn:aws:logs:*:*:log-group:aws-controltower/CloudTrailLogs*:*",),
        ),
        Reduced("Allow", "put", ("arn:aws:logs:*:*:log-group:aws-controltower/CloudTrailLogs*:*",)),
    ),
    "service-role/AWSControlTowerServiceRolePolicy": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:aws-controltower/CloudTrailLogs*:*",),
        ),
    ),
    "service-role/AWSDeepRacerServiceRolePolicy": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSElasticBeanstalkEnhancedHealth": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/elasticbeanstalk/*:log-stream:*",),
        ),
    ),
    "service-role/AWSGlueDataBrewServiceRole": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws-glue-databrew/*",)),
    ),
    "service-role/AWSGlueServiceRole": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:*:/aws-glue/*",)),
    ),
    "service-role/AWSIoTLogging": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaBasicDurableExecutionRolePolicy": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaBasicExecutionRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaDynamoDBExecutionRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaKinesisExecutionRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaMSKExecutionRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaSQSQueueExecutionRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSLambdaVPCAccessExecutionRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWSPanoramaApplianceRolePolicy": (
        Reduced(
            "Allow",
            "both",
            ("arn:aws:logs:*:*:log-group:/aws/panorama_device*:log-stream:*",),
        ),
    ),
    "service-role/AWSPanoramaApplianceServiceRolePolicy": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/panorama_device*:log-stream:*",
                "arn:aws:logs:*:*:log-group:/aws/panorama/devices/*",
            ),
        ),
    ),
    "service-role/AWSPanoramaGreengrassGroupRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/greengrass/*",)),
    ),
    "service-role/AWSTransferLoggingAccess": (Reduced("Allow", "both", ("*",)),),
    "service-role/AWS_ConfigRole": (
        Reduced("Allow", "create", ("arn:aws:logs:*:*:log-group:/aws/config/*",)),
        Reduced(
            "Allow",
            "put",
            ("arn:aws:logs:*:*:log-group:/aws/config/*:log-stream:config-rule-evaluation/*",),
        ),
    ),
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs": (Reduced("Allow", "both", ("*",)),),
    "service-role/AmazonDMSCloudWatchLogsRole": (
        Reduced(
            "Allow",
            "create",
            (
                "arn:aws:logs:*:*:log-group:dms-tasks-*:log-stream:dms-task-*",
                "arn:aws:logs:*:*:log-group:dms-serverless-replication-*:log-stream:dms-serverless-*",
            ),
        ),
        Reduced(
            "Allow",
            "put",
            (
                "arn:aws:logs:*:*:log-group:dms-tasks-*:log-stream:dms-task-*",
                "arn:aws:logs:*:*:log-group:dms-serverless-replication-*:log-stream:dms-serverless-*",
            ),
        ),
    ),
    "service-role/AmazonEC2ContainerServiceforEC2Role": (Reduced("Allow", "both", ("*",)),),
    "service-role/AmazonEC2RoleforSSM": (Reduced("Allow", "both", ("*",)),),
    "service-role/AmazonECSTaskExecutionRolePolicy": (Reduced("Allow", "both", ("*",)),),
    "service-role/AmazonRDSEnhancedMonitoringRole": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:RDS*:log-stream:*",)),
    ),
    "service-role/AmazonS3ObjectLambdaExecutionRolePolicy": (Reduced("Allow", "both", ("*",)),),
    "service-role/AmazonSNSRole": (Reduced("Allow", "both", ("*",)),),
    "service-role/AmazonSageMakerServiceCatalogProductsApiGatewayServiceRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/apigateway/*",)),
    ),
    "service-role/AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/glue/*",)),
    ),
    "service-role/AmazonSageMakerServiceCatalogProductsLambdaServiceRolePolicy": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:log-group:/aws/lambda/*",)),
    ),
    "service-role/AmazonSecurityLakeMetastoreManager": (
        Reduced(
            "Allow",
            "both",
            (
                "arn:aws:logs:*:*:log-group:/aws/lambda/AmazonSecurityLake*",
                "arn:aws:logs:*:*:/aws/lambda/AmazonSecurityLake*",
            ),
            conditional=True,
        ),
    ),
    "service-role/AwsGlueSessionUserRestrictedNotebookServiceRole": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:/aws-glue/*",)),
    ),
    "service-role/AwsGlueSessionUserRestrictedServiceRole": (
        Reduced("Allow", "both", ("arn:aws:logs:*:*:/aws-glue/*",)),
    ),
}

NEITHER = frozenset(
    {
        "AWSCloudTrail_FullAccess",
        "AWSCloudTrail_ReadOnlyAccess",
        "AWSConfigUserAccess",
        "AWSKeyManagementServicePowerUser",
        "AWSLambda_ReadOnlyAccess",
        "AWSXRayDaemonWriteAccess",
        "AmazonDynamoDBFullAccess",
        "AmazonEC2FullAccess",
        "AmazonEC2ReadOnlyAccess",
        "AmazonKinesisFullAccess",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonSNSFullAccess",
        "AmazonSQSFullAccess",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchEventsFullAccess",
        "CloudWatchLogsReadOnlyAccess",
        "CloudWatchReadOnlyAccess",
        "IAMFullAccess",
        "IAMReadOnlyAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "job-function/ViewOnlyAccess",
    }
)
