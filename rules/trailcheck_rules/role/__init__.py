"""Rules about the role that the trail delivers through."""
