"""The REST contract of programmes, figures, budget lines and council papers: reading only."""
