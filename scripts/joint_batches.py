"""The examples that `joint_training` learns from: in batches, some questions changed on the way.

Some answerable questions are made unanswerable: a word that the answering sentence holds gives way
to a word of another question.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_TOKENS, _WINDOW = 4_000, 600  # of a batch; examples that are sorted by length together
_PARAGRAPHS = 60  # that are sorted by length together

Batch = dict[str, Tensor]
Ids = NDArray[np.int32]
Words = dict[tuple[str, ...], list[Ids]]


@dataclass(frozen=True, slots=True)
class Told:
    """A telling word of a question."""

    tokens: slice
    sort: str  # figures give way to figures, names to names
    met: bool  # whether the answering sentence holds it


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage, as `pairs.pair_tokens` gives them."""

    article: str
    part: str  # which data set it is of
    language: str  # of the question
    ids: Ids
    question: slice
    sentence: NDArray[np.int16]  # of each token; -1 for none
    gold: int | None  # the answering sentence; None for "none"
    answer: NDArray[np.bool_]  # which tokens are the answer
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Some examples, gone through so many times."""

    examples: Sequence[Example]
    turns: float
    rate: float
    swapped: float  # of the answerable questions
    close: float = 0.0  # of these by a word of another question to the article, where there is one
    compared: frozenset[str] = frozenset()  # parts whose questions to a paragraph stand together


def batches_of(stage: Stage, order: random.Random) -> Iterator[list[Example]]:
    """Batches without end, in no order; each turn has its own."""
    words = _words_of(stage.examples)
    while True:
        for batch in turn_of(stage, order):
            yield [_swap(each, words, order, stage) for each in batch]


def turn_of(stage: Stage, order: random.Random) -> list[list[Example]]:
    """One turn: whole paragraphs together in the parts that are compared, else like lengths."""
    paragraphs: dict[tuple[str, str, bytes], list[Example]] = {}
    others: list[list[Example]] = []
    for each in stage.examples:
        if each.part in stage.compared:
            passage = each.ids[each.question.stop :].tobytes()
            paragraphs.setdefault((each.part, each.article, passage), []).append(each)
        else:
            others.append([each])
    batches = [
        *_batches(list(paragraphs.values()), order, window=_PARAGRAPHS),
        *_batches(others, order, window=_WINDOW),
    ]
    order.shuffle(batches)
    return batches


def _batches(
    groups: Sequence[list[Example]], order: random.Random, *, window: int
) -> Iterator[list[Example]]:
    """Groups of like length together, in no order."""
    queue = list(groups)
    order.shuffle(queue)
    for at in range(0, len(queue), window):
        batch: list[Example] = []
        for group in sorted(queue[at : at + window], key=lambda each: len(each[0].ids)):
            longest = max(len(each.ids) for each in (*batch, *group))
            if batch and (len(batch) + len(group)) * longest > _TOKENS:
                yield batch
                batch = []
            batch = [*batch, *group]
        if batch:
            yield batch


def _words_of(examples: Sequence[Example]) -> Words:
    """The telling words of questions, by language and sort, and by article, language and sort."""
    found: Words = {}
    for each in examples:
        for told in each.told:
            word = each.ids[told.tokens]
            for place in (each.language,), (each.article, each.language):
                found.setdefault((*place, told.sort), []).append(word)
    return found


def _swap(example: Example, words: Words, order: random.Random, stage: Stage) -> Example:
    """The example, or one that its passage does not answer: a word of the question is another."""
    met = [told for told in example.told if told.met]
    if example.gold is None or not met or order.random() >= stage.swapped:
        return example
    told = order.choice(met)
    known = words[example.language, told.sort]
    if stage.close and order.random() < stage.close:
        right = set(example.ids[example.sentence == example.gold].tolist())
        near = words[example.article, example.language, told.sort]
        known = [word for word in near if right.isdisjoint(word.tolist())] or known
    new = order.choice(known)
    start, end = told.tokens.start, told.tokens.stop
    if np.array_equal(new, example.ids[start:end]):
        return example
    longer = len(new) - (end - start)
    ids = np.concatenate([example.ids[:start], new, example.ids[end:]])
    sentence = np.concatenate(
        [example.sentence[:start], np.full(len(new), -1, np.int16), example.sentence[end:]]
    )
    question = slice(example.question.start, example.question.stop + longer)
    answer = np.zeros(len(ids), bool)
    return replace(
        example, ids=ids, sentence=sentence, question=question, gold=None, answer=answer, told=()
    )


def to_batch(examples: Sequence[Example]) -> Batch:
    """Padded tensors of some examples."""
    tokens = max(len(x.ids) for x in examples)
    sentences = max(int(x.sentence.max()) for x in examples) + 1
    batch = {
        "ids": torch.ones(len(examples), tokens, dtype=torch.long),
        "mask": torch.zeros(len(examples), tokens, dtype=torch.long),
        "question": torch.zeros(len(examples), tokens, dtype=torch.bool),
        "inside": torch.zeros(len(examples), sentences, tokens, dtype=torch.bool),
        "answer": torch.zeros(len(examples), tokens, dtype=torch.bool),
        "gold": torch.tensor([sentences if x.gold is None else x.gold for x in examples]),
    }
    for i, x in enumerate(examples):
        batch["ids"][i, : len(x.ids)] = torch.from_numpy(x.ids)
        batch["mask"][i, : len(x.ids)] = 1
        batch["question"][i, x.question] = True
        batch["answer"][i, : len(x.ids)] = torch.from_numpy(x.answer)
        which = torch.from_numpy(x.sentence)
        for k in range(sentences):
            batch["inside"][i, k, : len(x.ids)] = which == k
    return batch
