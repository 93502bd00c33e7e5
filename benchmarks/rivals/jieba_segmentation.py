"""Plain jieba: segment the text, dictionary loaded beforehand, default settings."""

import hashlib

import jieba
from turns import take_turns


def set_up(task):
    """Load the dictionary; the work is one segmentation of the whole text."""
    jieba.initialize()
    text = task["text"]

    def work():
        words = jieba.lcut(text)
        return lambda: hashlib.sha256("".join(words).encode()).hexdigest()

    return work


take_turns(set_up)
