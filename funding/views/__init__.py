"""Pages. A view selects and formats; every figure it shows was computed by the core."""
