"""The child that hears the microphone of a browser and makes signed packets of it."""
