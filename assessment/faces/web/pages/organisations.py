"""Pages of units and people: the tree over time, a unit with its posts, a person with posts, duties and account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, get_template_attribute, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, Field, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from assessment.faces.cli.founding import one_time_password
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    ReasonForm,
    Waiting,
    _,
    access,
    act_word,
    acts,
    address,
    address_of,
    buttons,
    chip_class,
    choice,
    current_act,
    current_session,
    download,
    holding,
    listing,
    not_there,
    now,
    options,
    prepared,
    prepares,
    scope,
    search,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)  # fmt: skip
from assessment.faces.web.kit.actions import ACTS_ON
from assessment.faces.web.pages import uploads
from assessment.faces.web.pages.organisations_years import years_of
from assessment.foundation import clock
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import LANGUAGES, N_, NOTHING, Bilingual, Label, Sentence, local_day, say
from assessment.foundation.tables import write_csv
from assessment.organisations import files, handover, process, queries, services
from assessment.organisations.duties import OF_MACHINES, ROLES, Duty
from assessment.organisations.models import AccountState, Covers, Holding, Level, Person, Post, PostDuty, Unit
from assessment.organisations.passwords import hash_password
from assessment.organisations.process import ACCOUNT

pages: Blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
address("unit", "organisations.unit", "unit_id", N_("Unit"))
address("person", "organisations.person", "person_id", N_("Person"))
act_word("pass_on", N_("Passed on with the post"))
scope(Unit, queries.may_see_unit)
scope(Person, queries.may_see_person)
scope(Post, lambda session, post, officer: queries.may_see_unit(session, post.unit, officer))
scope(Holding, lambda session, holding, officer: queries.may_see_person(session, holding.person, officer))
scope(PostDuty, lambda session, row, officer: queries.may_see_unit(session, row.post.unit, officer))
for verb, word in (
    ("add_unit", N_("Unit added")), ("rename_unit", N_("Renamed")), ("place_unit", N_("Placed below another unit")),
    ("end_unit", N_("Unit ended")), ("import_units", N_("Units imported")), ("add_post", N_("Post added")),
    ("grant_duty", N_("Duty granted")), ("end_duty", N_("Duty ended")), ("end_post", N_("Post ended")),
    ("appoint", N_("Appointed")), ("end_holding", N_("Post left")), ("confirm_grants", N_("Duties confirmed")),
    ("edit_person", N_("Particulars changed")), ("hand_over", N_("Handed over")), ("sign_in", N_("Signed in")),
    ("sign_out", N_("Signed out")), ("see_as", N_("Seen as")), ("import_people", N_("People imported")),
    ("digest_attempts", N_("Failed sign-ins sealed")),
):  # fmt: skip
    act_word(verb, word)

LEVELS = {
    Level.PROVINCE: N_("Province"), Level.PREFECTURE: N_("Prefecture"), Level.COUNTY: N_("County"),
    Level.BODY: N_("Body"),
}  # fmt: skip
REACHES = {
    Covers.SUBTREE: N_("the unit and all below it"), Covers.UNIT: N_("the unit alone"), Covers.ALL: N_("all units"),
}  # fmt: skip


def today() -> date:
    return local_day(now())


def day_asked() -> date:
    """The day of ``?day=``, or today."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()


# --- forms of one act that no process knows --------------------------------------------------------------------------


def carry_out(title: str, form: Form, back: str, do: Callable[[Form], str], note: Sentence = NOTHING) -> Any:
    """Show a form, do what it asks, or show it again with the refusal; ``do`` returns where to go."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            going = do(form)
            current_session().flush()
            flash(_("Saved."))
            return redirect(going, 303)
        except Refusal as refused:
            refusal = refused
            form.take_over(refused)
    page = render_template("organisations/form.html", title=title, form=form, back=back, refusal=refusal, note=note)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def needed(label: str, **more: Any) -> StringField:
    return StringField(label, [DataRequired(N_("Please fill this in.")), Length(max=200)], [stripped], **more)


def a_day(label: str, *, may_be_empty: bool = False, description: str = "") -> DateField:
    asked: list[Any] = [Optional()] if may_be_empty else [InputRequired(N_("Choose a day."))]
    return DateField(label, [*asked, with_a_day_after], description=description)


def with_a_day_after(_form: Form, field: DateField) -> None:
    if field.data == date.max:
        raise ValidationError(N_("Choose an earlier day; the calendar ends there."))


def default(field: Field, value: Any) -> None:
    if request.method == "GET" and not field.data:
        field.data = value


def day_after(last: date | None) -> date | None:
    """Forms ask for the last day; rows hold the first that no longer counts."""
    return last + timedelta(days=1) if last else None


# --- units -----------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> str:
    """The tree as it was on a day, as far as one has to do with it."""
    day = day_asked()
    tree = queries.tree_on(current_session(), day)
    seen = viewer().unit_ids
    tops = [one.id for one in tree.units.values() if one.id in seen and one.parent_id not in seen]
    count = sum(one.level != Level.BODY for one in tree.units.values() if one.id in seen)
    bodies = sum(one.id in seen for one in tree.units.values()) - count
    return render_template(
        "organisations/index.html", tree=tree, seen=seen, day=day, today=today(), count=count, bodies=bodies,
        tops=sorted(tops, key=lambda one: tree.units[one].code), levels=LEVELS,
        may_add=not process.against_adding(current_session(), None, current_act()),
        may_administer=viewer().holds(Duty.ADMINISTER),
    )  # fmt: skip


@pages.get("/units/<int:unit_id>")
@signed_in
def unit(unit_id: int) -> str:
    session = current_session()
    one = access(Unit, unit_id)
    tree = queries.tree_on(session, today())
    names, places, heirs = queries.unit_history(session, one.id)
    others = {place.parent_id for place in places} | {
        i for heir in heirs for i in (heir.predecessor_id, heir.successor_id)
    }
    duties = {row.id: row for post in queries.posts_at(session, [one.id]) for row in post.duties}
    return render_template(
        "organisations/unit.html", unit=one, tree=tree, path=tree.path(one.id), names=names, places=places,
        heirs=heirs, others=queries.unit_views(session, others, today()), levels=LEVELS, today=today(),
        below=[tree.units[child] for child in tree.children.get(one.id, [])], posts=posts_shown(session, one),
        duties=duties, may=not process.against_administering(session, one.id, current_act()), reaches=REACHES,
        years=years_of(session, one), happened=timeline(session, one), Duty=Duty,
        labels={duty.value: duty.label for duty in Duty},
    )  # fmt: skip


def posts_shown(session: Session, one: Unit) -> list[Any]:
    return [post for post in queries.posts_at(session, [one.id]) if post.valid_to is None or post.valid_to > today()]


class UnitForm(Form):
    code = needed(N_("Code"))
    name_zh = needed(N_("Name in Chinese"))
    name_en = needed(N_("Name in English"))
    level = SelectField(N_("Level"))
    valid_from = a_day(N_("From"))


class NameForm(Form):
    name_zh = needed(N_("Name in Chinese"))
    name_en = needed(N_("Name in English"))
    day = a_day(N_("From"))


class PlaceForm(Form):
    parent = SelectField(N_("Below"))
    day = a_day(N_("From"))


class EndUnitForm(Form):
    last = a_day(N_("Last day"))
    successor = SelectField(N_("Who carries on its matters"))


def unit_choices(*, without: int | None = None) -> list[Any]:
    tree = queries.tree_on(current_session(), today())
    some = sorted(tree.units.values(), key=lambda one: one.code)
    return options([(one.id, one.name) for one in some if one.id != without])


@pages.route("/add_unit", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def add_unit() -> Any:
    parent_id = request.args.get("below", type=int)
    back = url_for(".unit", unit_id=access(Unit, parent_id).id) if parent_id is not None else url_for(".index")
    form = UnitForm()
    form.level.choices = options(LEVELS.items())
    default(form.valid_from, today())

    def do(form: Any) -> str:
        made = services.add_unit(
            current_session(), current_act(), code=form.code.data, name=Bilingual(form.name_zh.data, form.name_en.data),
            level=form.level.data, parent_id=parent_id, valid_from=form.valid_from.data,
        )  # fmt: skip
        return address_of("unit", made.id)

    return carry_out(_("Add a unit"), form, back, do)


@pages.route("/units/<int:unit_id>/rename_unit", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def rename_unit(unit_id: int) -> Any:
    one = access(Unit, unit_id)
    form = NameForm()
    default(form.day, today())
    default(form.name_zh, one.name_zh)
    default(form.name_en, one.name_en)

    def do(form: Any) -> str:
        name = Bilingual(form.name_zh.data, form.name_en.data)
        services.rename_unit(current_session(), one, current_act(), name=name, day=form.day.data)
        return address_of("unit", one.id)

    note = say("Papers and tables of earlier days keep the old name.")
    return carry_out(_("Rename"), form, address_of("unit", one.id), do, note)


@pages.route("/units/<int:unit_id>/place_unit", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def place_unit(unit_id: int) -> Any:
    one = access(Unit, unit_id)
    form = PlaceForm()
    form.parent.choices = unit_choices(without=one.id)
    default(form.day, today())

    def do(form: Any) -> str:
        services.place_unit(current_session(), one, current_act(), parent_id=int(form.parent.data), day=form.day.data)
        return address_of("unit", one.id)

    return carry_out(_("Place below another unit"), form, address_of("unit", one.id), do)


@pages.route("/units/<int:unit_id>/end_unit", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def end_unit(unit_id: int) -> Any:
    one = access(Unit, unit_id)
    form = EndUnitForm()
    form.successor.choices = [*options([("", N_("nobody"))]), *unit_choices(without=one.id)]
    default(form.last, today())

    def do(form: Any) -> str:
        shares = {int(form.successor.data): Decimal(1)} if form.successor.data else None
        day = form.last.data + timedelta(days=1)
        services.end_unit(current_session(), one, current_act(), day=day, shares=shares)
        return url_for(".index")

    note = say("Its posts end with it. Its history stays, and is found through the unit that carries on its matters.")
    return carry_out(_("End the unit"), form, address_of("unit", one.id), do, note)


# --- posts -----------------------------------------------------------------------------------------------------------


class PostForm(Form):
    title_zh = needed(N_("Title in Chinese"))
    title_en = needed(N_("Title in English"))
    role = SelectField(N_("Role"))
    covers = SelectField(N_("Its duties reach"))
    valid_from = a_day(N_("From"))


class DutyForm(Form):
    duty = SelectField(N_("Duty"))
    covers = SelectField(N_("It reaches"))
    valid_from = a_day(N_("From"))
    last = a_day(N_("Last day"), may_be_empty=True)


class LastDayForm(Form):
    last = a_day(N_("Last day"))


WEIGHTY = say("Duties to approve, decide or publish have no effect until another administrator has confirmed them.")


@pages.route("/units/<int:unit_id>/add_post", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def add_post(unit_id: int) -> Any:
    one = access(Unit, unit_id)
    form = PostForm()
    form.role.choices = options([(role, label) for role, (label, _duties) in ROLES.items()])
    form.covers.choices = options(REACHES.items())
    default(form.valid_from, today())

    def do(form: Any) -> str:
        services.add_post(
            current_session(), current_act(), unit_id=one.id, role=form.role.data, covers=form.covers.data,
            title=Bilingual(form.title_zh.data, form.title_en.data), valid_from=form.valid_from.data,
        )  # fmt: skip
        return address_of("unit", one.id)

    return carry_out(_("Add a post"), form, address_of("unit", one.id), do, WEIGHTY)


@pages.route("/posts/<int:post_id>/grant_duty", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def grant_duty(post_id: int) -> Any:
    post = access(Post, post_id)
    form = DutyForm()
    form.duty.choices = options([(duty.value, duty.label) for duty in Duty if duty not in OF_MACHINES])
    form.covers.choices = options(REACHES.items())
    default(form.valid_from, today())

    def do(form: Any) -> str:
        services.grant_duty(
            current_session(), post, current_act(), duty=Duty(form.duty.data), covers=form.covers.data,
            valid_from=form.valid_from.data, valid_to=day_after(form.last.data),
        )  # fmt: skip
        return address_of("unit", post.unit_id)

    return carry_out(_("Grant a duty"), form, address_of("unit", post.unit_id), do, WEIGHTY)


@pages.route("/posts/<int:post_id>/end_post", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def end_post(post_id: int) -> Any:
    post = access(Post, post_id)

    def do(form: Any) -> str:
        services.end_post(current_session(), post, current_act(), day=form.last.data + timedelta(days=1))
        return address_of("unit", post.unit_id)

    return carry_out(_("End the post"), dated(LastDayForm()), address_of("unit", post.unit_id), do)


@pages.route("/duties/<int:row_id>/end_duty", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def end_duty(row_id: int) -> Any:
    row = access(PostDuty, row_id)

    def do(form: Any) -> str:
        services.end_duty(current_session(), row, current_act(), day=form.last.data + timedelta(days=1))
        return address_of("unit", row.post.unit_id)

    return carry_out(_("End the duty"), dated(LastDayForm()), address_of("unit", row.post.unit_id), do)


def dated(form: Any) -> Any:
    default(form.last, today() - timedelta(days=1))
    return form


# --- people ----------------------------------------------------------------------------------------------------------


@pages.get("/people")
@signed_in
def people() -> Response | str:
    session, officer = current_session(), viewer()
    some = [one for one in queries.people(session, today()) if may_list(one)]
    units = queries.units_on(session, today())
    columns = [
        Column("name", N_("Name"), lambda p: p.name, link=lambda p: address_of("person", p.id), is_head=True),
        Column("username", N_("User name"), lambda p: p.username, is_minor=True),
        Column("posts", N_("Posts"), lambda p: [post_line(post, units) for post in p.posts]),
        Column("state", N_("State"), lambda p: ACCOUNT.word(p.state), shown=chip),
    ]
    filters = [
        choice("state", N_("State"), lambda p: p.state, [(one.value, ACCOUNT.word(one)) for one in AccountState]),
        search(lambda p: p.name, lambda p: p.username, *(lambda p, n=n: title_of(p, n) for n in range(3))),
    ]
    found = listing("people", some, columns, filters)
    grants = queries.grants_to_confirm(session, today()) if officer.holds(Duty.ADMINISTER) else []
    return found.answer(
        "organisations/people.html", grants=grants, units=units, may_invite=ACCOUNT.may_open("invite", officer),
        labels={duty.value: duty.label for duty in Duty},
    )  # fmt: skip


def may_list(one: queries.PersonView) -> bool:
    officer = viewer()
    if one.id == officer.person_id or any(post.unit_id in officer.unit_ids for post in one.posts):
        return True
    return bool(not one.posts and officer.holds(Duty.ADMINISTER))


def title_of(one: queries.PersonView, n: int) -> Any:
    return one.posts[n].title if n < len(one.posts) else ""


def chip(one: Any) -> Markup:
    draw = get_template_attribute("_macros.html", "chip")
    drawn = draw(ACCOUNT.word(one.state), chip_class(ACCOUNT, one.state))
    return Markup(drawn)  # noqa: S704 - our own macro, which has escaped what is in it


def post_line(post: Any, units: Any) -> Bilingual:
    unit = units.get(post.unit_id)
    return Bilingual(
        f"{unit.name.zh if unit else ''}{post.title.zh}{'（代理）' if getattr(post, 'is_acting', False) else ''}",
        f"{post.title.en}, {unit.name.en if unit else ''}{' (acting)' if getattr(post, 'is_acting', False) else ''}",
    )


@pages.get("/people/<int:person_id>")
@signed_in
def person(person_id: int) -> str:
    session, act = current_session(), current_act()
    one = access(Person, person_id)
    held = queries.holdings_of(session, one.id)
    units = queries.unit_views(session, {holding.post.unit_id for holding in held}, today())
    rows = [holding_row(session, holding, act) for holding in held]
    officer = viewer()
    administers = officer.holds(Duty.ADMINISTER) and officer.person_id != one.id
    return render_template(
        "organisations/person.html", person=one, rows=rows, units=units, offers=buttons(one),
        happened=timeline(session, one), today=today(), may_appoint=administers and one.state != AccountState.ENDED,
        may_edit=administers and not process.is_somebody_elses(session, one, act), heading=person_heading(session, one),
        reset=organisations_resets.reset_line(session, one),
    )  # fmt: skip


def holding_row(session: Session, holding: Holding, act: Any) -> dict[str, Any]:
    waiting_rows = process.waiting_grants(session, holding) if holding.is_valid_on(today()) else []
    may_end = not process.against_administering(session, holding.post.unit_id, act) and not process.is_own(
        act, holding.person_id
    )
    return {
        "holding": holding,
        "waits": bool(waiting_rows),
        "confirm": process.against_confirming(session, holding, act) if waiting_rows else None,
        "may_end": may_end and (holding.valid_to is None or holding.valid_to > today()),
    }


def person_heading(session: Session, one: Person) -> Sentence:
    posts = queries.posts_of(session, one.id, today())
    if one.state == AccountState.ENDED:
        return say("The account of {name} has ended.", name=one.name)
    if one.state == AccountState.SUSPENDED:
        return say("The account of {name} is suspended.", name=one.name)
    if not posts:
        return say("{name} holds no post.", name=one.name)
    units = queries.units_on(session, today())
    return say("{name}: {posts}", name=one.name, posts=[post_line(post, units) for post in posts])


class PersonForm(Form):
    name = needed(N_("Name"))
    email = StringField(N_("Mail address"), [Length(max=200)], [stripped])
    language = SelectField(N_("Language"), choices=options([("zh", "中文"), ("en", "English")]))


class InviteForm(PersonForm):
    username = needed(N_("User name"), description=N_("Letters, digits, dots and hyphens; it never changes."))


@pages.route("/people/invite", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def invite() -> Any:
    form = InviteForm()

    def do(form: Any) -> str:
        made = services.invite(current_session(), current_act(), **form.facts())
        current_session().flush()
        return address_of("person", made.id)

    note = say("Then give a post, and issue a one-time password.")
    return carry_out(_("Invite a person"), form, url_for(".people"), do, note)


@pages.route("/people/<int:person_id>/edit_person", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def edit_person(person_id: int) -> Any:
    one = access(Person, person_id)
    form = PersonForm()
    for name in ("name", "email", *(("language",) if one.language in LANGUAGES else ())):
        if request.method == "GET":
            form[name].data = getattr(one, name)

    def do(form: Any) -> str:
        services.edit_person(current_session(), one, current_act(), **form.facts())
        return address_of("person", one.id)

    return carry_out(_("Change the particulars"), form, address_of("person", one.id), do)


class AppointForm(Form):
    post = SelectField(N_("Post"))
    valid_from = a_day(N_("From"))
    last = a_day(N_("Last day"), may_be_empty=True, description=N_("Needed for an acting substitute."))
    is_acting = BooleanField(N_("As acting substitute, for a time"))


@pages.route("/people/<int:person_id>/appoint", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def appoint(person_id: int) -> Any:
    one = access(Person, person_id)
    form = AppointForm()
    form.post.choices = options(post_choices())
    default(form.valid_from, today())

    def do(form: Any) -> str:
        services.appoint(
            current_session(), one, current_act(), post=access(Post, int(form.post.data)),
            valid_from=form.valid_from.data, valid_to=day_after(form.last.data), is_acting=form.is_acting.data,
        )  # fmt: skip
        return address_of("person", one.id)

    return carry_out(_("Appoint to a post"), form, address_of("person", one.id), do, WEIGHTY)


def post_choices() -> list[tuple[int, Bilingual]]:
    """The posts that this administrator can give, by unit."""
    units = queries.units_on(current_session(), today())
    mine = sorted(viewer().unit_ids_for(Duty.ADMINISTER) & set(units), key=lambda one: units[one].code)
    order = {unit_id: n for n, unit_id in enumerate(mine)}
    some = [post for post in queries.posts_at(current_session(), mine) if post.valid_to is None]
    return [(post.id, post_line(post, units)) for post in sorted(some, key=lambda post: (order[post.unit_id], post.id))]


@pages.post("/holdings/<int:holding_id>/confirm_grants")
@signed_in
def confirm_grants(holding_id: int) -> Response:
    """The second hand: another administrator's, or while there is only one, the person's own."""
    one = access(Holding, holding_id)
    services.confirm_grants(current_session(), one, current_act())
    flash(_("The duties are confirmed and have effect now."))
    return redirect(address_of("person", one.person_id), 303)  # type: ignore[return-value]


@pages.route("/holdings/<int:holding_id>/end_holding", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def end_holding(holding_id: int) -> Any:
    one = access(Holding, holding_id)

    def do(form: Any) -> str:
        services.end_holding(current_session(), one, current_act(), day=form.last.data + timedelta(days=1))
        return address_of("person", one.person_id)

    return carry_out(_("End the appointment"), dated(LastDayForm()), address_of("person", one.person_id), do)


class HandOverForm(Form):
    successor = SelectField(N_("Successor"))
    day = a_day(N_("From"))


@pages.route("/holdings/<int:holding_id>/hand_over", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def hand_over(holding_id: int) -> Any:
    one = access(Holding, holding_id)
    form = HandOverForm()
    some = [other for other in queries.people(current_session(), today()) if may_list(other)]
    alive = [other for other in some if other.state in (AccountState.INVITED, AccountState.ACTIVE)]
    form.successor.choices = options([(other.id, other.name) for other in alive if other.id != one.person_id])
    default(form.day, today())

    def do(form: Any) -> str:
        successor = access(Person, int(form.successor.data))
        services.hand_over(current_session(), one, current_act(), successor=successor, day=form.day.data)
        return address_of("person", successor.id)

    work = handover.open_work(current_session(), one.person_id)
    counts = Counter(bound.kind for bound, _record in work)
    kinds = [say("{kind}: {count}", kind=Label(one.label), count=counts[one.kind]) for one in handover.kinds()
             if counts[one.kind]]  # fmt: skip
    note = say("Open work that is bound to the person by name goes over to the successor, too.")
    if kinds:
        note = say("{note} Now: {kinds}.", note=note, kinds=kinds)
    return carry_out(_("Hand over the post"), form, address_of("person", one.person_id), do, note)


# --- files -----------------------------------------------------------------------------------------------------------


class ImportForm(Form):
    file = FileField(N_("File"), [FileRequired(N_("Choose a file."))])


IMPORTS: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    "units": (N_("Units from a file"), files.import_units, files.UNIT_COLUMNS),
    "people": (N_("People and posts from a file"), files.import_people, files.PEOPLE_COLUMNS),
}


@pages.route("/import/<any(units, people):kind>", methods=["GET", "POST"])
@prepares(lambda kind: uploads.read_sheet())
@holding(Duty.ADMINISTER)
def import_(kind: str) -> Any:
    """Units or people from a table: first a dry run with all faults, then whole."""
    title, service, columns = IMPORTS[kind]
    form, refusal, found = ImportForm(), None, None
    if request.method == "POST" and form.validate():
        dry = bool(request.form.get("dry_run"))
        try:
            sheet = prepared()
            if isinstance(sheet, Refusal):
                raise sheet
            found = service(current_session(), current_act(), *sheet, dry_run=dry)
            if not dry:
                flash(_("{new} new, {changed} changed, {same} as before.", new=found.new, changed=found.changed,
                        same=found.same))  # fmt: skip
                return redirect(url_for(".people" if kind == "people" else ".index"), 303)
        except Refusal as fault:
            refusal = fault
    page = render_template(
        "organisations/import.html", kind=kind, title=title, form=form, refusal=refusal, found=found, columns=columns,
        roles=[(code, role_label) for code, (role_label, _duties) in ROLES.items()] if kind == "people" else [],
    )  # fmt: skip
    return (page, refusal.status if refusal else 422) if request.method == "POST" and found is None else page


@pages.get("/import/<any(units, people):kind>.csv")
@holding(Duty.ADMINISTER)
def import_template(kind: str) -> Response:
    """The table's columns, to fill in."""
    _title, _service, columns = IMPORTS[kind]
    return download(b"\xef\xbb\xbf" + write_csv(columns, []), f"{kind}.csv", "text/csv")


# --- accounts --------------------------------------------------------------------------------------------------------


def new_password(record_id: int) -> tuple[str, str]:
    """Made and hashed before the write transaction begins."""
    password = one_time_password()
    return password, hash_password(password)


@pages.route("/people/<int:record_id>/issue_one_time_password", methods=["GET", "POST"])
@prepares(new_password)
@holding(Duty.ADMINISTER)
def issue_one_time_password(record_id: int) -> Any:
    """Shown once, on the page that answers; it is kept nowhere but as a hash."""
    one = access(Person, record_id)
    if all(
        offer.action != "issue_one_time_password" for offer in ACCOUNT.available(current_session(), one, current_act())
    ):
        raise not_there()
    if request.method == "GET":
        return render_template("organisations/password.html", person=one, password="")
    password, hashed = prepared()
    services.issue_one_time_password(
        current_session(), one, current_act(), password_hash=hashed, now=clock.system_now()
    )
    return render_template("organisations/password.html", person=one, password=password)


setattr(issue_one_time_password, ACTS_ON, ("person", "issue_one_time_password"))
acts(
    pages, Person, ACCOUNT,
    {
        "suspend": Action(services.suspend, ReasonForm, explain=lambda session, one: say(
            "{name} is signed out everywhere at once and cannot sign in.", name=one.name)),
        "reinstate": Action(services.reinstate, ReasonForm),
        "end": Action(services.end, ReasonForm, explain=lambda session, one: say(
            "The posts of {name} end today; the trail keeps the name. Hand over open work first: {count} matters wait.",
            name=one.name, count=len(handover.open_work(session, one.id)))),
    },
    path="/people/<int:record_id>",
)  # fmt: skip


@waiting
def grants_to_confirm(session: Session, officer: Any, at: Any) -> list[Waiting]:
    """For administrators the grants of others; for everybody their own, while there is one administrator only."""
    found = []
    for grant in queries.grants_to_confirm(session, local_day(at)):
        holding = session.get_one(Holding, grant.holding_id)
        mine = officer.person_id == grant.person_id
        if (officer.holds(Duty.ADMINISTER) or mine) and not process.against_confirming(session, holding, current_act()):
            title = say("{name} is to become {title}", name=grant.person, title=grant.title)
            text = say("Duties to approve, decide or publish have no effect until they are confirmed.")
            found.append(Waiting(title, text, None, address_of("person", grant.person_id), Label(N_("Confirm"))))
    return found


from assessment.faces.web.pages import organisations_resets  # noqa: E402 - more pages
