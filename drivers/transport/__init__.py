"""The wires that devices share, each with a fake end that can fail on demand."""
