"""Many questions from a file to a file, reproducibly: one row in, one row out.

`read_questions` reads, `run_batch` answers into a journal that survives a kill and writes the
output from it in one step, with a run card beside it.
"""

from strategy_qa.batch.read import INPUTS, Question, read_questions
from strategy_qa.batch.run import BatchReport, run_batch
from strategy_qa.batch.write import OUTPUTS, check_output

__all__ = [
    "INPUTS",
    "OUTPUTS",
    "BatchReport",
    "Question",
    "check_output",
    "read_questions",
    "run_batch",
]
