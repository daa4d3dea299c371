"""What may be said of a restricted paper (限制公开) to people who are not on its named list."""

# All that leaves the system, or lies in an inbox, about a restricted paper.
PAPER_WAITS = "有一件文书待办"
