"""jieba's dictionary is loaded from what jieba keeps of it, and by jieba itself without that."""

import marshal
from pathlib import Path

import jieba
import pytest

from nabla.site.chinese import load_dictionary


@pytest.fixture
def tokenizer(tmp_path: Path) -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path)
    return tokenizer


def keep(folder: Path, words: dict[str, int]) -> None:
    (folder / "jieba.cache").write_bytes(marshal.dumps((words, sum(words.values()))))


def test_words_come_from_the_file_that_jieba_keeps(tokenizer, tmp_path):
    keep(tmp_path, {"梯": 0, "梯度": 3, "度": 1})
    load_dictionary(tokenizer)

    assert tokenizer.lcut("梯度", HMM=False) == ["梯度"]
    assert tokenizer.total == 4


def test_it_is_the_dictionary_that_jieba_would_load():
    jieba.initialize()
    tokenizer = jieba.Tokenizer()
    load_dictionary(tokenizer)

    assert (tokenizer.FREQ, tokenizer.total) == (jieba.dt.FREQ, jieba.dt.total)


@pytest.mark.parametrize("content", [b"", b"no dictionary", marshal.dumps(3)])
def test_a_broken_file_is_left_to_jieba(tokenizer, tmp_path, content):
    (tmp_path / "jieba.cache").write_bytes(content)
    load_dictionary(tokenizer)

    assert not tokenizer.initialized


def test_a_missing_file_is_left_to_jieba(tokenizer):
    load_dictionary(tokenizer)

    assert not tokenizer.initialized


def test_a_dictionary_of_ones_own_is_left_to_jieba(tokenizer, tmp_path):
    keep(tmp_path, {"梯度": 3})
    (tmp_path / "own.txt").write_text("斜率 3\n", encoding="utf-8")
    tokenizer.set_dictionary(str(tmp_path / "own.txt"))
    load_dictionary(tokenizer)

    assert tokenizer.lcut("斜率", HMM=False) == ["斜率"]


def test_a_dictionary_that_is_there_stays(tokenizer, tmp_path):
    keep(tmp_path, {"梯度": 3})
    load_dictionary(tokenizer)
    keep(tmp_path, {"斜率": 3})
    load_dictionary(tokenizer)

    assert set(tokenizer.FREQ) == {"梯度"}
