"""What every test runs under."""

pytest_plugins = ["tests.support.no_network"]
