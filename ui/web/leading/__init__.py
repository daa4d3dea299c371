"""The parts of the leaders' page."""
