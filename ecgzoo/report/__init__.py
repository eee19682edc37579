"""Reports: models side by side, with their uncertainty and the published figures."""
