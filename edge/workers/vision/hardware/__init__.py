"""Hardware decoders beside software: each a plug-in that must prove itself on this machine before it is trusted.

A decoder in a chip may be missing, broken, slow to start or wrong in some frames, and its driver may take the process
down with it. So `probe` runs each in a process of its own, decodes a reference film and compares every frame with
software; only an exact match is trusted, and a trusted one that fails later is left for software at once.
"""
