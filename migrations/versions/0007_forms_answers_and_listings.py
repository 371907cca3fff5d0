"""Checklists from forms, answers item by item, rates of a draw, second opinions, listed supervision, similar problems."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = "'check', 'select_one', 'integer', 'decimal', 'text', 'image'"


def upgrade() -> None:
    op.add_column("checklist", sa.Column("full_points", sa.BigInteger(), nullable=True))
    op.add_column("checklist", sa.Column("grades", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(  # SQLite adds a column with its check only so; by the column it also goes again
        "ALTER TABLE checklist_item ADD COLUMN kind VARCHAR(20) DEFAULT 'check' NOT NULL "
        f"CONSTRAINT ck_checklist_item_kind_known CHECK (kind IN ({KINDS}))"
    )
    op.add_column("checklist_item", sa.Column("choices", sa.JSON(), nullable=False, server_default="[]"))
    for name in ("is_required", "wants_photo"):
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("checklist_item", column)
    for table, name in TEXTS:
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("campaign", sa.Column("rates", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("finding", sa.Column("sent_as", sa.String(length=64), nullable=True))
    op.create_index("uq_finding_sent_as", "finding", ["sent_as"], unique=True)
    op.execute(
        "ALTER TABLE task ADD COLUMN similar_to_id INTEGER CONSTRAINT fk_task_similar_to_id REFERENCES task (id)"
    )
    op.create_index(op.f("ix_task_similar_to_id"), "task", ["similar_to_id"])
    _answers()
    _opinions()
    _listings()


TEXTS = (
    ("checklist_item", "relevant"), ("checklist_item", "must_hold"), ("campaign", "documents"),
    ("campaign", "excess_reason"),
)  # fmt: skip


def _answers() -> None:
    op.create_table(
        "visit_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_as", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("writer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('in_order', 'problem', 'not_applicable')", name=op.f("ck_visit_answer_outcome_known")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_answer_visit_id")),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_item.id"], name=op.f("fk_visit_answer_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_answer")),
        sa.UniqueConstraint("visit_id", "item_id", name=op.f("uq_visit_answer_visit_id_item_id")),
    )


def _opinions() -> None:
    op.create_table(
        "second_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("severity", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(severity = '') = (given_at IS NULL)", name=op.f("ck_second_opinion_given_at_a_moment")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_second_opinion_campaign_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_second_opinion_finding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_opinion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_opinion")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_second_opinion_finding_id")),
    )
    op.create_index(op.f("ix_second_opinion_campaign_id"), "second_opinion", ["campaign_id"])
    op.create_index(op.f("ix_second_opinion_person_id"), "second_opinion", ["person_id"])


def _listings() -> None:
    op.create_table(
        "listed_supervision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("demand_zh", sa.Text(), nullable=False),
        sa.Column("demand_en", sa.Text(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publish_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closure_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('listed', 'public', 'closure_public')", name=op.f("ck_listed_supervision_state_known")
        ),
        sa.CheckConstraint(
            "state = 'listed' OR published_at IS NOT NULL", name=op.f("ck_listed_supervision_public_since_a_moment")
        ),
        sa.CheckConstraint(
            "state <> 'closure_public' OR closure_published_at IS NOT NULL",
            name=op.f("ck_listed_supervision_closed_in_public"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_listed_supervision_unit_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_listed_supervision_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_supervision")),
        sa.UniqueConstraint("number", name=op.f("uq_listed_supervision_number")),
        sa.UniqueConstraint("task_id", name=op.f("uq_listed_supervision_task_id")),
    )
    for name in ("unit_id", "state"):
        op.create_index(op.f(f"ix_listed_supervision_{name}"), "listed_supervision", [name])


def downgrade() -> None:
    for name in ("listed_supervision", "second_opinion", "visit_answer"):
        op.drop_table(name)
    op.drop_index(op.f("ix_task_similar_to_id"), "task")
    with op.batch_alter_table("task") as task:
        task.drop_column("similar_to_id")
    op.drop_index("uq_finding_sent_as", "finding")
    op.drop_column("finding", "sent_as")
    op.drop_column("campaign", "rates")
    for table, name in TEXTS[::-1]:
        op.drop_column(table, name)
    for name in ("wants_photo", "is_required", "choices", "kind"):
        op.drop_column("checklist_item", name)
    for name in ("grades", "full_points"):
        op.drop_column("checklist", name)
