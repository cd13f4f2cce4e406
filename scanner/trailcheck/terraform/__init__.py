"""The Terraform reader: `looks` before parsing, `reader` for the graph of a root module."""
