"""One HTML file without network: elements, inline figures, and the document around them."""
