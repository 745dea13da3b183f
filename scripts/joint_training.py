"""Trains `answer.joint`: questions and passages read in one pass; used by `train_joint.py`.

The encoder's upper layers get an adapter, a head above them judges each sentence: it answers, or
none does (cross entropy), and where the answer's place is known, its words are learned too; a stage
may also ask that an answerable question comes out higher than another of its batch.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from joint_batches import Batch, Example, Stage, batches_of, to_batch, turn_of
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from strategy_qa.bert import Bert

_DIMENSION = 384  # of the packaged encoder
_UPPER = range(4, 12)  # layers with an adapter
_RANK, _UNITS, _DROPOUT = 16, 96, 0.1
_HEAD_RATE, _DECAY, _WARM = 1e-3, 0.01, 0.06  # of the steps are taken with a growing rate
_JUDGED = 16  # examples of like length together
_SPAN_WEIGHT = 0.3  # of the loss on the answer's words
_FAR = -1e4
_TOLD = 50  # steps between two lines of progress
_DOT = "-"  # torch allows no dot in the name of a parameter


class _AdaptedBert(Bert):
    """The encoder, and beside each matrix of its upper layers two small ones that can learn."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, device="cpu")
        self.adapter = nn.ParameterDict()
        for n in _UPPER:
            for name, (rows, columns) in self.matrices(n).items():
                self.adapter[_key(name, "a")] = nn.Parameter(
                    torch.randn(_RANK, columns) / math.sqrt(columns)
                )
                self.adapter[_key(name, "b")] = nn.Parameter(torch.zeros(rows, _RANK))

    def _linear(self, at: str, hidden: Tensor) -> Tensor:
        out = super()._linear(at, hidden)
        name = at.removeprefix("encoder.layer.")
        if _key(name, "a") in self.adapter:
            within = functional.linear(hidden, self.adapter[_key(name, "a")])
            out = out + functional.linear(within, self.adapter[_key(name, "b")])
        return out


class JointNetwork(nn.Module):
    """The torch twin of `JointReader`, over a batch."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = _AdaptedBert(folder)
        self.adapter = self.bert.adapter
        self.answer = nn.Linear(_DIMENSION, 1)
        self.weigh, self.judge = nn.Linear(3 * _DIMENSION, _UNITS), nn.Linear(_UNITS, 1)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits (examples, sentences) and answer logits (examples, tokens)."""
        with torch.autocast("cpu", torch.bfloat16):
            hidden, _ = self.bert(batch["ids"], batch["mask"])
        hidden = hidden.float()
        answer = self.answer(hidden)[..., 0]
        inside = batch["inside"]  # (examples, sentences, tokens)
        focus = torch.softmax(torch.where(inside, answer[:, None], _FAR), -1)
        question = torch.einsum("bt,btd->bd", _share(batch["question"]), hidden)
        evidence = [
            torch.einsum("bst,btd->bsd", focus, hidden),
            torch.einsum("bst,btd->bsd", _share(inside), hidden),
            question[:, None].expand(-1, inside.shape[1], -1),
        ]
        units = torch.relu(self.weigh(self.dropout(torch.cat(evidence, -1))))
        return torch.where(inside.any(-1), self.judge(units)[..., 0], _FAR), answer


def train(
    folder: Path, stage: Stage, *, start: JointNetwork | None = None, seed: int = 0
) -> JointNetwork:
    """A network over the encoder in a folder; it goes on from where `start` was."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    network = JointNetwork(folder)
    if start:
        network.load_state_dict(start.state_dict())
    head = [p for name, p in network.named_parameters() if not name.startswith("adapter")]
    groups = [
        {"params": list(network.adapter.parameters()), "lr": stage.rate},
        {"params": head, "lr": _HEAD_RATE},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=_DECAY)
    steps = round(stage.turns * len(turn_of(stage, order)))

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / (_WARM * steps)) * max(0.0, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    losses: list[float] = []
    for examples in islice(batches_of(stage, order), steps):
        optimiser.zero_grad()
        loss = _loss(network, to_batch(examples), compared=bool(stage.compared))
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if len(losses) % _TOLD == 0:
            mean = sum(losses[-_TOLD:]) / _TOLD
            print(f"step {len(losses)} of {steps}, loss {mean:.3f}", file=sys.stderr, flush=True)
    return network.eval()


def _loss(network: JointNetwork, batch: Batch, *, compared: bool) -> Tensor:
    """Which sentence answers; where; and, if `compared`, which of two questions is answered rather.

    The last is the logistic loss over pairs (Burges et al. 2005, doi:10.1145/1102351.1102363).
    """
    logits, answer = network(batch)
    none = torch.zeros(len(logits), 1)
    loss = functional.cross_entropy(torch.cat([logits, none], 1), batch["gold"], reduction="sum")
    rows = batch["answer"].any(1)
    if rows.any():
        outside = ~batch["inside"][rows].any(1)
        words = torch.softmax(answer[rows].masked_fill(outside, _FAR), -1)
        found = (words * batch["answer"][rows]).sum(1).clamp(min=1e-6)
        loss = loss - _SPAN_WEIGHT * torch.log(found).sum()
    loss = loss / len(logits)
    yes = batch["gold"] < logits.shape[1]
    if compared and yes.any() and not yes.all():
        scores = torch.logsumexp(logits, 1)
        loss = loss + functional.softplus(scores[~yes] - scores[yes][:, None]).mean()
    return loss


@torch.inference_mode()
def judge(network: JointNetwork, examples: Sequence[Example]) -> list[float]:
    """For each example the log-odds that any of its sentences answers."""
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    found: dict[int, float] = {}
    for at in range(0, len(order), _JUDGED):
        batch = order[at : at + _JUDGED]
        logits, _ = network(to_batch([examples[i] for i in batch]))
        found.update(zip(batch, torch.logsumexp(logits, 1).tolist(), strict=True))
    return [found[i] for i in range(len(examples))]


def arrays_of(network: JointNetwork) -> dict[str, NDArray[np.float16]]:
    """What `joint_reader_from` reads, in half precision."""
    head = ("answer", "weigh", "judge")
    found = {f"adapter/{name.replace(_DOT, '.')}": p for name, p in network.adapter.items()}
    found |= {f"head/{n}": p for n, p in network.named_parameters() if n.split(".")[0] in head}
    return {name: p.detach().numpy().astype(np.float16) for name, p in found.items()}


def _share(inside: Tensor) -> Tensor:
    return inside.float() / inside.sum(-1, keepdim=True).clamp(min=1)


def _key(name: str, side: str) -> str:
    return f"{name}.{side}".replace(".", _DOT)
