"""Heart sounds of the PhysioNet/CinC Challenge 2016, part b."""
