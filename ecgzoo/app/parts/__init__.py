"""Parts: what the page shows of a file, as HTML made of the pictures and words that there are."""
