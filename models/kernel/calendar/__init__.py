"""Moments and days: the clock on the wall, local time, festivals and working days."""
