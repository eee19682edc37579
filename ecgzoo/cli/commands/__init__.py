"""The commands: a module each, named after it, that parses, calls and prints."""
