"""Documents: one model of headings, blanks and tables, and the formats it is written in."""
