"""Train the reader that the confidence of answers stands on, and say what it tells apart.

    train_reader.py --corpus corpus --gold tests/gold/{starter,pairs,lists}.jsonl \
        --exercises scripts/exercises.jsonl --squad EN.json ES.json --xquad EN.json ES.json \
        --work FOLDER

SQuAD 2.0 (https://rajpurkar.github.io/SQuAD-explorer/) in English and Spanish brings near misses,
XQuAD (https://github.com/google-deepmind/xquad) questions and texts in both languages, the gold
rows marked "dev" questions to the corpus; the exercises are our own paragraphs with near misses,
never held back. Stages: 1 encode, sentences by themselves and within their paragraphs, 2
cross-validate by article and pair and keep the readers blind to each fold in the work folder, for
`fit_abstention.py`, 3 train on everything, 4 write `reader.npz`. Of one core,
training the kind `within` took 47 minutes, encoding for it 13.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from paragraph_data import (
    CHUNK_TOKENS,
    GOLD,
    KINDS,
    Text,
    across,
    encode,
    gold_paragraphs,
    neighbours,
    read_exercises,
    read_texts,
)  # fmt: skip
from reader_training import Batch, Network, Paragraph, arrays_of, judge, to_batch, train
from sklearn.metrics import roc_auc_score

from strategy_qa.answer.reader import Asked, Reader, kinds_from
from strategy_qa.encode import Encoder, SentenceEncoder
from strategy_qa.evaluate import read_gold
from strategy_qa.index import Index
from strategy_qa.index.build import build_index
from strategy_qa.languages import LANGUAGES

FOLDS = 3
MEMBERS = 8  # networks of a kind, whose mean is taken; every second one has seen the exercises
EXERCISES = "exercises"  # the part of our own paragraphs: always seen
GOLD_TURNS = 2  # a gold row counts as often as so many others: there are few
TARGET = Path(__file__).parent.parent / "src" / "strategy_qa" / "answer"


def main(argv: Sequence[str] | None = None, *, encoder: Encoder | None = None) -> None:
    """Run all stages and say what they reach."""
    options = options_of(argv, __doc__)
    encoder = encoder or SentenceEncoder.load()
    xquad, squad = (list(map(read_texts, two, LANGUAGES)) for two in (options.xquad, options.squad))
    folder = options.work / "gold"
    build_index(options.corpus, folder, encoder=encoder, chunk_tokens=CHUNK_TOKENS)
    gold, index = read_gold(options.gold), Index.open(folder)
    exercises = read_exercises(options.exercises)
    data = {
        kind: [
            *_paragraphs(squad, xquad, encoder, kind=kind),
            *encode(exercises, encoder, part=EXERCISES, kind=kind),
            *gold_paragraphs(gold, index, encoder, kind=kind),
        ]
        for kind in KINDS
    }  # 1
    folds = _folds([p for paragraphs in data.values() for p in paragraphs])
    batches = {kind: [to_batch(p) for p in paragraphs] for kind, paragraphs in data.items()}
    _cross_validate(data, batches, folds, encoder.fingerprint, options.work)  # 2
    networks = {kind: _train_members(data[kind], batches[kind]) for kind in KINDS}  # 3
    arrays = arrays_of(networks, encoder.fingerprint)
    for kind in KINDS:
        _check_twins(networks[kind], kinds_from(arrays)[kind], data[kind][0])
    np.savez_compressed(TARGET / "reader.npz", **arrays)  # 4


def _paragraphs(
    squad: list[list[Text]], xquad: list[list[Text]], encoder: Encoder, *, kind: str
) -> Iterator[Paragraph]:
    for texts, language in zip(squad, LANGUAGES, strict=True):
        yield from encode(texts, encoder, part=f"squad {language}", kind=kind)
    for a, asking in enumerate(LANGUAGES):
        for b, answering in enumerate(LANGUAGES):
            texts = across(xquad[a], xquad[b])
            for each in (texts, neighbours(texts)):
                part = f"xquad {asking} over {answering}"
                yield from encode(each, encoder, part=part, kind=kind)


def _train_members(paragraphs: Sequence[Paragraph], batches: Sequence[Batch]) -> list[Network]:
    """Half of the networks without the exercises: both halves err, and not in the same way."""
    pairs = list(zip(paragraphs, batches, strict=True))
    again = [b for p, b in pairs if p.part == GOLD] * (GOLD_TURNS - 1)
    networks = []
    for seed in range(MEMBERS // 2):
        for exercised in (False, True):
            seen = [b for p, b in pairs if exercised or p.part != EXERCISES]
            networks.append(train([*seen, *again], seed=seed))
    return networks


def _folds(paragraphs: Sequence[Paragraph]) -> dict[str, int]:
    """A fold for every article to be held back; those with near misses are spread over all."""
    articles = dict.fromkeys(p.article for p in paragraphs if p.part != EXERCISES)
    return {article: i % FOLDS for i, article in enumerate(articles)}


def _cross_validate(
    data: Mapping[str, Sequence[Paragraph]],
    batches: Mapping[str, Sequence[Batch]],
    folds: dict[str, int],
    fingerprint: str,
    work: Path,
) -> None:
    """Keep the readers blind to each fold; say what they make of its articles, by kind."""
    logits: dict[str, list[tuple[bool, float]]] = {}
    for fold in range(FOLDS):
        blind: dict[str, list[Network]] = {}
        for kind, paragraphs in data.items():
            held_back = [p.part != EXERCISES and folds[p.article] == fold for p in paragraphs]
            kept = [i for i, held in enumerate(held_back) if not held]
            blind[kind] = _train_members(
                [paragraphs[i] for i in kept], [batches[kind][i] for i in kept]
            )
            for p, batch, held in zip(paragraphs, batches[kind], held_back, strict=True):
                if held:
                    found = judge(blind[kind], batch)
                    answerable = (q.gold is not None for q in p.questions)
                    group = logits.setdefault(f"{kind}, {p.part}", [])
                    group.extend(zip(answerable, found, strict=True))
        np.savez_compressed(work / f"reader-{fold}.npz", **arrays_of(blind, fingerprint))
    (work / "folds.json").write_text(json.dumps(folds, indent=2) + "\n", encoding="utf-8")
    for name, pairs in logits.items():
        print(f"reader, articles held back, {name}: {_auroc(pairs)}")


def _auroc(pairs: Sequence[tuple[bool, float]]) -> str:
    answerable, logits = zip(*pairs, strict=True)
    return f"AUROC {roc_auc_score(answerable, logits):.3f} ({len(pairs)})"


def _check_twins(networks: Sequence[Network], reader: Reader, paragraph: Paragraph) -> None:
    """The packaged arithmetic must say what the trained networks say."""
    expected = judge(networks, to_batch(paragraph))
    for question, logit in zip(paragraph.questions, expected, strict=True):
        asked = Asked(question.words, question.weights, question.nearby)
        every = [asked] * len(paragraph.sentences)
        found = np.logaddexp.reduce(reader.logits(every, paragraph.sentences))
        if abs(found - logit) > 0.05:
            sys.exit(f"the reader says {found:.3f}, the networks {logit:.3f}")


def options_of(argv: Sequence[str] | None, about: str | None) -> argparse.Namespace:
    """The data and the folder that training works with; `about` opens with what it trains."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0] if about else "")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--exercises", type=Path, required=True)
    parser.add_argument("--squad", type=Path, nargs=2, required=True)
    parser.add_argument("--xquad", type=Path, nargs=2, required=True)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for the readers of each fold"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
