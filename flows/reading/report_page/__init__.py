"""The page that `presshouse report` writes: words and tables by Jinja, charts by Vega, calendars by hand."""
