"""Plans of Terraform: `sniff` tells them from other JSON, `reader` makes the graph of one."""
