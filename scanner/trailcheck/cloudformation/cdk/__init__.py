"""Apps of the AWS CDK: what their assemblies say, and the custom resources that they bring."""
