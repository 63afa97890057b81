"""Call elements, judged by lines that stand in no lexicon."""
