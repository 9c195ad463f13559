"""Forms for the settings: what the schema says of a table, its values without secrets, and the file changed by them."""
