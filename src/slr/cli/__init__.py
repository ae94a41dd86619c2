"""The command line: each file parses, calls one stage and prints its report."""
