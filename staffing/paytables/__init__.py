"""A pay table as a file: read, judged against the rows, confirmed, saved."""
