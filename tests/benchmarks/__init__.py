"""What this system costs beside the obvious ways to do the same, measured in one run on one machine."""
