"""The parts of the page of one case, one file a part: each shows itself from what the page has read."""
