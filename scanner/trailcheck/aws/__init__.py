"""What AWS does with the configuration: ARNs, IAM, event selectors, views of resources."""
