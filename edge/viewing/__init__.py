"""Looking at one camera live, and what nobody may look at."""
