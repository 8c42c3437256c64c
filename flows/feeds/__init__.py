"""The user's choice of feeds: looked at, tried, kept."""
