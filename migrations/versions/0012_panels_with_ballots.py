"""Panels: who sits on them, their ballots until they are counted, and what the count gave."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_ballot = sa.Column("by_ballot", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("submission", by_ballot)
    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=10), nullable=False),
        sa.Column("convened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('convened', 'open', 'closed', 'counted', 'cancelled')", name=op.f("ck_panel_state_known")
        ),
        sa.CheckConstraint("quorum >= 3", name=op.f("ck_panel_quorum_keeps_secrets")),
        sa.CheckConstraint(
            "state IN ('convened', 'cancelled') OR closes_at IS NOT NULL", name=op.f("ck_panel_open_until_a_moment")
        ),
        sa.CheckConstraint(
            "state <> 'counted' OR counted_at IS NOT NULL", name=op.f("ck_panel_counted_at_a_moment")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_panel_period_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_panel_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("number", name=op.f("uq_panel_number")),
    )
    for name in ("period_id", "state"):
        op.create_index(op.f(f"ix_panel_{name}"), "panel", [name])
    _seats()
    _tallies()


def _seats() -> None:
    op.create_table(
        "panel_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'handed_in')", name=op.f("ck_panel_seat_state_known")),
        sa.CheckConstraint(
            "(state = 'handed_in') = (handed_in_at IS NOT NULL)", name=op.f("ck_panel_seat_handed_in_at_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'handed_in') = (length(sha256) = 64)", name=op.f("ck_panel_seat_handed_in_under_seal")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_seat_panel_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_seat_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seat")),
        sa.UniqueConstraint("panel_id", "person_id", name=op.f("uq_panel_seat_panel_id_person_id")),
    )
    for name in ("person_id", "state"):
        op.create_index(op.f(f"ix_panel_seat_{name}"), "panel_seat", [name])


def _tallies() -> None:
    op.create_table(
        "panel_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('given', 'withheld', 'not_applicable')", name=op.f("ck_panel_tally_outcome_known")
        ),
        sa.CheckConstraint("outcome = 'given' OR marks = ''", name=op.f("ck_panel_tally_too_few_are_not_told")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_tally_panel_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_panel_tally_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_tally")),
        sa.UniqueConstraint(
            "panel_id", "submission_id", "item_code", name=op.f("uq_panel_tally_panel_id_submission_id_item_code")
        ),
    )
    op.create_index(op.f("ix_panel_tally_submission_id"), "panel_tally", ["submission_id"])


COUNTS = ("ballots", "abstained", "barred", "counted", "least", "left_out")


def downgrade() -> None:
    for name in ("panel_tally", "panel_seat", "panel"):
        op.drop_table(name)
    op.drop_column("submission", "by_ballot")
