"""The wall in a real browser before a real box: its tiles, its incidents, its memory, and how it comes back."""
