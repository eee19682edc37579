"""Model cards, and the table of presets, written from the artifacts themselves."""
