"""The law and the practice as pure functions and data: no database, no clock, no input or output."""
