"""The accident itself: the intake format, grades, code tables, places."""
