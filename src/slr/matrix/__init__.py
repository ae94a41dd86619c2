"""The query engine: terms to cells, boolean expressions, platforms' syntax, local matching; no input or output."""
