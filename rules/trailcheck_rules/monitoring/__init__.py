"""Rules about what watches the log group."""
