"""Prefect: its surroundings, server, schedules, events, and what a run shows there."""
