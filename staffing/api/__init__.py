"""What staffing answers over REST."""
