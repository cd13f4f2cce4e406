"""Stacks: trees of templates with what they are given, nest, export and are deployed by."""
