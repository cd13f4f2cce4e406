"""The rules that come with trailcheck, one file each; nothing is registered by hand."""
