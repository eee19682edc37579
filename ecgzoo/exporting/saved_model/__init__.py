"""A version: written, recorded, described, digested, signed, verified, and loaded again."""
