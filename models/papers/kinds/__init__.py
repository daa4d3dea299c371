"""One folder for each kind of paper, or for two that belong together; `docs/how-to/add-a-paper-kind.md` tells how."""
