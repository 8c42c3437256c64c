"""The live web: which lists are due, what they list, the pages themselves."""
