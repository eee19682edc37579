"""LUDB: two hundred twelve-lead ECGs with rhythm and electric axis."""
