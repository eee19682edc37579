"""Page networks: learned from sheets that are drawn, worn and pictured by lot."""
