"""A paper's content turned into bytes: no database, no clock, no workflow engine."""
