"""Evidence packs: answers in one ZIP file with what it takes to check them somewhere else.

`pack_answers` makes one from the output of a batch, `verify_pack` checks it without unpacking it.
"""

from strategy_qa.pack.evidence import PackReport, pack_answers
from strategy_qa.pack.verify import verify_pack

__all__ = ["PackReport", "pack_answers", "verify_pack"]
