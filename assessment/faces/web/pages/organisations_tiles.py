"""Where a unit lies on the map-like grid of tiles."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.validators import Optional

from assessment.faces.web.kit import Form, _, access, act_word, address_of, current_act, current_session, holding
from assessment.faces.web.pages import organisations as room
from assessment.foundation.i18n import N_, say
from assessment.organisations import services
from assessment.organisations.duties import Duty
from assessment.organisations.models import Unit

act_word("set_tile", N_("Placed on the tile map"))


class TileForm(Form):
    row = IntegerField(N_("Row, from 1 at the top"), [Optional()])
    column = IntegerField(N_("Column, from 1 at the left"), [Optional()])


@room.pages.route("/units/<int:unit_id>/set_tile", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def set_tile(unit_id: int) -> Any:
    one = access(Unit, unit_id)
    form = TileForm(data={"row": one.tile_row, "column": one.tile_column})

    def do(form: Any) -> str:
        services.set_tile(current_session(), one, current_act(), row=form.row.data, column=form.column.data)
        return address_of("unit", one.id)

    note = say("Units of one level are drawn as equal tiles, much as they lie on the map. Leave both empty for none.")
    return room.carry_out(_("Place on the tile map"), form, address_of("unit", one.id), do, note)
