"""The house: every table of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_row",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("refs_digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_row")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_row_hash")),
    )
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_row_who"), ["who"], unique=False)

    op.create_table(
        "business_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stands_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_clock")),
    )
    op.create_table(
        "consequence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consequence", sa.String(length=40), nullable=False),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("origin_occurrence", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("result_kind", sa.String(length=60), nullable=False),
        sa.Column("result_id", sa.String(length=80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consequence")),
        sa.UniqueConstraint(
            "consequence", "origin_kind", "origin_id", "origin_occurrence", "rule", name="uq_consequence_given_once"
        ),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "outbox_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_item")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_item_key")),
    )
    with op.batch_alter_table("outbox_item", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_item_waiting", ["done_at", "not_before"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_person_language_known")),
        sa.CheckConstraint("state IN ('invited', 'active', 'suspended', 'ended')", name=op.f("ck_person_state_known")),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_person_username_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_state"), ["state"], unique=False)

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'right', 'wrong', 'locked')", name=op.f("ck_sign_in_attempt_outcome_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_account_at", ["account", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_at"), ["at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_source_at", ["source", "at"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256_whole")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_positive")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county', 'body')", name=op.f("ck_unit_level_known")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_unit_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "working_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("covered", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_working_day")),
    )
    op.create_table(
        "audit_body",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["audit_row.seq"], name=op.f("fk_audit_body_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_body")),
    )
    op.create_table(
        "audit_ref",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_row.seq"], name=op.f("fk_audit_ref_seq")),
        sa.PrimaryKeyConstraint("seq", "relation", "kind", "record_id", name=op.f("pk_audit_ref")),
    )
    with op.batch_alter_table("audit_ref", schema=None) as batch_op:
        batch_op.create_index("ix_audit_ref_record", ["kind", "record_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("usable_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "diary_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("cancelled_at IS NULL OR done_at IS NULL", name=op.f("ck_diary_entry_done_or_cancelled")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_diary_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entry")),
        sa.UniqueConstraint(
            "step",
            "subject_kind",
            "subject_id",
            "planned_at",
            name=op.f("uq_diary_entry_step_subject_kind_subject_id_planned_at"),
        ),
    )
    with op.batch_alter_table("diary_entry", schema=None) as batch_op:
        batch_op.create_index("ix_diary_entry_waiting", ["done_at", "due_at"], unique=False)

    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("grant_duty", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'asked') = (decided_by = '')", name=op.f("ck_extension_decided_by_somebody")),
        sa.CheckConstraint(
            "(state = 'granted') = (granted_until IS NOT NULL)", name=op.f("ck_extension_granted_until_a_time")
        ),
        sa.CheckConstraint("state IN ('asked', 'granted', 'refused')", name=op.f("ck_extension_state_known")),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_extension_by_somebody_else")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_extension_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_grant_duty"), ["grant_duty"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("title_zh", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(received_at IS NULL) = (received_by = '')", name=op.f("ck_paper_receipt_signed")),
        sa.CheckConstraint(
            "(state = 'received') = (received_at IS NOT NULL)", name=op.f("ck_paper_received_by_signature")
        ),
        sa.CheckConstraint(
            "state IN ('issued', 'available', 'opened', 'received', 'deemed_received', 'failed')",
            name=op.f("ck_paper_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('issued', 'failed') OR available_at IS NOT NULL", name=op.f("ck_paper_available_at_a_time")
        ),
        sa.CheckConstraint("deemed_at IS NULL OR deemed_at > available_at", name=op.f("ck_paper_deemed_later")),
        sa.CheckConstraint("opened_at IS NULL OR opened_at >= available_at", name=op.f("ck_paper_opened_when_there")),
        sa.CheckConstraint(
            "received_at IS NULL OR received_at >= available_at", name=op.f("ck_paper_received_when_there")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_paper_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_state"), ["state"], unique=False)
        batch_op.create_index("ix_paper_state_deemed_at", ["state", "deemed_at"], unique=False)
        batch_op.create_index("ix_paper_subject", ["subject_kind", "subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("unit_id <> parent_id", name=op.f("ck_placement_not_below_itself")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_placement_dates_in_order")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_placement_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_placement_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_post_dates_in_order")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_post_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("authority_zh", sa.String(length=200), nullable=False),
        sa.Column("authority_en", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("is_illustrative", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_programme_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "second_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=20), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'frozen' OR length(seed) = 20", name=op.f("ck_second_look_drawn_with_a_seed")),
        sa.CheckConstraint("state IN ('frozen', 'drawn', 'closed')", name=op.f("ck_second_look_state_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_second_look_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look")),
        sa.UniqueConstraint("number", name=op.f("uq_second_look_number")),
    )
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_look_state"), ["state"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("is_seen_as", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "succession",
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("share", sa.String(length=42), nullable=False),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_succession_not_its_own_heir")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["unit.id"], name=op.f("fk_succession_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_succession_successor_id")),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_succession")),
    )
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_succession_successor_id"), ["successor_id"], unique=False)

    op.create_table(
        "unit_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_unit_name_dates_in_order")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
    )
    with op.batch_alter_table("unit_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_name_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "checklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('drafted', 'in_use', 'superseded')", name=op.f("ck_checklist_state_known")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_checklist_programme_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_checklist_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("programme_id", "code", "edition", name=op.f("uq_checklist_programme_id_code_edition")),
    )
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checklist_state"), ["state"], unique=False)

    op.create_table(
        "extension_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["extension_id"], ["extension.id"], name=op.f("fk_extension_item_extension_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_extension_item_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_item")),
    )
    with op.batch_alter_table("extension_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_item_extension_id"), ["extension_id"], unique=False)
        batch_op.create_index("ix_extension_item_subject", ["subject_kind", "subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_item_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("is_acting", sa.Boolean(), nullable=False),
        sa.Column("granted_by", sa.String(length=80), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> granted_by OR granted_by = 'set-up'",
            name=op.f("ck_holding_two_hands"),
        ),
        sa.CheckConstraint("NOT is_acting OR valid_to IS NOT NULL", name=op.f("ck_holding_acting_for_a_time")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_holding_dates_in_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_holding_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_holding_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holding_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_holding_post_id"), ["post_id"], unique=False)

    op.create_table(
        "post_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=False),
        sa.Column("covers", sa.String(length=10), nullable=False),
        sa.Column("granted_by", sa.String(length=80), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> granted_by OR granted_by = 'set-up'",
            name=op.f("ck_post_duty_two_hands"),
        ),
        sa.CheckConstraint("covers IN ('subtree', 'unit', 'all')", name=op.f("ck_post_duty_covers_known")),
        sa.CheckConstraint(
            "duty IN ('administer', 'plan_cycles', 'set_values', 'compute', 'prepare', 'extend_reporting', 'admit_objections', 'publish', 'approve', 'confirm_adjustments', 'open_cases', 'call_interviews', 'plan_inspections', 'keep_checklists', 'draw', 'settle_findings', 'accept_plans', 'extend_tasks', 'admit_inspection_objections', 'lead_inspection', 'inspect', 'sign_letters', 'report', 'receive_papers', 'answer_notices', 'object', 'reply', 'provide_data', 'verify', 'review', 'review_law', 'investigate', 'decide_cases', 'audit', 'clock', 'set_up', 'own_account')",
            name=op.f("ck_post_duty_duty_known"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_post_duty_dates_in_order")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_duty_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_duty")),
    )
    with op.batch_alter_table("post_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_duty_duty"), ["duty"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_duty_post_id"), ["post_id"], unique=False)

    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("judged_by", sa.String(length=80), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commended_by", sa.String(length=80), nullable=False),
        sa.Column("commended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'commended' OR (commended_at IS NOT NULL AND commended_by <> judged_by)",
            name=op.f("ck_practice_commended"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'accepted', 'declined', 'commended', 'withdrawn')",
            name=op.f("ck_practice_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'commended') OR accepted_at IS NOT NULL", name=op.f("ck_practice_accepted")
        ),
        sa.CheckConstraint("length(title) > 0 AND length(text) > 0", name=op.f("ck_practice_says_something")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_practice_programme_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_practice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practice_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_practice_state"), ["state"], unique=False)
        batch_op.create_index("ix_practice_unit_day", ["unit_id", "submitted_on"], unique=False)

    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_from", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'checked', 'submitted', 'approved', 'returned', 'in_force', 'superseded')",
            name=op.f("ck_scheme_version_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'superseded') OR (approved_by <> '' AND approved_by <> submitted_by)",
            name=op.f("ck_scheme_version_approved_by_another"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('in_force', 'superseded') OR in_force_from <> ''",
            name=op.f("ck_scheme_version_in_force_from"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'approved', 'in_force', 'superseded') OR submitted_by <> ''",
            name=op.f("ck_scheme_version_submitted"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_scheme_version_sealed")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_scheme_version_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_scheme_version_programme_id_number")),
    )
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_version_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheme_version_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheme_version_state"), ["state"], unique=False)

    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("scope_zh", sa.Text(), nullable=False),
        sa.Column("scope_en", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("per_object", sa.Integer(), nullable=False),
        sa.Column("comment_within", sa.String(length=10), nullable=False),
        sa.Column("is_illustrative", sa.Boolean(), nullable=False),
        sa.Column("population_hash", sa.String(length=64), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.String(length=20), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bulletin_number", sa.String(length=60), nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "seed = '' OR (length(seed) = 20 AND population_hash <> '')",
            name=op.f("ck_campaign_frozen_before_the_seed"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'approved') OR seed <> ''", name=op.f("ck_campaign_drawn_with_a_seed")
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'approved', 'drawn', 'under_way', 'concluded', 'closed')",
            name=op.f("ck_campaign_state_known"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_campaign_days_in_order")),
        sa.CheckConstraint("per_object >= 2", name=op.f("ck_campaign_two_inspectors_at_least")),
        sa.CheckConstraint("sample > 0", name=op.f("ck_campaign_draws_something")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_campaign_checklist_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_campaign_programme_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_campaign_scheme_version_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("number", name=op.f("uq_campaign_number")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_state"), ["state"], unique=False)

    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("section_zh", sa.String(length=200), nullable=False),
        sa.Column("section_en", sa.String(length=200), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("method_zh", sa.Text(), nullable=False),
        sa.Column("method_en", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=60), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_checklist_item_points_not_negative")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_item_checklist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("checklist_id", "code", name=op.f("uq_checklist_item_checklist_id_code")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("amends_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.String(length=20), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_to", sa.Date(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("drafted_by", sa.String(length=80), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=80), nullable=False),
        sa.Column("signed_label", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("countersigned_by", sa.String(length=80), nullable=False),
        sa.Column("countersigned_label", sa.Text(), nullable=False),
        sa.Column("countersigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(amends_id IS NULL) = (ground IS NULL) AND (amends_id IS NULL OR evidence <> '')",
            name=op.f("ck_letter_amended_on_a_ground"),
        ),
        sa.CheckConstraint(
            "ground IN ('policy_change', 'reorganisation', 'force_majeure')", name=op.f("ck_letter_ground_known")
        ),
        sa.CheckConstraint(
            "state <> 'in_force' OR (countersigned_by <> '' AND countersigned_by <> signed_by)",
            name=op.f("ck_letter_countersigned"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'offered', 'signed', 'in_force', 'ended')", name=op.f("ck_letter_state_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'in_force') OR amends_id IS NOT NULL OR signed_by <> ''",
            name=op.f("ck_letter_signed_by_somebody"),
        ),
        sa.CheckConstraint("(amends_id IS NULL) = (version_number = 1)", name=op.f("ck_letter_first_version")),
        sa.CheckConstraint(
            "effective_from >= term_from AND effective_from <= term_to", name=op.f("ck_letter_effective_in_term")
        ),
        sa.CheckConstraint("term_from <= term_to", name=op.f("ck_letter_term")),
        sa.ForeignKeyConstraint(["amends_id"], ["letter.id"], name=op.f("fk_letter_amends_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_letter_programme_id")),
        sa.ForeignKeyConstraint(["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_letter_scheme_version_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_letter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint(
            "programme_id",
            "unit_id",
            "number",
            "version_number",
            name=op.f("uq_letter_programme_id_unit_id_number_version_number"),
        ),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_effect", ["programme_id", "effective_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_within", sa.String(length=10), nullable=False),
        sa.Column("plan_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_notice_scheme_version_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
        sa.UniqueConstraint(
            "origin_kind", "origin_id", "unit_id", name=op.f("uq_notice_origin_kind_origin_id_unit_id")
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "period",
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verify_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('month', 'quarter', 'year')", name=op.f("ck_period_kind_known")),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'verifying', 'provisional', 'objections', 'approved', 'publicity', 'published', 'consequences', 'closed', 'cancelled')",
            name=op.f("ck_period_state_known"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_period_days")),
        sa.CheckConstraint(
            "report_by IS NULL OR late_until IS NULL OR report_by <= late_until", name=op.f("ck_period_late_after_due")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_period_programme_id")),
        sa.ForeignKeyConstraint(["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_period_scheme_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_period_programme_id_code")),
    )
    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_period_state"), ["state"], unique=False)

    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("points", sa.String(length=42), nullable=True),
        sa.Column("effect", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("ground_en", sa.Text(), nullable=False),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("origin_occurrence", sa.String(length=80), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('bonus', 'deduction', 'veto', 'band_cap', 'eligibility')", name=op.f("ck_adjustment_kind_known")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('bonus', 'deduction') OR points IS NOT NULL",
            name=op.f("ck_adjustment_points_where_they_count"),
        ),
        sa.CheckConstraint("points IS NULL OR points NOT LIKE '-%'", name=op.f("ck_adjustment_points_are_a_magnitude")),
        sa.CheckConstraint(
            "state IN ('proposed', 'heard', 'confirmed', 'refused', 'lifted')", name=op.f("ck_adjustment_state_known")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_adjustment_period_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_adjustment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint(
            "clause", "unit_id", "origin_kind", "origin_id", "origin_occurrence", name="uq_adjustment_proposed_once"
        ),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index("ix_adjustment_period_unit", ["period_id", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_state"), ["state"], unique=False)

    op.create_table(
        "campaign_inspector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("may_lead", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_inspector_campaign_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_campaign_inspector_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_inspector")),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_campaign_inspector_campaign_id_code")),
        sa.UniqueConstraint("campaign_id", "person_id", name=op.f("uq_campaign_inspector_campaign_id_person_id")),
    )
    op.create_table(
        "campaign_object",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("stratum", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_object_campaign_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_object_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_object")),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_campaign_object_campaign_id_code")),
    )
    with op.batch_alter_table("campaign_object", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_object_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_by", sa.String(length=80), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("results_sha256", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('provisional', 'approved', 'superseded')", name=op.f("ck_edition_state_known")),
        sa.CheckConstraint("length(inputs_sha256) = 64", name=op.f("ck_edition_sealed")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_edition_period_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_edition_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("period_id", "number", name=op.f("uq_edition_period_id_number")),
    )
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_state"), ["state"], unique=False)

    op.create_table(
        "letter_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("value_code", sa.String(length=60), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=42), nullable=False),
        sa.CheckConstraint(
            "month IS NULL OR (month >= 1 AND month <= 12)", name=op.f("ck_letter_target_month_of_the_year")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_target_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_target")),
        sa.UniqueConstraint(
            "letter_id", "value_code", "month", name=op.f("uq_letter_target_letter_id_value_code_month")
        ),
    )
    with op.batch_alter_table("letter_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_target_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('lodged', 'admitted', 'inadmissible', 'assigned', 'decided', 'applied', 'closed', 'withdrawn')",
            name=op.f("ck_objection_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('assigned', 'decided', 'applied') OR reviewer_id IS NOT NULL",
            name=op.f("ck_objection_has_a_reviewer"),
        ),
        sa.CheckConstraint("lodged_at <= window_until", name=op.f("ck_objection_lodged_in_time")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_objection_period_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_objection_reviewer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_objection_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("number", name=op.f("uq_objection_number")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index("ix_objection_origin", ["origin_kind", "origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_period_id"), ["period_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "period_part",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.String(length=42), nullable=False),
        sa.CheckConstraint("period_id <> part_id", name=op.f("ck_period_part_not_itself")),
        sa.ForeignKeyConstraint(["part_id"], ["period.id"], name=op.f("fk_period_part_part_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_period_part_period_id")),
        sa.PrimaryKeyConstraint("period_id", "part_id", name=op.f("pk_period_part")),
    )
    with op.batch_alter_table("period_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_part_part_id"), ["part_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorser_unit_id", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(length=80), nullable=True),
        sa.Column("receipts", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("submitted_label", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=80), nullable=False),
        sa.Column("validated_by", sa.String(length=80), nullable=False),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'returned' OR return_due_at IS NOT NULL", name=op.f("ck_submission_return_due")),
        sa.CheckConstraint(
            "state IN ('due', 'draft', 'submitted', 'endorsed', 'returned', 'verified', 'validated')",
            name=op.f("ck_submission_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'endorsed', 'verified') OR (receipt <> '' AND submitted_by <> '')",
            name=op.f("ck_submission_receipt"),
        ),
        sa.CheckConstraint("due_at <= late_until", name=op.f("ck_submission_late_after_due")),
        sa.ForeignKeyConstraint(["endorser_unit_id"], ["unit.id"], name=op.f("fk_submission_endorser_unit_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_submission_period_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_submission_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("receipt", name=op.f("uq_submission_receipt")),
        sa.UniqueConstraint("unit_id", "period_id", "source", name=op.f("uq_submission_unit_id_period_id_source")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index("ix_submission_period_state", ["period_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=60), nullable=False),
        sa.Column("severity_zh", sa.String(length=60), nullable=False),
        sa.Column("severity_en", sa.String(length=60), nullable=False),
        sa.Column("is_major", sa.Boolean(), nullable=False),
        sa.Column("needs_plan", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_extension_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_in_time", sa.Boolean(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("escalated_to", sa.String(length=60), nullable=False),
        sa.Column("is_excused", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state != 'closed' OR closed_at IS NOT NULL", name=op.f("ck_task_closed_at_a_moment")),
        sa.CheckConstraint(
            "state != 'closed' OR reported_at IS NOT NULL", name=op.f("ck_task_closed_only_after_a_report")
        ),
        sa.CheckConstraint(
            "state IN ('issued', 'received', 'plan_filed', 'plan_returned', 'plan_accepted', 'under_way', 'reported_done', 'rechecked', 'returned', 'closed', 'withdrawn')",
            name=op.f("ck_task_state_known"),
        ),
        sa.CheckConstraint("reopen_count >= 0", name=op.f("ck_task_reopened_so_often")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_task_notice_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("number", name=op.f("uq_task_number")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index("ix_task_origin", ["origin_kind", "origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_state"), ["state"], unique=False)
        batch_op.create_index("ix_task_unit_due", ["unit_id", "due_at"], unique=False)
        batch_op.create_index("ix_task_unit_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "accountability_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("proposes", sa.String(length=60), nullable=False),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("origin_occurrence", sa.String(length=80), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("computation", sa.JSON(), nullable=False),
        sa.Column("prompted_by", sa.String(length=80), nullable=False),
        sa.Column("prompted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=60), nullable=False),
        sa.Column("flagged", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("allegations", sa.Text(), nullable=False),
        sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_within", sa.String(length=8), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("norm", sa.Text(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("conduct", sa.String(length=10), nullable=True),
        sa.Column("exempting", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.String(length=80), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_opinion", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=80), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("publicity", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("organ_answer", sa.Text(), nullable=False),
        sa.Column("organ_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("execute_by", sa.Date(), nullable=True),
        sa.Column("effect_until", sa.Date(), nullable=True),
        sa.Column("appeal_within", sa.String(length=8), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_by <> '')", name=op.f("ck_accountability_case_settled_by_something")
        ),
        sa.CheckConstraint(
            "conduct IN ('improper', 'weak', 'none')", name=op.f("ck_accountability_case_conduct_known")
        ),
        sa.CheckConstraint(
            "decided_by = '' OR decided_by <> opened_by", name=op.f("ck_accountability_case_decided_by_another")
        ),
        sa.CheckConstraint(
            "outcome IN ('no_case', 'interview', 'written_inspection', 'circulated_criticism', 'proposal')",
            name=op.f("ck_accountability_case_outcome_known"),
        ),
        sa.CheckConstraint(
            "reviewed_by = '' OR reviewed_by NOT IN (opened_by, decided_by)",
            name=op.f("ck_accountability_case_reviewed_by_another"),
        ),
        sa.CheckConstraint(
            "source IN ('ladder', 'overdue_task', 'false_closure', 'veto', 'person')",
            name=op.f("ck_accountability_case_source_known"),
        ),
        sa.CheckConstraint(
            "state IN ('prompted', 'dismissed', 'settled') OR (opened_at IS NOT NULL AND ground <> '')",
            name=op.f("ck_accountability_case_opened_on_a_ground"),
        ),
        sa.CheckConstraint(
            "state IN ('prompted', 'dismissed', 'settled', 'opened') OR notice_at IS NOT NULL",
            name=op.f("ck_accountability_case_heard_first"),
        ),
        sa.CheckConstraint(
            "state IN ('prompted', 'dismissed', 'settled', 'opened', 'notice_served', 'replied', 'lapsed', 'reported', 'returned', 'law_reviewed') OR (outcome IS NOT NULL AND decision <> '')",
            name=op.f("ck_accountability_case_decided_with_reasons"),
        ),
        sa.CheckConstraint(
            "state IN ('prompted', 'dismissed', 'settled', 'opened', 'notice_served', 'replied', 'lapsed', 'reported', 'returned', 'law_reviewed', 'decided', 'served', 'executed', 'expired', 'revoked')",
            name=op.f("ck_accountability_case_state_known"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_accountability_case_edition_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_accountability_case_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accountability_case")),
        sa.UniqueConstraint("number", name=op.f("uq_accountability_case_number")),
        sa.UniqueConstraint(
            "rule",
            "unit_id",
            "origin_kind",
            "origin_id",
            "origin_occurrence",
            name="uq_accountability_case_prompted_once",
        ),
    )
    with op.batch_alter_table("accountability_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accountability_case_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_accountability_case_origin", ["origin_kind", "origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_accountability_case_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_accountability_case_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("audit_head", sa.String(length=64), nullable=False),
        sa.Column("body_zh", sa.String(length=64), nullable=False),
        sa.Column("body_en", sa.String(length=64), nullable=False),
        sa.Column("signed_zh", sa.String(length=64), nullable=False),
        sa.Column("signed_en", sa.String(length=64), nullable=False),
        sa.Column("drafted_by", sa.String(length=80), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'returned') OR (number <> '' AND length(body_zh) = 64 AND length(body_en) = 64 AND length(audit_head) = 64)",
            name=op.f("ck_bulletin_fixed_from_submission"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'submitted', 'approved', 'returned', 'published', 'superseded', 'withdrawn')",
            name=op.f("ck_bulletin_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'superseded', 'withdrawn') OR (length(signed_zh) = 64 AND length(signed_en) = 64)",
            name=op.f("ck_bulletin_signed_when_published"),
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["bulletin.id"], name=op.f("fk_bulletin_corrects_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_bulletin_edition_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_bulletin_programme_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bulletin_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("edition_id", "attempt", name=op.f("uq_bulletin_edition_id_attempt")),
    )
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulletin_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bulletin_state"), ["state"], unique=False)

    op.create_table(
        "campaign_recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_recusal_campaign_id")),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["campaign_inspector.id"], name=op.f("fk_campaign_recusal_inspector_id")
        ),
        sa.ForeignKeyConstraint(["object_id"], ["campaign_object.id"], name=op.f("fk_campaign_recusal_object_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_recusal")),
        sa.UniqueConstraint("inspector_id", "object_id", name=op.f("uq_campaign_recusal_inspector_id_object_id")),
    )
    with op.batch_alter_table("campaign_recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_recusal_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("proposes", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_escalation_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_task_id"), ["task_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("value_code", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64 AND size > 0", name=op.f("ck_evidence_file")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_evidence_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "submission_id", "value_code", "sha256", name=op.f("uq_evidence_submission_id_value_code_sha256")
        ),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "false_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("established_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_false_closure_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_false_closure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_false_closure")),
        sa.UniqueConstraint("task_id", "occurrence", name=op.f("uq_false_closure_task_id_occurrence")),
    )
    with op.batch_alter_table("false_closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_false_closure_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "objection_matter",
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objection_matter_objection_id")),
        sa.PrimaryKeyConstraint("objection_id", "kind", "record_id", name=op.f("pk_objection_matter")),
    )
    op.create_table(
        "objection_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("requested", sa.String(length=42), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("granted", sa.String(length=42), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'in_part', 'dismissed')",
            name=op.f("ck_objection_point_outcome_known"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR length(answer) > 0", name=op.f("ck_objection_point_answered_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objection_point_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_point")),
        sa.UniqueConstraint("objection_id", "number", name=op.f("uq_objection_point_objection_id_number")),
    )
    op.create_table(
        "remediation_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("money", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("safeguards", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(measures) > 0", name=op.f("ck_remediation_plan_names_measures")),
        sa.CheckConstraint("length(money) > 0", name=op.f("ck_remediation_plan_names_money")),
        sa.CheckConstraint("length(person) > 0", name=op.f("ck_remediation_plan_names_person")),
        sa.CheckConstraint("length(safeguards) > 0", name=op.f("ck_remediation_plan_names_safeguards")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_remediation_plan_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remediation_plan")),
        sa.UniqueConstraint("task_id", "turn", name=op.f("uq_remediation_plan_task_id_turn")),
    )
    op.create_table(
        "reward_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(length=60), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("money", sa.String(length=20), nullable=False),
        sa.Column("ring_fence", sa.Text(), nullable=False),
        sa.Column("pool", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("publicity_within", sa.String(length=8), nullable=False),
        sa.Column("prepared_by", sa.String(length=80), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publicity_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publicity_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flagged", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "mode <> 'most_improved' OR before_id IS NOT NULL", name=op.f("ck_reward_round_improved_since_when")
        ),
        sa.CheckConstraint("mode <> 'pool' OR pool IS NOT NULL", name=op.f("ck_reward_round_pool_is_known")),
        sa.CheckConstraint(
            "mode IN ('pool', 'ladder', 'top', 'most_improved')", name=op.f("ck_reward_round_mode_known")
        ),
        sa.CheckConstraint(
            "mode NOT IN ('pool', 'ladder') OR money <> ''", name=op.f("ck_reward_round_money_has_a_unit")
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'checked', 'publicity', 'approved', 'granted', 'revoked')",
            name=op.f("ck_reward_round_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'granted') OR (approved_by <> '' AND approved_by <> prepared_by)",
            name=op.f("ck_reward_round_approved_by_another"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('publicity', 'approved', 'granted') OR publicity_until IS NOT NULL",
            name=op.f("ck_reward_round_made_public_first"),
        ),
        sa.ForeignKeyConstraint(["before_id"], ["edition.id"], name=op.f("fk_reward_round_before_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_reward_round_edition_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reward_round_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_round")),
        sa.UniqueConstraint(
            "edition_id", "rule_code", "attempt", name=op.f("uq_reward_round_edition_id_rule_code_attempt")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_reward_round_number")),
    )
    with op.batch_alter_table("reward_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_round_before_id"), ["before_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reward_round_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reward_round_state"), ["state"], unique=False)

    op.create_table(
        "scorecard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("group_code", sa.String(length=60), nullable=False),
        sa.Column("total", sa.String(length=42), nullable=True),
        sa.Column("total_with_proposed", sa.String(length=42), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("items_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(rank IS NULL) OR rank >= 1", name=op.f("ck_scorecard_rank_from_one")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_scorecard_edition_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_scorecard_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard")),
        sa.UniqueConstraint("edition_id", "unit_id", name=op.f("uq_scorecard_edition_id_unit_id")),
    )
    with op.batch_alter_table("scorecard", schema=None) as batch_op:
        batch_op.create_index("ix_scorecard_unit", ["unit_id"], unique=False)

    op.create_table(
        "second_look_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("second_look_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "place IS NOT NULL OR holds IS NULL", name=op.f("ck_second_look_task_only_drawn_ones_are_looked_at")
        ),
        sa.ForeignKeyConstraint(
            ["second_look_id"], ["second_look.id"], name=op.f("fk_second_look_task_second_look_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_second_look_task_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look_task")),
        sa.UniqueConstraint("second_look_id", "task_id", name=op.f("uq_second_look_task_second_look_id_task_id")),
    )
    with op.batch_alter_table("second_look_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_look_task_second_look_id"), ["second_look_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_second_look_task_task_id"), ["task_id"], unique=False)

    op.create_table(
        "submission_draft",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_draft_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_draft")),
    )
    op.create_table(
        "submission_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("value_code", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=42), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("origin_kind", sa.String(length=40), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.CheckConstraint("kind <> 'given' OR number IS NOT NULL", name=op.f("ck_submission_value_given_is_a_number")),
        sa.CheckConstraint(
            "kind = 'given' OR number IS NULL OR origin_kind <> ''", name=op.f("ck_submission_value_number_by_decision")
        ),
        sa.CheckConstraint(
            "kind IN ('given', 'missing', 'not_applicable', 'withheld')", name=op.f("ck_submission_value_kind_known")
        ),
        sa.CheckConstraint(
            "stage IN ('claimed', 'verified', 'validated')", name=op.f("ck_submission_value_stage_known")
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_value_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_value")),
        sa.UniqueConstraint(
            "submission_id", "value_code", "stage", "version_number", name="uq_submission_value_version"
        ),
    )
    op.create_table(
        "supervision_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("answer_within", sa.String(length=10), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('issued', 'received', 'answered', 'returned', 'accepted', 'closed')",
            name=op.f("ck_supervision_letter_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('answered', 'accepted', 'closed') OR length(answer) > 0",
            name=op.f("ck_supervision_letter_answered_in_words"),
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_supervision_letter_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_supervision_letter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_supervision_letter_number")),
    )
    with op.batch_alter_table("supervision_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_letter_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_letter_task_id"), ["task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_letter_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "task_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("fixed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(length=80), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("rechecked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recheck_by", sa.Text(), nullable=False),
        sa.Column("recheck_note", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method IS NULL OR method IN ('visit', 'remote')", name=op.f("ck_task_report_method_known")),
        sa.CheckConstraint(
            "returned_at IS NULL OR returned_at >= reported_at", name=op.f("ck_task_report_returned_after_it_came")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_report_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_report")),
        sa.UniqueConstraint("task_id", "turn", name=op.f("uq_task_report_task_id_turn")),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("re_inspects_id", sa.Integer(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('assigned', 'under_way', 'reported', 'commented', 'settled', 'closed')",
            name=op.f("ck_visit_state_known"),
        ),
        sa.CheckConstraint("re_inspects_id IS NULL OR re_inspects_id <> id", name=op.f("ck_visit_re_inspects_another")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_visit_campaign_id")),
        sa.ForeignKeyConstraint(["object_id"], ["campaign_object.id"], name=op.f("fk_visit_object_id")),
        sa.ForeignKeyConstraint(["re_inspects_id"], ["visit.id"], name=op.f("fk_visit_re_inspects_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_visit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("number", name=op.f("uq_visit_number")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_campaign_state", ["campaign_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("group_code", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("total", sa.String(length=42), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("nominal", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("is_eligible", sa.Boolean(), nullable=False),
        sa.Column("exclusion_zh", sa.Text(), nullable=False),
        sa.Column("exclusion_en", sa.Text(), nullable=False),
        sa.Column("exclusion_kind", sa.String(length=60), nullable=False),
        sa.Column("exclusion_id", sa.String(length=80), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("held_zh", sa.Text(), nullable=False),
        sa.Column("held_en", sa.Text(), nullable=False),
        sa.Column("held_kind", sa.String(length=60), nullable=False),
        sa.Column("held_id", sa.String(length=80), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forfeited", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clawed_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clawed_back_why", sa.Text(), nullable=False),
        sa.CheckConstraint("NOT is_held OR held_kind <> ''", name=op.f("ck_award_held_for_a_matter")),
        sa.CheckConstraint("is_eligible OR exclusion_en <> ''", name=op.f("ck_award_excluded_for_a_reason")),
        sa.CheckConstraint("NOT (is_held AND granted_at IS NOT NULL)", name=op.f("ck_award_not_granted_while_held")),
        sa.CheckConstraint(
            "clawed_back_at IS NULL OR granted_at IS NOT NULL", name=op.f("ck_award_clawed_back_after_the_grant")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["reward_round.id"], name=op.f("fk_award_round_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_award_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("round_id", "unit_id", name=op.f("uq_award_round_id_unit_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index("ix_award_unit", ["unit_id"], unique=False)

    op.create_table(
        "bulletin_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("is_unused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_number_bulletin_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_bulletin_number_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_number")),
        sa.UniqueConstraint("number", name=op.f("uq_bulletin_number_number")),
        sa.UniqueConstraint(
            "programme_id", "year", "ordinal", name=op.f("uq_bulletin_number_programme_id_year_ordinal")
        ),
    )
    op.create_table(
        "case_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("struck_why", sa.Text(), nullable=False),
        sa.CheckConstraint("NOT is_struck OR struck_why <> ''", name=op.f("ck_case_fact_struck_for_a_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_fact_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_fact")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_fact_case_id_number")),
    )
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_fact_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_investigator",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(declared_at IS NULL) = (declaration = '')", name=op.f("ck_case_investigator_declared_in_words")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_investigator_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_investigator_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_investigator")),
    )
    with op.batch_alter_table("case_investigator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_investigator_person_id"), ["person_id"], unique=False)

    op.create_table(
        "case_reply_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_reply_point_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reply_point")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_reply_point_case_id_number")),
    )
    with op.batch_alter_table("case_reply_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_reply_point_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_responsible",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("post_zh", sa.String(length=200), nullable=False),
        sa.Column("post_en", sa.String(length=200), nullable=False),
        sa.Column("responsibility", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "responsibility IN ('direct', 'main', 'important')", name=op.f("ck_case_responsible_responsibility_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_case_responsible_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_responsible_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_case_responsible_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_responsible")),
        sa.UniqueConstraint(
            "case_id", "person_id", "post_id", "day", name=op.f("uq_case_responsible_case_id_person_id_post_id_day")
        ),
    )
    with op.batch_alter_table("case_responsible", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_responsible_case_id"), ["case_id"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("checklist_item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("description_zh", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('recorded', 'confirmed', 'dropped')", name=op.f("ck_finding_state_known")),
        sa.CheckConstraint("length(place) > 0", name=op.f("ck_finding_exact_place")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_finding_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["checklist_item_id"], ["checklist_item.id"], name=op.f("fk_finding_checklist_item_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_finding_unit_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_finding_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("visit_id", "number", name=op.f("uq_finding_visit_id_number")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_state"), ["state"], unique=False)
        batch_op.create_index("ix_finding_unit_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("called_by", sa.String(length=80), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("takes_place_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('called', 'cancelled') OR (held_at IS NOT NULL AND minutes <> '')",
            name=op.f("ck_interview_held_with_minutes"),
        ),
        sa.CheckConstraint(
            "state IN ('called', 'held', 'committed', 'done', 'cancelled')", name=op.f("ck_interview_state_known")
        ),
        sa.CheckConstraint("takes_place_at >= called_at", name=op.f("ck_interview_called_beforehand")),
        sa.ForeignKeyConstraint(["case_id"], ["accountability_case.id"], name=op.f("fk_interview_case_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_interview_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("number", name=op.f("uq_interview_number")),
    )
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interview_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_interview_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "task_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_task_evidence_sha256_is_whole")),
        sa.ForeignKeyConstraint(["report_id"], ["task_report.id"], name=op.f("fk_task_evidence_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_evidence")),
    )
    with op.batch_alter_table("task_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_evidence_report_id"), ["report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_evidence_sha256"), ["sha256"], unique=False)

    op.create_table(
        "visit_inspector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "replaced_at IS NULL OR length(reason) > 0", name=op.f("ck_visit_inspector_replaced_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_inspector_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_inspector_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_inspector")),
        sa.UniqueConstraint("visit_id", "person_id", name=op.f("uq_visit_inspector_visit_id_person_id")),
    )
    with op.batch_alter_table("visit_inspector", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_inspector_person_id"), ["person_id"], unique=False)

    op.create_table(
        "finding_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stance = 'accepted' OR length(text) > 0", name=op.f("ck_finding_comment_disputed_with_a_reason")
        ),
        sa.CheckConstraint("stance IN ('accepted', 'disputed')", name=op.f("ck_finding_comment_stance_known")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_comment_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_comment")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_finding_comment_finding_id")),
    )
    op.create_table(
        "finding_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_finding_evidence_sha256_is_whole")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_evidence_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_evidence")),
    )
    with op.batch_alter_table("finding_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_evidence_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_evidence_sha256"), ["sha256"], unique=False)

    op.create_table(
        "interview_commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_how", sa.Text(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_how = '')", name=op.f("ck_interview_commitment_done_in_words")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_interview_commitment_interview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_commitment")),
        sa.UniqueConstraint("interview_id", "number", name=op.f("uq_interview_commitment_interview_id_number")),
    )
    with op.batch_alter_table("interview_commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_commitment_interview_id"), ["interview_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("interview_commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_commitment_interview_id"))

    op.drop_table("interview_commitment")
    with op.batch_alter_table("finding_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_evidence_sha256"))
        batch_op.drop_index(batch_op.f("ix_finding_evidence_finding_id"))

    op.drop_table("finding_evidence")
    op.drop_table("finding_comment")
    with op.batch_alter_table("visit_inspector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_inspector_person_id"))

    op.drop_table("visit_inspector")
    with op.batch_alter_table("task_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_evidence_sha256"))
        batch_op.drop_index(batch_op.f("ix_task_evidence_report_id"))

    op.drop_table("task_evidence")
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_unit_id"))
        batch_op.drop_index(batch_op.f("ix_interview_state"))
        batch_op.drop_index(batch_op.f("ix_interview_case_id"))

    op.drop_table("interview")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_unit_state")
        batch_op.drop_index(batch_op.f("ix_finding_state"))

    op.drop_table("finding")
    with op.batch_alter_table("case_responsible", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_responsible_case_id"))

    op.drop_table("case_responsible")
    with op.batch_alter_table("case_reply_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_reply_point_case_id"))

    op.drop_table("case_reply_point")
    with op.batch_alter_table("case_investigator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_investigator_person_id"))

    op.drop_table("case_investigator")
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_fact_case_id"))

    op.drop_table("case_fact")
    op.drop_table("bulletin_number")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index("ix_award_unit")

    op.drop_table("award")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_unit_id"))
        batch_op.drop_index(batch_op.f("ix_visit_state"))
        batch_op.drop_index("ix_visit_campaign_state")

    op.drop_table("visit")
    op.drop_table("task_report")
    with op.batch_alter_table("supervision_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_letter_unit_id"))
        batch_op.drop_index(batch_op.f("ix_supervision_letter_task_id"))
        batch_op.drop_index(batch_op.f("ix_supervision_letter_state"))

    op.drop_table("supervision_letter")
    op.drop_table("submission_value")
    op.drop_table("submission_draft")
    with op.batch_alter_table("second_look_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_look_task_task_id"))
        batch_op.drop_index(batch_op.f("ix_second_look_task_second_look_id"))

    op.drop_table("second_look_task")
    with op.batch_alter_table("scorecard", schema=None) as batch_op:
        batch_op.drop_index("ix_scorecard_unit")

    op.drop_table("scorecard")
    with op.batch_alter_table("reward_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_round_state"))
        batch_op.drop_index(batch_op.f("ix_reward_round_edition_id"))
        batch_op.drop_index(batch_op.f("ix_reward_round_before_id"))

    op.drop_table("reward_round")
    op.drop_table("remediation_plan")
    op.drop_table("objection_point")
    op.drop_table("objection_matter")
    with op.batch_alter_table("false_closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_false_closure_unit_id"))

    op.drop_table("false_closure")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_submission_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_sha256"))

    op.drop_table("evidence")
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalation_task_id"))

    op.drop_table("escalation")
    with op.batch_alter_table("campaign_recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_recusal_campaign_id"))

    op.drop_table("campaign_recusal")
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulletin_state"))
        batch_op.drop_index(batch_op.f("ix_bulletin_programme_id"))

    op.drop_table("bulletin")
    with op.batch_alter_table("accountability_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accountability_case_unit_id"))
        batch_op.drop_index(batch_op.f("ix_accountability_case_state"))
        batch_op.drop_index("ix_accountability_case_origin")
        batch_op.drop_index(batch_op.f("ix_accountability_case_edition_id"))

    op.drop_table("accountability_case")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_unit_state")
        batch_op.drop_index("ix_task_unit_due")
        batch_op.drop_index(batch_op.f("ix_task_state"))
        batch_op.drop_index("ix_task_origin")
        batch_op.drop_index(batch_op.f("ix_task_notice_id"))
        batch_op.drop_index(batch_op.f("ix_task_due_at"))

    op.drop_table("task")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_unit_id"))
        batch_op.drop_index(batch_op.f("ix_submission_state"))
        batch_op.drop_index("ix_submission_period_state")

    op.drop_table("submission")
    with op.batch_alter_table("period_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_part_part_id"))

    op.drop_table("period_part")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_unit_id"))
        batch_op.drop_index(batch_op.f("ix_objection_state"))
        batch_op.drop_index(batch_op.f("ix_objection_period_id"))
        batch_op.drop_index("ix_objection_origin")

    op.drop_table("objection")
    with op.batch_alter_table("letter_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_target_letter_id"))

    op.drop_table("letter_target")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_state"))

    op.drop_table("edition")
    with op.batch_alter_table("campaign_object", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_object_unit_id"))

    op.drop_table("campaign_object")
    op.drop_table("campaign_inspector")
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjustment_state"))
        batch_op.drop_index("ix_adjustment_period_unit")

    op.drop_table("adjustment")
    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_state"))
        batch_op.drop_index(batch_op.f("ix_period_programme_id"))

    op.drop_table("period")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_unit_id"))

    op.drop_table("notice")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_unit_id"))
        batch_op.drop_index(batch_op.f("ix_letter_state"))
        batch_op.drop_index(batch_op.f("ix_letter_programme_id"))
        batch_op.drop_index("ix_letter_effect")

    op.drop_table("letter")
    op.drop_table("checklist_item")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_state"))
        batch_op.drop_index(batch_op.f("ix_campaign_programme_id"))

    op.drop_table("campaign")
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_version_state"))
        batch_op.drop_index(batch_op.f("ix_scheme_version_sha256"))
        batch_op.drop_index(batch_op.f("ix_scheme_version_programme_id"))

    op.drop_table("scheme_version")
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_unit_day")
        batch_op.drop_index(batch_op.f("ix_practice_state"))
        batch_op.drop_index(batch_op.f("ix_practice_programme_id"))

    op.drop_table("practice")
    with op.batch_alter_table("post_duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_duty_post_id"))
        batch_op.drop_index(batch_op.f("ix_post_duty_duty"))

    op.drop_table("post_duty")
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holding_post_id"))
        batch_op.drop_index(batch_op.f("ix_holding_person_id"))

    op.drop_table("holding")
    with op.batch_alter_table("extension_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_item_unit_id"))
        batch_op.drop_index("ix_extension_item_subject")
        batch_op.drop_index(batch_op.f("ix_extension_item_extension_id"))

    op.drop_table("extension_item")
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_state"))
        batch_op.drop_index(batch_op.f("ix_checklist_programme_id"))

    op.drop_table("checklist")
    with op.batch_alter_table("unit_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_name_unit_id"))

    op.drop_table("unit_name")
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_succession_successor_id"))

    op.drop_table("succession")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_look_state"))

    op.drop_table("second_look")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_unit_id"))

    op.drop_table("programme")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_unit_id"))

    op.drop_table("post")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_unit_id"))
        batch_op.drop_index(batch_op.f("ix_placement_parent_id"))

    op.drop_table("placement")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_unit_id"))
        batch_op.drop_index("ix_paper_subject")
        batch_op.drop_index("ix_paper_state_deemed_at")
        batch_op.drop_index(batch_op.f("ix_paper_state"))
        batch_op.drop_index(batch_op.f("ix_paper_kind"))

    op.drop_table("paper")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_unit_id"))
        batch_op.drop_index(batch_op.f("ix_extension_state"))
        batch_op.drop_index(batch_op.f("ix_extension_grant_duty"))

    op.drop_table("extension")
    with op.batch_alter_table("diary_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_diary_entry_waiting")

    op.drop_table("diary_entry")
    op.drop_table("credential")
    with op.batch_alter_table("audit_ref", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_ref_record")

    op.drop_table("audit_ref")
    op.drop_table("audit_body")
    op.drop_table("working_day")
    op.drop_table("unit")
    op.drop_table("stored_file")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_source_at")
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_at"))
        batch_op.drop_index("ix_sign_in_attempt_account_at")

    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_state"))

    op.drop_table("person")
    with op.batch_alter_table("outbox_item", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_item_waiting")

    op.drop_table("outbox_item")
    op.drop_table("heartbeat")
    op.drop_table("consequence")
    op.drop_table("business_clock")
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_row_who"))

    op.drop_table("audit_row")
