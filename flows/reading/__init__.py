"""What is asked of the warehouse: search, stories, status, report, export, snapshot."""
