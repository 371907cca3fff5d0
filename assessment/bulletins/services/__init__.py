"""What is done with bulletins: drafted, submitted with number and hash, approved by that hash, signed and published."""

from assessment.bulletins.services.drafting import (
    NewAmount,
    NewMention,
    NewRequirement,
    draft,
    edit,
)
from assessment.bulletins.services.folder import BULLETIN_FILES, folder_handler, settle_folder
from assessment.bulletins.services.life import (
    Prepared,
    Signed,
    approve,
    mark_published,
    prepare_publication,
    prepare_submission,
    return_bulletin,
    submit,
    supersede,
    withdraw,
)

__all__ = [
    "BULLETIN_FILES",
    "NewAmount",
    "NewMention",
    "NewRequirement",
    "Prepared",
    "Signed",
    "approve",
    "draft",
    "edit",
    "folder_handler",
    "mark_published",
    "prepare_publication",
    "prepare_submission",
    "return_bulletin",
    "settle_folder",
    "submit",
    "supersede",
    "withdraw",
]
