"""Makes all the planned papers: workers, write-then-rename, and a report of what became of each."""
