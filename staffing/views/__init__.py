"""Pages about pay."""
