"""Indicators of a commune (documents signed, files on time, cashless households): what they are and how they stand."""
