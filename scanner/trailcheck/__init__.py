"""trailcheck proves from code alone that CloudTrail trails are integrated with CloudWatch Logs."""

__version__ = "0.1.0"
