"""Cases decided by the vote of several; circumstances, dissent and declarations; in what range a decision is told."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OUTCOMES = "('no_case', 'interview', 'written_inspection', 'circulated_criticism', 'proposal')"
CIRCULATIONS = "('unit', 'superior', 'localities')"
TEXTS = ("circular", "inspection")
MOMENTS = ("circulated_at", "inspection_at", "sealed_at")


def upgrade() -> None:
    case = "accountability_case"
    op.add_column(case, sa.Column("norms", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(case, sa.Column("deciders", sa.Integer(), nullable=False, server_default="3"))
    for name in TEXTS:
        op.add_column(case, sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in MOMENTS:
        op.add_column(case, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # With its condition, which neither database takes later without writing the table anew (SQLite).
    op.execute(
        f"ALTER TABLE {case} ADD COLUMN circulation VARCHAR(20) NOT NULL DEFAULT 'unit' "
        f"CONSTRAINT ck_accountability_case_circulation_known CHECK (circulation IN {CIRCULATIONS})"
    )
    op.add_column("case_investigator", sa.Column("stepped_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "ALTER TABLE case_investigator ADD COLUMN aside_why TEXT NOT NULL DEFAULT '' "
        "CONSTRAINT ck_case_investigator_stepped_aside_for_a_reason "
        "CHECK ((stepped_aside_at IS NULL) = (aside_why = ''))"
    )
    op.add_column("case_investigator", sa.Column("dissent", sa.Text(), nullable=False, server_default=""))
    _create_circumstances()
    _create_panels()


def _create_circumstances() -> None:
    op.create_table(
        "case_circumstance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('exempting', 'dissent', 'mitigating', 'aggravating')", name=op.f("ck_case_circumstance_kind_known")
        ),
        sa.CheckConstraint(
            "kind <> 'dissent' OR responsible_id IS NOT NULL", name=op.f("ck_case_circumstance_dissent_is_somebodys")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_circumstance_case_id")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["case_responsible.id"], name=op.f("fk_case_circumstance_responsible_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_circumstance")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_circumstance_case_id_number")),
    )
    op.create_index("ix_case_circumstance_case_id", "case_circumstance", ["case_id"])


def _create_panels() -> None:
    op.create_table(
        "case_declaration",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "part IN ('opener', 'legal_reviewer', 'decider')", name=op.f("ck_case_declaration_part_known")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_case_declaration_in_words")),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_declaration_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_declaration_person_id")),
        sa.PrimaryKeyConstraint("case_id", "part", "person_id", name=op.f("pk_case_declaration")),
    )
    op.create_index("ix_case_declaration_person_id", "case_declaration", ["person_id"])
    op.create_table(
        "case_motion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("publicity", sa.Text(), nullable=False),
        sa.Column("circulation", sa.String(length=20), nullable=False),
        sa.Column("circular", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("execute_by", sa.Date(), nullable=True),
        sa.Column("effect_until", sa.Date(), nullable=True),
        sa.Column("moved_by", sa.String(length=80), nullable=False),
        sa.Column("moved_label", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("fate IN ('open', 'carried', 'lost')", name=op.f("ck_case_motion_fate_known")),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_case_motion_outcome_known")),
        sa.CheckConstraint(f"circulation IN {CIRCULATIONS}", name=op.f("ck_case_motion_circulation_known")),
        sa.CheckConstraint("decision <> ''", name=op.f("ck_case_motion_with_reasons")),
        sa.CheckConstraint(
            "outcome <> 'circulated_criticism' OR circular <> ''", name=op.f("ck_case_motion_circulated_in_words")
        ),
        sa.CheckConstraint(
            "(fate = 'open') = (settled_at IS NULL)", name=op.f("ck_case_motion_settled_at_a_time")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_motion_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_motion")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_motion_case_id_number")),
    )
    op.create_index("ix_case_motion_case_id", "case_motion", ["case_id"])
    op.create_table(
        "case_vote",
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("ballot", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ballot IN ('in_favour', 'against', 'abstained')", name=op.f("ck_case_vote_ballot_known")),
        sa.CheckConstraint("ballot <> 'against' OR reason <> ''", name=op.f("ck_case_vote_dissent_in_words")),
        sa.ForeignKeyConstraint(["motion_id"], ["case_motion.id"], name=op.f("fk_case_vote_motion_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_vote_person_id")),
        sa.PrimaryKeyConstraint("motion_id", "person_id", name=op.f("pk_case_vote")),
    )
    op.create_index("ix_case_vote_person_id", "case_vote", ["person_id"])


def downgrade() -> None:
    for table in ("case_vote", "case_motion", "case_declaration", "case_circumstance"):
        op.drop_table(table)
    for name in ("dissent", "aside_why", "stepped_aside_at"):
        op.drop_column("case_investigator", name)
    for name in ("circulation", *MOMENTS[::-1], *TEXTS[::-1], "deciders", "norms"):
        op.drop_column("accountability_case", name)
