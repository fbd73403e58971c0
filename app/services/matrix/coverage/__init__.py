"""The coverage map: which trigger decides where two dimensions cross, and how many real incidents fell there."""
