"""Fit the confidence of answers: weigh what tells answerable questions from others.

    fit_abstention.py --corpus corpus --gold tests/gold/*.jsonl --xquad EN.json ES.json \
        --squad EN.json ES.json --work FOLDER

Stages: 1 put the gold rows marked "dev" to the corpus, 2 put XQuAD's questions to an index with
their article in it and without it, 3 put SQuAD's to its articles, 4 weigh the features and report
what a fit makes of articles and pairs of questions it has not seen, 5 write `abstain.json`. All
are read by the readers that `train_reader.py` and `train_joint.py` left in the work folder, each
blind to the articles and pairs it reads.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from paragraph_data import CHUNK_TOKENS, Text, find, pair_of, read_texts
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from strategy_qa.answer.abstain import comparable, read_together
from strategy_qa.answer.insists import lacking
from strategy_qa.answer.reader import Readers, read_readers
from strategy_qa.answer.reading import read_jointly, reread
from strategy_qa.encode import Encoder, SentenceEncoder
from strategy_qa.evaluate import read_gold
from strategy_qa.index import Index
from strategy_qa.index.build import build_index
from strategy_qa.languages import LANGUAGES
from strategy_qa.types import Filters

FOLDS = 10
EVERY = 8  # of XQuAD's questions and of SQuAD's: enough to weigh a handful of features
# Weight of a question of XQuAD, SQuAD or a pair; one as officials ask counts 1. 0.1 to 1 tried.
ELSEWHERE = 0.3
# Of what officials ask and is answered, judged by fits and readers that have not seen it. Readers
# that learnt from all rows are surer: of `officials.jsonl`, of which no reader has seen a row, the
# packaged ones refuse half as much.
REFUSED = 0.05
OFFICIALS, PAIRS = "gold", "pairs"  # gold rows as officials ask, and made to be told apart
ANY = ("score", "length", "unoffered", "years_missing", "other_years", "countries_missing",
       "denial_missing")  # these mean the same with every encoder  # fmt: skip
# Where readers read, the score tells nothing more.
OWN = (*ANY[1:], "reader", "first", "cosine", "figures_missing", "names_missing")
TARGET = Path(__file__).parent.parent / "src" / "strategy_qa" / "answer" / "abstain.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to an index."""

    group: str
    alike: str  # a pair of gold questions, or an article: never on both sides of a fit
    answerable: bool
    features: dict[str, float]

    @property
    def of(self) -> str:
        """The data it is of: the first word of its group."""
        return self.group.split()[0]


def main(argv: Sequence[str] | None = None, *, encoder: Encoder | None = None) -> None:
    """Run all stages and say what they reach."""
    options = _options(argv)
    encoder = encoder or SentenceEncoder.load()
    xquad, squad = (
        list(map(read_texts, paths, LANGUAGES)) for paths in (options.xquad, options.squad)
    )
    readers, folds = _blind_readers(options.work)
    rows = [
        *_gold_rows(options, readers, folds, encoder),
        *_rows_of(xquad, options.work / "xquad", readers, folds, encoder, across=True),
        *_rows_of(squad, options.work / "squad", readers, folds, encoder, across=False),
    ]
    model = {
        "any": _weigh(rows, ANY),
        "own": _weigh(rows, OWN),
    }
    TARGET.write_text(json.dumps(model, indent=2) + "\n", encoding="utf-8")


def _gold_rows(
    options: argparse.Namespace,
    readers: Sequence[Readers],
    folds: dict[str, int],
    encoder: Encoder,
) -> Iterator[Row]:
    folder = options.work / "gold"
    build_index(options.corpus, folder, encoder=encoder, chunk_tokens=CHUNK_TOKENS)
    index = Index.open(folder)
    questions = read_gold(options.gold)
    times = Counter(pair_of(gold.id) for gold in questions)
    for gold in questions:
        if gold.split == "dev":
            pair = pair_of(gold.id)
            kind = "answerable" if gold.answerable else gold.kind
            group = f"{OFFICIALS if times[pair] == 1 else PAIRS} {kind}"
            # No reader has seen a question that was left out of the training (officials.jsonl).
            blind = readers[folds.get(pair, 0)]
            features = _features(index, encoder, blind, gold.question, Filters())
            yield Row(group, pair, gold.answerable, features)


def _rows_of(
    languages: Sequence[list[Text]],
    work: Path,
    readers: Sequence[Readers],
    folds: dict[str, int],
    encoder: Encoder,
    *,
    across: bool,
) -> Iterator[Row]:
    """A data set's questions; `across` languages, and with and without their article, or as is."""
    index, ids = _index_of(languages, work, encoder)
    for asking, texts in zip(LANGUAGES, languages, strict=True):
        for article, question in [(t.article, q) for t in texts for q in t.questions][::EVERY]:
            for answering in LANGUAGES if across else (asking,):
                spoken = {each for (_, language), each in ids.items() if language == answering}
                cases = [(question.place is not None, spoken)]
                if across:
                    cases.append((False, spoken - {ids[article, answering]}))
                for answerable, left in cases:
                    filters = Filters(documents=frozenset(left))
                    features = _features(
                        index, encoder, readers[folds[article]], question.text, filters
                    )
                    group = f"{work.name} {asking} over {answering}"
                    yield Row(group, article, answerable, features)


def _index_of(
    languages: Sequence[list[Text]], folder: Path, encoder: Encoder
) -> tuple[Index, dict[tuple[str, str], str]]:
    """An index with a document for each article and language, and the ids of these documents."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    ids: dict[tuple[str, str], str] = {}
    for language, texts in zip(LANGUAGES, languages, strict=True):
        for n, article in enumerate(dict.fromkeys(text.article for text in texts)):
            contexts = [text.context for text in texts if text.article == article]
            ids[article, language] = f"{language}-{n:02d}"
            text = f"# {article.replace('_', ' ')}\n\n" + "\n\n".join(contexts)
            (documents / f"{ids[article, language]}.md").write_text(text, encoding="utf-8")
    build_index(folder, folder / "index", encoder=encoder, chunk_tokens=CHUNK_TOKENS)
    return Index.open(folder / "index"), ids


def _features(
    index: Index, encoder: Encoder, readers: Readers, question: str, filters: Filters
) -> dict[str, float]:
    found = find(index, encoder, question, filters)
    asked, language = found.asked, found.asked.language
    pool, judged = reread(readers, index, encoder, asked.said, found.pool, language=language)
    judged = read_jointly(readers.joint, encoder, asked.text, judged)
    return (
        comparable(question, found.matches)
        | lacking(index, question, pool, language=language)
        | read_together(judged, index, asked.vector)
    )


def _weigh(rows: Sequence[Row], names: Sequence[str]) -> dict[str, object]:
    """The weights of a confidence that at 0.5 refuses little of what officials ask rightly."""
    blind = np.zeros(len(rows))
    for train, test in GroupKFold(FOLDS).split(rows, groups=[row.alike for row in rows]):
        slopes, bias = _fit([rows[i] for i in train], names)
        blind[test] = _table([rows[i] for i in test], names) @ slopes + bias
    slopes, bias = _fit(rows, names)
    asked = np.array([row.of == OFFICIALS and row.answerable for row in rows])
    shift = float(np.quantile(blind[asked], REFUSED))
    print(*names)
    _report(rows, blind - shift)
    return {
        "weights": dict(zip(names, slopes.round(4).tolist(), strict=True)),
        "bias": round(bias - shift, 4),
    }


def _fit(rows: Sequence[Row], names: Sequence[str]) -> tuple[np.ndarray, float]:
    """Logistic regression: slopes and bias."""
    x = _table(rows, names)
    weights = np.array([1 if row.of == OFFICIALS else ELSEWHERE for row in rows])
    scale = x.std(0) + 1e-9
    model = LogisticRegression(C=0.1, max_iter=5_000)
    model.fit(x / scale, [row.answerable for row in rows], sample_weight=weights)
    return model.coef_[0] / scale, float(model.intercept_[0])


def _table(rows: Sequence[Row], names: Sequence[str]) -> np.ndarray:
    return np.array([[row.features[name] for name in names] for row in rows])


def _report(rows: Sequence[Row], logits: np.ndarray) -> None:
    """What is refused of each group, and how well it is told from the answerable of its data."""
    answerable = np.array([row.answerable for row in rows])
    groups = np.array([row.group for row in rows])
    for group in dict.fromkeys(row.group for row in rows):
        of = group.split()[0]
        same = [row.of == of for row in rows] if of in (OFFICIALS, PAIRS) else groups == group
        no, yes = (groups == group) & ~answerable, answerable & same
        told = f"{np.mean(logits[yes] < 0):.3f} of the answerable refused"
        if no.any():
            told += f", {np.mean(logits[no] < 0):.3f} of {no.sum()} others, AUROC "
            told += f"{roc_auc_score(answerable[yes | no], logits[yes | no]):.3f}"
        print(f"  {group}: {told}")


def _blind_readers(work: Path) -> tuple[list[Readers], dict[str, int]]:
    """The readers of each fold, and the fold of each article."""
    folds = json.loads((work / "folds.json").read_text(encoding="utf-8"))
    numbers = range(max(folds.values()) + 1)
    return [read_readers(work / f"reader-{n}.npz", work / f"joint-{n}.npz") for n in numbers], folds


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--xquad", type=Path, nargs=2, required=True)
    parser.add_argument("--squad", type=Path, nargs=2, required=True)
    parser.add_argument("--work", type=Path, required=True, help="of train_reader.py, too")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
