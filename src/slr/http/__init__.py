"""The one door to the network: polite requests, their budget, and the archive of every exchange.

``client.Http`` asks, ``archive.Archive`` keeps, ``manners.MANNERS`` says how each service wants to be asked.
"""
