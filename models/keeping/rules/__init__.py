"""The format of a backup: values spelled neutrally, the list of contents, and how bytes are sealed. No file, no database."""
