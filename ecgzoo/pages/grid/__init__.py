"""The grid of a sheet: how large it is and how it lies in an image."""
