"""How things stand in each commune, kept up to date from the events in the transaction that keeps them."""
