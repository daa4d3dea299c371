"""Rules as pure functions over the data of `models/knowledge/data`."""
