"""MIT-BIH Arrhythmia Database: heartbeats of 44 records, split between patients."""
