"""The dictionary by which the search plugin finds the words of a Chinese text."""

import logging
import marshal
import tempfile
from contextlib import suppress
from pathlib import Path

import jieba


def load_dictionary(tokenizer: jieba.Tokenizer = jieba.dt) -> None:
    """Load what jieba keeps of its dictionary; without that, jieba makes it when it needs it.

    jieba has marshal read the file, once for each of half a million words, where
    reading the whole and taking it apart in memory takes a quarter of the time. A
    dictionary of one's own, which the search plugin can be given, jieba loads itself.
    """
    jieba.setLogLevel(logging.WARNING)
    if tokenizer.initialized or tokenizer.dictionary != jieba.DEFAULT_DICT:
        return
    kept = Path(tokenizer.tmp_dir or tempfile.gettempdir(), tokenizer.cache_file or "jieba.cache")
    with suppress(OSError, ValueError, EOFError, TypeError):
        tokenizer.FREQ, tokenizer.total = marshal.loads(kept.read_bytes())
        tokenizer.initialized = True
