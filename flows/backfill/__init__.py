"""A range of days, by hand: plan, the ways there are, what is done."""
