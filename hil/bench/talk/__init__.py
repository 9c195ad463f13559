"""What a live talk needs to be measured: something to say, somebody to say it, and ears at the horn."""
