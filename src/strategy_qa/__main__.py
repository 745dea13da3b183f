"""`python -m strategy_qa` is `strategy-qa`."""

from strategy_qa.cli import main

main()
