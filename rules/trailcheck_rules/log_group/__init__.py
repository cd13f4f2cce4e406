"""Rules about the log group that the trail delivers to."""
