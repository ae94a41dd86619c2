"""Loaded by every Python that a test starts, since the guard puts this folder on PYTHONPATH."""

import refuse_network

refuse_network.install()
