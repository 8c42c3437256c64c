"""Planning a range of days: which lists, archive files and captures are read, and what is kept. Pure decisions."""
