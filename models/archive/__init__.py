"""The volume: sealing, supplements, reopening."""
