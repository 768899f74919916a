"""Text prepared so that what is alike in any language has parts in common: trigrams of words, as pg_trgm counts them.

Chinese and Japanese write no spaces, so pg_trgm would see a sentence as one word, in which two characters in common
count for nothing. Here each pair of neighbours becomes a word. Python counts the same trigrams where pg_trgm is not there.
"""

import re
import unicodedata
from functools import lru_cache

# words that have less in common than this are different ones
WORD_MINIMUM = 0.4

# what English needs for its grammar says nothing about a complaint
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have", "he", "her",
    "his", "i", "in", "is", "it", "its", "my", "no", "not", "of", "on", "or", "our", "she", "so", "than", "that", "the",
    "their", "then", "there", "these", "they", "this", "those", "to", "was", "we", "were", "when", "which", "who",
    "with", "you", "your",
))

HIRAGANA = "\u3041-\u309f"
IDEOGRAMS = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u30a1-\u30ff\U00020000-\U0003ffff"  # and katakana
WORD = re.compile(rf"[{IDEOGRAMS}{HIRAGANA}]+|[^\W_{IDEOGRAMS}{HIRAGANA}]+")
# hiragana carry the grammar of Japanese, these characters that of Chinese
GRAMMAR = re.compile(rf"[{HIRAGANA}的了是在有和與与也被很]+")
UNSPACED = re.compile(rf"[{IDEOGRAMS}{HIRAGANA}]")


def normalize(text):
    """The words of a plain text that are worth comparing, separated by spaces: small letters without accents,
    and each two neighbours of what is written without spaces.
    """
    words = []
    for word in WORD.findall(unicodedata.normalize("NFKC", text or "").casefold()):
        if UNSPACED.match(word):
            # a word in hiragana alone is more than grammar
            runs = [run for run in GRAMMAR.split(word) if run] or [word]
            words += [run[i:i + 2] for run in runs for i in range(max(len(run) - 1, 1))]
        elif word not in STOP_WORDS:
            words.append(_strip_accents(word))
    return " ".join(words)


def _strip_accents(word):
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def compare(text, other):
    """How alike two prepared texts are, from 0 to 1: as `quality.similarity.mixin` does it in SQL with pg_trgm.

    Either as a whole, or by how much of the title of each, its first line, is in the other.
    """
    words, other_words = text.split(), other.split()
    return max(
        _get_likeness(_get_trigrams(*words), _get_trigrams(*other_words)),
        (_get_share(text, other_words) + _get_share(other, words)) / 2,
    )


@lru_cache(10_000)
def _get_trigrams(*words):
    return frozenset(f"  {word} "[i:i + 3] for word in words for i in range(len(word) + 1))


def _get_likeness(trigrams, others):
    common = len(trigrams & others)
    return common / (len(trigrams) + len(others) - common) if common else 0.0


def _get_share(text, other_words):
    """How much of the title's words is among the others; each counts as far as it is like the one that is most like it."""
    title = text.partition("\n")[0].split()
    best = [
        max((_get_likeness(_get_trigrams(word), _get_trigrams(other)) for other in set(other_words)), default=0)
        for word in title
    ]
    return sum(likeness for likeness in best if likeness >= WORD_MINIMUM) / len(title) if title else 0.0
