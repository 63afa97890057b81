"""What the tests of letters begin with."""

from tests.requests.houses import embedded, house, small

__all__ = ["embedded", "house", "small"]
