"""The sections of the report, a file each: cross-validations in, a section of HTML out."""
