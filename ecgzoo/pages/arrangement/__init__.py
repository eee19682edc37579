"""The arrangement of a sheet: names, pulses and rows that were recognised."""
