"""The named fields that a unit's own form may use: what a field is, and those that several kinds share."""
