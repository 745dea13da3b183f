"""For tests of what stands on this package: an encoder without a model, the API to ask.

A fixture for a client of the API:

    @pytest.fixture(scope="session")
    def api() -> Iterator[str]:
        with api_server() as url:
            yield url
"""

from strategy_qa.testing.encoder import HashEncoder
from strategy_qa.testing.server import api_app, api_server

__all__ = ["HashEncoder", "api_app", "api_server"]
