"""The pages in a real Chromium: accessible in every state, usable by keyboard alone and without a script."""
