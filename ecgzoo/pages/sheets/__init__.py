"""Sheets of any layout: drawn, worn, pictured and laid flat."""
