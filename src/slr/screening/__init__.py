"""The stage of decisions: rules that mark works, and people's votes, appended and never changed."""
