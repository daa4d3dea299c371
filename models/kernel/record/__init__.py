"""The record of what happened: chains of events, their kinds, and how they are written many at once."""
