"""The domain: tables, rules, what papers say, commands and queries."""
