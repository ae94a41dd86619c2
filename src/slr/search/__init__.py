"""The stage ``slr search``: asks the sources, keeps the hits, attributes them to cells, looks for the known studies."""
