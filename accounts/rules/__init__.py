"""Decisions: facts in, decision out. No Django, no clock, no database."""
