"""PhysioNet/CinC Challenge 2017: single-lead ECGs of a hand-held device."""
