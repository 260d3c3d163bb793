"""What the attacks need: a victim with a mark in every column, and what the catalog says can be attacked."""
