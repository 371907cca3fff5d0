"""Official papers: dataclasses in, PDF bytes out, the same bytes every time."""
