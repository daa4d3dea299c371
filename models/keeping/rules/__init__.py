"""The format of a backup: values spelled neutrally, the list of contents, and how bytes are encrypted. No file, no database."""
