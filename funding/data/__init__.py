"""Facts that ship with the product: the founding case with its sources."""
