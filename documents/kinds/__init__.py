"""The five builders: each turns one kind of content into a sheet."""
