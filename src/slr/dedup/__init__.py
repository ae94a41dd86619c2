"""Which records describe the same publication: rules, groups, and the explanation of each."""
