"""A made-up country: as many units, indicators, periods, tasks and people as are asked for, by a seed.

Nothing in it is real: places are numbered, values are drawn. Units, posts, earlier periods and tasks are laid as rows,
by COPY where the database has it; what they are judged by stands in the trail, in lots, as an import writes it. The
scheme, its approval and the newest period go the way that people go.
"""
