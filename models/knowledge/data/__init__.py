"""Laws with the wording of what is quoted from them, entries of the knowledge base, and the checklist's questions."""
