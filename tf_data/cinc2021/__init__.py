"""PhysioNet/CinC Challenge 2021: twelve-lead ECGs with SNOMED CT codes."""
