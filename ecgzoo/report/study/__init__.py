"""Studies: what is measured on finished cross-validations."""
