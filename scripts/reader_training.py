"""Trains `strategy_qa.answer.reader` on questions over paragraphs; used by `train_reader.py`.

One batch is a paragraph: all its questions against all its sentences. Each question chooses one
sentence or "none" (cross entropy); where the answer's place is known, its words are learned too.
Some answerable questions are made unanswerable on the way: a word that the answering sentence
holds gives way to a word of another question (another year, another name).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from strategy_qa.answer.evidence import MARKS, Words, same_words

_WIDTH, _UNITS, _DROPOUT = 48, 24, 0.25
_EPOCHS, _RATE, _DECAY, _GROUP = 4, 2e-3, 0.02, 3  # paragraphs a step
_SWAPPED = 0.2  # of the answerable questions, at each turn; 0 to 0.5 tried
_SPAN_WEIGHT = 0.3  # of the loss on the answer's words


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to one paragraph."""

    words: Words
    weights: NDArray[np.float32]
    nearby: NDArray[np.float32]
    gold: int | None  # its answering sentence; None for "none"
    answer: NDArray[np.bool_] | None  # which words of that sentence are the answer


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit of training and of evaluation."""

    article: str
    part: str  # which data set it is of
    sentences: tuple[Words, ...]
    questions: tuple[Question, ...]


Batch = dict[str, Tensor]
ForeignWords = dict[tuple[float, ...], list[tuple[Tensor, Tensor]]]

_FUNCTION, _NEARBY = MARKS.index("function"), len(MARKS) + 1  # columns of what is known of a word


def to_batch(paragraph: Paragraph) -> Batch:
    """Padded tensors of one paragraph."""
    questions, sentences = paragraph.questions, paragraph.sentences
    n = max(len(q.words) for q in questions)
    m = max(len(s) for s in sentences)
    shape = (len(questions), len(sentences))
    dimension = sentences[0].vectors.shape[1]
    batch = {
        "q": np.zeros((shape[0], n, dimension), np.float16),
        "q_known": np.zeros((shape[0], n, len(MARKS) + 2), np.float32),
        "q_padding": np.full((shape[0], n), -1e4, np.float32),
        "s": np.zeros((shape[1], m, dimension), np.float16),
        "s_marks": np.zeros((shape[1], m, len(MARKS)), np.float32),
        "s_padding": np.full((shape[1], m), -1e4, np.float32),
        "same": np.zeros((*shape, n, m), np.float32),
        "gold": np.full(shape[0], shape[1]),
        "answer": np.zeros((*shape, m), np.float32),
    }
    for j, sentence in enumerate(sentences):
        k = len(sentence)
        batch["s"][j, :k], batch["s_marks"][j, :k] = sentence.vectors, sentence.marks
        batch["s_padding"][j, :k] = 0
    for i, question in enumerate(questions):
        k = len(question.words)
        batch["q"][i, :k] = question.words.vectors
        batch["q_known"][i, :k] = np.column_stack(
            [question.words.marks, question.weights, question.nearby]
        )
        batch["q_padding"][i, :k] = 0
        for j, sentence in enumerate(sentences):
            batch["same"][i, j, :k, : len(sentence)] = same_words(question.words, sentence)
        if question.gold is not None:
            batch["gold"][i] = question.gold
            if question.answer is not None:
                batch["answer"][i, question.gold, : len(question.answer)] = question.answer
    return {name: torch.from_numpy(array) for name, array in batch.items()}


class Network(nn.Module):
    """The torch twin of `Reader.logits`, over a batch."""

    def __init__(self, centre: Tensor) -> None:
        super().__init__()
        d, h, u = len(centre), _WIDTH, _UNITS
        self.register_buffer("centre", centre)
        self.attention = nn.Parameter(torch.tensor([4.0, 6.0, 2.0]))
        self.align = nn.Linear(d, h, bias=False)
        self.met, self.met_weight = nn.Linear(2 * h + 6 + len(MARKS), u), nn.Linear(u, 1)
        self.asks, self.asks_weight, self.offers = nn.Linear(d, h), nn.Linear(h, 1), nn.Linear(d, h)
        self.offered, self.answer = nn.Linear(h + 3 + len(MARKS), u), nn.Linear(u, 1)
        self.weigh, self.judge = nn.Linear(3 * u + 1, 16), nn.Linear(16, 1)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, b: Batch) -> tuple[Tensor, Tensor]:
        """Logits (questions, sentences) and answer logits (questions, sentences, words)."""
        question = functional.normalize(b["q"].float() - self.centre, dim=-1)
        other = functional.normalize(b["s"].float() - self.centre, dim=-1)
        same, s_out, q_out = b["same"], b["s_padding"], b["q_padding"]
        near = torch.einsum("ind,jmd->ijnm", question, other)
        question, other = self.dropout(question), self.dropout(other)
        q = functional.normalize(self.align(question), dim=-1)
        s = functional.normalize(self.align(other), dim=-1)
        meant = torch.einsum("inh,jmh->ijnm", q, s)
        across, down = s_out[None, :, None], q_out[:, None, :, None]
        mix = self.attention[0] * meant + self.attention[1] * near + self.attention[2] * same
        found = torch.einsum("ijnm,jmh->ijnh", torch.softmax(mix + across, -1), s)
        q = q[:, None].expand_as(found)
        met_by_form = same.amax(-1)
        known = b["q_known"][:, None].expand(-1, len(b["s"]), -1, -1)
        best = [(near + across).amax(-1), (meant + across).amax(-1), met_by_form]
        best.append(met_by_form * known[..., len(MARKS)])
        met = torch.cat([6 * q * found, 6 * (q - found).abs(), torch.stack(best, -1), known], -1)
        met = torch.relu(self.met(met))
        weight = torch.softmax(self.met_weight(met)[..., 0] + q_out[:, None], -1)
        asks = self.asks(question)
        focus = torch.softmax(self.asks_weight(torch.tanh(asks))[..., 0] + q_out, -1)
        wanted = torch.einsum("in,inh->ih", focus, asks)
        offers = wanted[:, None, None] * self.offers(other)[None]
        best = [(near + down).amax(2), (meant + down).amax(2), same.amax(2)]
        marks = b["s_marks"][None].expand(len(b["q"]), -1, -1, -1)
        offered = torch.relu(self.offered(torch.cat([offers, torch.stack(best, -1), marks], -1)))
        answer = self.answer(offered)[..., 0] + s_out[None]
        evidence = [
            torch.einsum("ijn,ijnu->iju", weight, met),
            (met + q_out[:, None, :, None]).amax(2).clamp(min=0),
            torch.einsum("ijm,ijmu->iju", torch.softmax(answer, -1), offered),
            answer.amax(-1, keepdim=True).clamp(-20, 20) / 5,
        ]
        hidden = torch.relu(self.weigh(self.dropout(torch.cat(evidence, -1))))
        return self.judge(hidden)[..., 0], answer


def train(batches: Sequence[Batch], *, seed: int = 0) -> Network:
    """A network fitted to some paragraphs."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    words = torch.cat([b["s"][b["s_padding"] == 0] for b in batches[::5]])
    network = Network(words.float().mean(0))
    foreign = _foreign_words(batches, order)
    steps = _EPOCHS * -(-len(batches) // _GROUP)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    queue = list(batches)
    for _ in range(_EPOCHS):
        order.shuffle(queue)
        for at in range(0, len(queue), _GROUP):
            group = [_swap(b, foreign, order) for b in queue[at : at + _GROUP]]
            optimiser.zero_grad()
            loss = torch.stack([_loss(network, b) for b in group]).sum()
            (loss / sum(len(b["gold"]) for b in group)).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return network.eval()


def _foreign_words(batches: Sequence[Batch], order: random.Random) -> ForeignWords:
    """Content words of questions, with what is known of them, by their marks."""
    found: ForeignWords = {}
    for batch in order.sample(batches, min(len(batches), 500)):
        content = (batch["q_padding"] == 0) & (batch["q_known"][..., _FUNCTION] == 0)
        for vector, known in zip(batch["q"][content], batch["q_known"][content], strict=True):
            found.setdefault(_sort_of(known), []).append((vector.clone(), known.clone()))
    return found


def _swap(batch: Batch, foreign: ForeignWords, order: random.Random) -> Batch:
    """The batch with some answerable questions changed into ones its paragraph cannot answer."""
    none = len(batch["s"])
    batch = {name: tensor.clone() for name, tensor in batch.items()}
    for i, gold in enumerate(batch["gold"].tolist()):
        if gold == none or order.random() >= _SWAPPED:
            continue
        met = torch.nonzero(batch["same"][i, gold].any(-1))[:, 0].tolist()
        if not met:
            continue
        k = order.choice(met)
        sort = _sort_of(batch["q_known"][i, k])
        if sort in foreign:
            batch["q"][i, k], batch["q_known"][i, k] = order.choice(foreign[sort])
            batch["q_known"][i, k, _NEARBY] = 0
            batch["same"][i, :, k] = 0
            batch["answer"][i] = 0
            batch["gold"][i] = none
    return batch


def _sort_of(known: Tensor) -> tuple[float, ...]:
    """Figures give way to figures, names to names."""
    return tuple(known[[MARKS.index("figure"), MARKS.index("name")]].tolist())


def _loss(network: Network, batch: Batch) -> Tensor:
    logits, answer = network(batch)
    gold = batch["gold"]
    none = torch.zeros(len(logits), 1)
    loss = functional.cross_entropy(torch.cat([logits, none], 1), gold, reduction="sum")
    rows = torch.nonzero(gold < logits.shape[1])[:, 0]
    place = batch["answer"][rows, gold[rows]]
    words = torch.log_softmax(answer[rows, gold[rows]], -1) * place
    return loss - _SPAN_WEIGHT * (words.sum(1) / place.sum(1).clamp(min=1)).sum()


@torch.inference_mode()
def judge(networks: Sequence[Network], batch: Batch) -> NDArray[np.float64]:
    """For each question of a paragraph the log-odds that any of its sentences answers."""
    mean = torch.stack([network(batch)[0] for network in networks]).mean(0)
    return torch.logsumexp(mean, 1).double().numpy()


def arrays_of(
    networks: Mapping[str, Sequence[Network]], fingerprint: str
) -> dict[str, NDArray[np.generic]]:
    """What `kinds_from` reads, in half precision; networks by the kind of their readers."""
    return {
        f"{kind}/{n}/{name}": tensor.numpy().astype(np.float16)
        for kind, members in networks.items()
        for n, network in enumerate(members)
        for name, tensor in network.state_dict().items()
    } | {"fingerprint": np.array(fingerprint)}
