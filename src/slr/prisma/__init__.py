"""PRISMA 2020: the numbers of the flow diagram, its drawing and its table."""
