"""The child that relays one radio: it decodes, levels, signs, and ends when its source has died."""
