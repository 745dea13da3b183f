"""Fit the confidence of answers: train the reader, then weigh it with the other features.

    fit_abstention.py --squad EN.json ES.json --xquad EN.json ES.json \
        --corpus corpus --gold tests/gold/starter.jsonl --work FOLDER

SQuAD 2.0 (https://rajpurkar.github.io/SQuAD-explorer/) in English and Spanish brings near misses,
XQuAD (https://github.com/google-deepmind/xquad) questions and texts in both languages. Stages:
1 encode, 2 cross-validate the reader by article, 3 train it on everything, 4 measure the features
of questions put to real indexes, 5 weigh them, 6 write `reader.npz` and `abstain.json`.
Only rows of the gold file marked "dev" are used. Takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from paragraph_data import Text, across, encode, neighbours, read_texts
from reader_training import Batch, Network, Paragraph, arrays_of, judge, to_batch, train
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from strategy_qa.answer.abstain import comparable, read_together
from strategy_qa.answer.extractive import pool_sentences
from strategy_qa.answer.reader import Asked, Readers, readers_from
from strategy_qa.encode import Encoder, SentenceEncoder
from strategy_qa.index import Index
from strategy_qa.index.build import build_index
from strategy_qa.index.words import question_words
from strategy_qa.search import search
from strategy_qa.text import detect_language
from strategy_qa.types import Filters

FOLDS = 3
MEMBERS = 2  # networks whose mean is taken
CHUNK_TOKENS = 300
EVERY = 6  # of XQuAD's questions, put to an index: enough to weigh a handful of features
REFUSED = 0.04  # of the answerable questions seen here fall below a confidence of 0.5
ANY = ("score", "foreign")  # what else is comparable says little without the reader
OWN = ("gap", "length", "reader", "cosine", "covered", "figures_missing", "names_missing")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_YEARS_BACK = 13  # no text here tells of the same matter in both years
TARGET = Path(__file__).parent.parent / "src" / "strategy_qa" / "answer"


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to an index."""

    group: str
    answerable: bool
    features: dict[str, float]


def main(argv: Sequence[str] | None = None, *, encoder: Encoder | None = None) -> None:
    """Run all stages and say what they reach."""
    options = _options(argv)
    encoder = encoder or SentenceEncoder.load()
    xquad = [read_texts(path) for path in options.xquad]
    paragraphs = list(_paragraphs([read_texts(p) for p in options.squad], xquad, encoder))  # 1
    folds = _folds(paragraphs)
    batches = [to_batch(p) for p in paragraphs]
    readers, logits = _cross_validate(paragraphs, batches, folds, encoder.fingerprint)  # 2
    for part, pairs in logits.items():
        print(f"reader, articles held back, {part}: {_auroc(pairs)}")
    networks = [train(batches, seed=seed) for seed in range(MEMBERS)]  # 3
    arrays = arrays_of(networks, encoder.fingerprint)
    _check_twins(networks, readers_from(arrays), paragraphs[0])
    rows = [  # 4
        *_corpus_rows(options, xquad, readers_from(arrays), encoder),
        *_xquad_rows(xquad, options.work, readers, folds, encoder),
    ]
    told_apart = [row for row in rows if row.group != "year"]  # by what any encoder can tell
    model = {"any": _weigh(told_apart, ANY), "own": _weigh(rows, (*ANY, *OWN))}  # 5
    np.savez_compressed(TARGET / "reader.npz", **arrays)  # 6
    (TARGET / "abstain.json").write_text(json.dumps(model, indent=2) + "\n", encoding="utf-8")


def _paragraphs(
    squad: list[list[Text]], xquad: list[list[Text]], encoder: Encoder
) -> Iterator[Paragraph]:
    for texts, language in zip(squad, ("en", "es"), strict=True):
        part = f"squad {language}"
        yield from encode(texts, encoder, part=part, asking=language, answering=language)
    for a, asking in enumerate(("en", "es")):
        for b, answering in enumerate(("en", "es")):
            texts = across(xquad[a], xquad[b])
            for each in (texts, neighbours(texts)):
                part = f"xquad {asking} over {answering}"
                yield from encode(each, encoder, part=part, asking=asking, answering=answering)


def _folds(paragraphs: Sequence[Paragraph]) -> dict[str, int]:
    """A fold for every article; those with near misses are spread over all folds."""
    articles = dict.fromkeys(p.article for p in paragraphs)
    return {article: i % FOLDS for i, article in enumerate(articles)}


def _cross_validate(
    paragraphs: Sequence[Paragraph],
    batches: Sequence[Batch],
    folds: dict[str, int],
    fingerprint: str,
) -> tuple[list[Readers], dict[str, list[tuple[bool, float]]]]:
    """The readers of each fold, blind to its articles, and what they make of them."""
    readers: list[Readers] = []
    logits: dict[str, list[tuple[bool, float]]] = {}
    for fold in range(FOLDS):
        held_back = [folds[p.article] == fold for p in paragraphs]
        seen = [b for b, held in zip(batches, held_back, strict=True) if not held]
        networks = [train(seen, seed=seed) for seed in range(MEMBERS)]
        readers.append(readers_from(arrays_of(networks, fingerprint)))
        for p, batch, held in zip(paragraphs, batches, held_back, strict=True):
            if held:
                found = judge(networks, batch)
                answerable = (q.gold is not None for q in p.questions)
                logits.setdefault(p.part, []).extend(zip(answerable, found, strict=True))
    return readers, logits


def _corpus_rows(
    options: argparse.Namespace, xquad: list[list[Text]], readers: Readers, encoder: Encoder
) -> Iterator[Row]:
    """The gold questions put to the corpus, and XQuAD's, which are astray there."""
    build_index(options.corpus, options.work / "gold", encoder=encoder, chunk_tokens=CHUNK_TOKENS)
    index = Index.open(options.work / "gold")
    for line in options.gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == "dev":
            group = "gold" if row["answerable"] else f"gold {row['kind']}"
            features = _features(index, encoder, readers, row["question"], Filters())
            yield Row(group, row["answerable"], features)
            if row["answerable"] and (other := _another_year(row["question"])):
                yield Row("year", False, _features(index, encoder, readers, other, Filters()))
    for texts in xquad:
        for question in [q for text in texts for q in text.questions][::EVERY]:
            features = _features(index, encoder, readers, question.text, Filters())
            yield Row("astray", False, features)


def _xquad_rows(
    xquad: list[list[Text]],
    work: Path,
    readers: Sequence[Readers],
    folds: dict[str, int],
    encoder: Encoder,
) -> Iterator[Row]:
    """XQuAD's questions with their article in the index and without it, in all directions."""
    documents = work / "xquad-corpus" / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    ids: dict[tuple[str, str], str] = {}
    for language, texts in zip(("en", "es"), xquad, strict=True):
        for n, article in enumerate(dict.fromkeys(t.article for t in texts)):
            contexts = [t.context for t in texts if t.article == article]
            ids[article, language] = f"{language}-{n:02d}"
            title = article.replace("_", " ")
            text = f"# {title}\n\n" + "\n\n".join(contexts)
            (documents / f"{ids[article, language]}.md").write_text(text, encoding="utf-8")
    build_index(documents.parent, work / "xquad", encoder=encoder, chunk_tokens=CHUNK_TOKENS)
    index = Index.open(work / "xquad")
    everything = frozenset(index.store.document_ids())
    for asking, texts in zip(("en", "es"), xquad, strict=True):
        pairs = [(t.article, q) for t in texts for q in t.questions][::EVERY]
        for article, question in pairs:
            blind = readers[folds[article]]
            for answering in ("en", "es"):
                gone = everything - {ids[article, language] for language in ("en", "es")}
                for answerable, left in ((True, everything), (False, gone)):
                    filters = Filters(documents=left, languages=frozenset({answering}))
                    features = _features(index, encoder, blind, question.text, filters)
                    yield Row(f"xquad {asking} over {answering}", answerable, features)
                if other := _another_year(question.text):
                    filters = Filters(languages=frozenset({answering}))
                    yield Row("year", False, _features(index, encoder, blind, other, filters))


def _another_year(question: str) -> str:
    """The question about other years; empty where it names none."""
    other = _YEAR.sub(lambda found: str(int(found.group()) - _YEARS_BACK), question)
    return other if other != question else ""


def _features(
    index: Index, encoder: Encoder, readers: Readers, question: str, filters: Filters
) -> dict[str, float]:
    language = detect_language(question)
    vector = encoder.encode_questions([question])[0]
    asked = question_words(encoder, index.lexical, question, language)
    matches = search(
        index, question, vector, asked, encoder=encoder, language=language, filters=filters, k=10
    )
    pool = pool_sentences(index, question, vector, matches, language=language)
    return comparable(question, matches, language=language) | read_together(
        readers, index, encoder, question, vector, pool, language=language
    )


def _weigh(rows: Sequence[Row], names: Sequence[str]) -> dict[str, object]:
    """Logistic regression; each kind of rows, answerable and not, counts alike."""
    x = np.array([[row.features[name] for name in names] for row in rows])
    y = np.array([row.answerable for row in rows])
    sides = [(row.group.split()[0], row.answerable) for row in rows]
    weights = np.array([1 / sides.count(side) for side in sides]) * len(rows) / len(set(sides))
    scale = x.std(0) + 1e-9
    fitted = LogisticRegression(C=0.3, max_iter=5_000).fit(x / scale, y, sample_weight=weights)
    slopes = fitted.coef_[0] / scale
    logits = x @ slopes
    bias = -float(np.quantile(logits[y], REFUSED))
    _report(rows, logits + bias, "own encoder" if "reader" in names else "any encoder")
    return {"weights": dict(zip(names, slopes.round(4).tolist(), strict=True)),
            "bias": round(bias, 4)}  # fmt: skip


def _report(rows: Sequence[Row], logits: np.ndarray, what: str) -> None:
    for group in dict.fromkeys(row.group for row in rows):
        for answerable in (True, False):
            these = [x for r, x in zip(rows, logits, strict=True)
                     if (r.group, r.answerable) == (group, answerable)]  # fmt: skip
            if these:
                side = "answerable" if answerable else "unanswerable"
                print(f"{what}: {group}, {side}, refused: {np.mean(np.array(these) < 0):.3f}")


def _auroc(pairs: Sequence[tuple[bool, float]]) -> str:
    answerable, logits = zip(*pairs, strict=True)
    return f"AUROC {roc_auc_score(answerable, logits):.3f} ({len(pairs)})"


def _check_twins(networks: Sequence[Network], readers: Readers, paragraph: Paragraph) -> None:
    """The packaged arithmetic must say what the trained networks say."""
    expected = judge(networks, to_batch(paragraph))
    for question, logit in zip(paragraph.questions, expected, strict=True):
        asked = Asked(question.words, question.weights, question.nearby)
        found = np.logaddexp.reduce([readers.logit(asked, s) for s in paragraph.sentences])
        if abs(found - logit) > 0.05:
            sys.exit(f"the readers say {found:.3f}, the networks {logit:.3f}")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--squad", type=Path, nargs=2, required=True)
    parser.add_argument("--xquad", type=Path, nargs=2, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
