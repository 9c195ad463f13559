"""The speech child: words to checked Ogg Opus clips, named by their sha256."""
