"""The tools over standard input and output, with the encoder for tests: `mcp_stdio.py INDEX`."""

import sys
from pathlib import Path

from strategy_qa.mcp import serve_stdio
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

settings = Settings(index=Path(sys.argv[1]))
serve_stdio(StrategyQA.open(settings=settings, encoder=HashEncoder()))
