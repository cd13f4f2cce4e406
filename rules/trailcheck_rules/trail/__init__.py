"""Rules about the trail itself."""
