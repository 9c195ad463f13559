"""`molang assets` and `molang models`: what a technician types. Nothing heavy loads before it is needed."""
