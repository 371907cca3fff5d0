"""Accountability cases 倒查问责 from prompt to effect, interviews, and the ladders that only ever prompt."""
