"""Names that a database must be able to hold."""

from assessment.foundation.db import Base
from support.databases import import_all_models


def test_every_name_fits_into_postgresql() -> None:
    import_all_models()
    names = [str(part.name) for table in Base.metadata.sorted_tables for part in (*table.constraints, *table.indexes)]
    assert [name for name in names if len(name) > 63] == []
