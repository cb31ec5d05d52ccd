"""Zips: what is in a wheel, what goes into an artefact, and how it is written."""
