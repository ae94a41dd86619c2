"""The store: one SQLite file a review; the only place that speaks SQL. One module a group of tables."""
