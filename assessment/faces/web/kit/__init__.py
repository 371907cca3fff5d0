"""The kit that every room's pages are built from; `docs/building.md`, "Pages", shows it at work."""

from assessment.faces.web.kit.actions import Action, Button, acts, buttons
from assessment.faces.web.kit.addresses import address, address_of, here, kind_word, local_path
from assessment.faces.web.kit.chips import chip_class, process_of, processes, shape
from assessment.faces.web.kit.forms import Form, NoForm, ReasonForm, options, put_errors, stripped
from assessment.faces.web.kit.home import Panel, Waiting, home_heading, home_panel, waiting
from assessment.faces.web.kit.lists import (
    Column,
    Filter,
    Listing,
    cell,
    choice,
    download,
    listing,
    paged,
    search,
    typed,
)
from assessment.faces.web.kit.marks import holding, public, signed_in
from assessment.faces.web.kit.navigation import badge, entry
from assessment.faces.web.kit.scopes import access, check_version, not_there, scope
from assessment.faces.web.kit.trail import Happening, act_label, act_word, happenings, timeline
from assessment.faces.web.kit.transactions import current_session, frame, prepared, prepares, without_transaction
from assessment.faces.web.kit.viewer import current_act, is_signed_in, now, viewer
from assessment.faces.web.kit.words import _, count_word, due_word, label, language, ngettext, pgettext, said

__all__ = [
    "Action", "Button", "Column", "Filter", "Form", "Happening", "Listing", "NoForm", "Panel", "ReasonForm",
    "Waiting", "_", "access", "act_label", "act_word", "acts", "address", "address_of", "badge", "buttons", "cell",
    "check_version", "chip_class", "choice", "count_word", "current_act", "current_session", "download", "due_word",
    "entry", "frame", "happenings", "here", "holding", "home_heading", "home_panel", "is_signed_in", "kind_word",
    "label", "language", "listing", "local_path", "ngettext", "not_there", "now", "options", "paged", "pgettext",
    "prepared", "prepares", "process_of", "processes", "public", "put_errors", "said", "scope", "search", "shape",
    "signed_in", "stripped", "timeline", "typed", "viewer", "waiting", "without_transaction",
]  # fmt: skip
