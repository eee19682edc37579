"""Models: functional-API builders that join domains, encoders, a fusion and a classifier."""
