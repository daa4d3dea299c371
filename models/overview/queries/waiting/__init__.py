"""The open steps of running cases, by what waits; `models.overview.queries.waits` says who may know of each and whose it is."""
