"""A round's amounts may come from a formula, or from the step that a unit reaches."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MODES = ("pool", "ladder", "top", "most_improved")


def upgrade() -> None:
    checked((*MODES[:2], "formula", "thresholds", *MODES[2:]), "mode IN ('top', 'most_improved') OR money <> ''")


def downgrade() -> None:
    """Before this, amounts that are not shared were steps of a ladder; the trail keeps what such a round was."""
    op.execute(sa.text("UPDATE reward_round SET mode = 'ladder' WHERE mode IN ('formula', 'thresholds')"))
    checked(MODES, "mode NOT IN ('pool', 'ladder') OR money <> ''")


def checked(modes: tuple[str, ...], money: str) -> None:
    known = ", ".join(f"'{mode}'" for mode in modes)
    with op.batch_alter_table("reward_round") as table:
        for name, law in (("mode_known", f"mode IN ({known})"), ("money_has_a_unit", money)):
            table.drop_constraint(op.f(f"ck_reward_round_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_reward_round_{name}"), law)
