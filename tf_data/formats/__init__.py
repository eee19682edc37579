"""File formats of recordings, a file each: their content in millivolts, and what it means."""
