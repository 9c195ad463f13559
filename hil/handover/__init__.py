"""Handing a commune over: scenario scripts on real or simulated devices, and a page with the evidence to sign."""
