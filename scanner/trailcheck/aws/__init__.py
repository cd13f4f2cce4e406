"""What AWS does with the configuration: ARNs, IAM, event selectors, and typed views of resources."""
