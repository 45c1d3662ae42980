"""Sets of names that matching of persons is learned and measured on, and how errors are made in them."""
