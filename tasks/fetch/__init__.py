"""Where articles are listed: feeds and sitemaps, and how a page names them."""
