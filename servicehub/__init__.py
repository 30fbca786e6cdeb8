"""The platform: one door, and everything every service item needs. Imports no business app."""
