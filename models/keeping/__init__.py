"""Nothing lost: backups and what comes back from them, a database moved to another kind, disk and clock watched."""
