"""Neural models and voices: what they promise, where their files come from, and what runs them.

Knows nothing of edge/, drivers/ or web/.
"""
