"""What each page is for, and the rule that it follows: one plain sentence each, told at the foot of the page."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.foundation.i18n import N_


@dataclass(frozen=True)
class About:
    """``rule`` is empty where the page only shows."""

    purpose: str
    rule: str = ""


ABOUT: dict[str, About] = {
    "home.index": About(
        N_("What is asked of you, the most urgent first, and the figures you need to decide."),
        N_("A date in red is over; everything else still has time."),
    ),
    "place.show": About(
        N_("Where your unit stands, what each point was lost for, and what is due."),
        N_("Others of your group are never named here; only published tables name units."),
    ),
    "account.show": About(N_("Your particulars, your duties, and how you sign in.")),
    "account.sessions_list": About(N_("Where you are signed in; you may end any of it.")),
    "account.tokens": About(
        N_("Tokens by which programs of yours read what you see."),
        N_("A token reads as you and changes nothing; it ends within a year, and with your account or password."),
    ),
    "search.index": About(
        N_("Finds a number or word in all that is yours to see."),
        N_("What you may not see is not found, not even that it exists."),
    ),
    "accountability.index": About(
        N_("What the rules noticed, and the cases that people opened."),
        N_("A rule only prompts; a person opens or dismisses it, and says why."),
    ),
    "accountability.show": About(
        N_("One case: what is alleged, what was answered, and what may be done next."),
        N_("Nothing is decided before notice, reply or its lapse, two investigators, and people who had no "
           "part in it."),
    ),
    "accountability.circular": About(N_("What others are told of a decision, in the range it was decided for.")),
    "accountability.prompt": About(N_("A person may point out a matter; the rule's computation stands beside it.")),
    "accountability.dossier": About(
        N_("Everything a case rests on, in fourteen parts, paged and hashed."),
        N_("Each reading is written into the trail."),
    ),
    "accountability.interviews": About(N_("Interviews: who was called, what was said, what was promised.")),
    "accountability.interview": About(N_("One interview, its minutes and the dated commitments.")),
    "accountability.back": About(
        N_("From an outcome back to everything that led to it, with who held which post that day."),
        N_("It is read from the audit trail alone."),
    ),
    "adjustments.index": About(
        N_("Points proposed or confirmed beside the computed score, each with its clause."),
        N_("One proposes, the unit is heard, another confirms."),
    ),
    "adjustments.show": About(
        N_("One adjustment: its clause, its origin, and what the unit said."),
        N_("One proposes, the unit is heard, another confirms."),
    ),
    "audit.index": About(
        N_("Every act in its order; nothing in it can be changed unseen."),
        N_("Each row carries the hash of the one before; printed bulletins carry the head of that day."),
    ),
    "audit.show": About(N_("One act: who, when, on what, and what changed.")),
    "audit.of": About(N_("Everything that was done to one record.")),
    "bulletins.index": About(
        N_("Ranking bulletins: drafts, and what was published."),
        N_("Approved by somebody who did not prepare it; after publication only a corrigendum changes it."),
    ),
    "bulletins.show": About(
        N_("One bulletin as it will be, or was, printed."),
        N_("Approved by somebody who did not prepare it; after publication only a corrigendum changes it."),
    ),
    "bulletins.check": About(N_("Check a bulletin by its file or its number; no account is needed.")),
    "bulletins.receipts": About(N_("Who has received a bulletin and who has opened it.")),
    "cycles.index": About(
        N_("What is planned to happen on its own, and when."),
        N_("The clock does each thing once, also when a machine was off in between."),
    ),
    "cycles.entry": About(N_("One planned moment, and what became of it.")),
    "cycles.period": About(
        N_("One period: how far it is, and what may be done next."),
        N_("The steps and their guards are those of its process."),
    ),
    "delivery.index": About(
        N_("Papers that were served on you or by you, with proof."),
        N_("A time limit begins when a paper is received, or is deemed to be."),
    ),
    "delivery.show": About(N_("One paper and its proof of service.")),
    "delivery.extensions": About(
        N_("Requests for more time, and what was answered."),
        N_("Asked before the date, with a reason; somebody else decides."),
    ),
    "delivery.extension": About(N_("One request for more time.")),
    "inspections.index": About(
        N_("Campaigns of inspection and your visits."),
        N_("Who is visited, and by whom, is drawn by public lot."),
    ),
    "inspections.campaign": About(
        N_("One campaign: its plan, its draw, its visits, its findings."),
        N_("Who is visited, and by whom, is drawn by public lot."),
    ),
    "inspections.checklists": About(
        N_("Checklists: the questions an inspection may ask."),
        N_("What is not on the list is not asked."),
    ),
    "inspections.checklist": About(N_("One checklist with its clauses and points.")),
    "inspections.draw_list": About(N_("Every public draw, to be computed again by anyone.")),
    "inspections.draw_record": About(
        N_("One draw: the roll, the seed, and the tickets."),
        N_("The roll was fixed before the seed was known."),
    ),
    "inspections.fairness": About(N_("Whether teams judge alike: strictness side by side.")),
    "inspections.register": About(
        N_("How often each unit was inspected this year."),
        N_("A cap on days protects units from being visited without end."),
    ),
    "inspections.register_units": About(
        N_("How often each unit was inspected this year."),
        N_("A cap on days protects units from being visited without end."),
    ),
    "inspections.visit": About(
        N_("One visit: what was asked, what was seen, what the unit said."),
        N_("Each finding has its evidence, two inspectors, and the unit's comment."),
    ),
    "inspections.finding": About(N_("One finding with its evidence and both sides.")),
    "mail.index": About(N_("Mail that the system sends: what went out, and what did not.")),
    "mail.show": About(N_("One message and its attempts.")),
    "objections.index": About(
        N_("Objections: what is claimed, by when it is answered."),
        N_("Decided by somebody who had no part in it; nobody may fare worse for objecting."),
    ),
    "objections.outcomes": About(N_("How objections ended, by kind and by office.")),
    "objections.show": About(
        N_("One objection, point by point."),
        N_("Decided by somebody who had no part in it; nobody may fare worse for objecting."),
    ),
    "organisations.index": About(
        N_("Units as they stand below each other today."),
        N_("Names and places change over time; papers of earlier days keep the old ones."),
    ),
    "organisations.unit": About(N_("One unit: its posts, who holds them, and its past.")),
    "organisations.people": About(N_("People with a sign-in, and their posts.")),
    "organisations.person": About(N_("One person: posts, duties and sign-ins.")),
    "panels.index": About(
        N_("Panels that judge by secret ballot."),
        N_("A ballot is its member's alone until it is counted."),
    ),
    "panels.show": About(
        N_("One panel: its seats, its marks, its count."),
        N_("A ballot is its member's alone until it is counted."),
    ),
    "practices.index": About(
        N_("Methods that worked, for others to use."),
        N_("Submitted by a unit, judged by another office, then published."),
    ),
    "practices.show": About(N_("One practice, and what was judged of it.")),
    "programmes.index": About(N_("Programmes of assessment, one a year or longer.")),
    "programmes.show": About(N_("One programme: its scheme, its periods, its letters.")),
    "programmes.scheme": About(
        N_("The scheme as a person can read it: what is scored, and how."),
        N_("A published version is never edited; a new one follows it."),
    ),
    "programmes.letters": About(N_("Responsibility letters: what each unit promised.")),
    "programmes.letter": About(
        N_("One letter: targets, schedule and signatures."),
        N_("It counts when both sides have signed."),
    ),
    "programmes.year": About(N_("A new year beside the last: what was carried over, and what differs.")),
    "remediation.index": About(
        N_("Problems to be put right, the most urgent first."),
        N_("Closed only after somebody else has looked again."),
    ),
    "remediation.board": About(N_("What became of all problems: closed, open, overdue.")),
    "remediation.show": About(
        N_("One problem, from the notice to its closure."),
        N_("Closed only after somebody else has looked again."),
    ),
    "remediation.notice": About(N_("One rectification notice and its tasks.")),
    "remediation.letter": About(N_("One supervision letter, its answer and what became of it.")),
    "remediation.listed": About(N_("Listed supervision: what is put up in the open until it is closed.")),
    "remediation.listed_task": About(N_("One listed problem.")),
    "remediation.looks": About(
        N_("Second looks at what was closed, drawn by lot."),
        N_("Who reported it closed never looks again."),
    ),
    "remediation.look": About(N_("One second look.")),
    "remediation.escalations": About(
        N_("What is overdue, and what the scheme says follows."),
        N_("A rule only prompts; a person acts."),
    ),
    "results.index": About(N_("Published results, for everybody.")),
    "results.show": About(N_("One published ranking with its data.")),
    "rewards.index": About(
        N_("Reward rounds: who is proposed what, and why."),
        N_("Made public for five working days before another person approves."),
    ),
    "rewards.show": About(
        N_("One round: amounts that sum to their pool, each with its reason."),
        N_("Made public for five working days before another person approves."),
    ),
    "scoring.index": About(N_("Scores of each period and edition.")),
    "scoring.ranking": About(
        N_("Who stands where in each peer group, and on what each point rests."),
        N_("Units are ranked only with their peers; a range says how sure a rank is."),
    ),
    "scoring.edition": About(
        N_("One computation, kept with all its inputs, to be computed again."),
        N_("The same inputs and scheme give the same scores, to the last digit."),
    ),
    "scoring.scorecard": About(
        N_("Why this score: each item with its rule, inputs and evidence."),
        N_("Computed exactly and rounded once, as the scheme says."),
    ),
    "scoring.what_if": About(N_("What if weights or targets were others? A copy; nothing is kept.")),
    "submissions.index": About(
        N_("Reports: what is due from whom, and how far it is."),
        N_("Reports on time, late and closed are three different things."),
    ),
    "submissions.show": About(
        N_("One report: what was claimed, verified and validated."),
        N_("What was claimed is never overwritten; each stage stands beside it."),
    ),
    "submissions.versions": About(N_("Every version of one value.")),
    "submissions.receipt": About(N_("The proof that your report came in.")),
    "submissions.changes": About(N_("What was changed after it was reported, and why.")),
    "submissions.counter_checks": About(N_("Counter-checks: samples of what was claimed, checked on the spot.")),
    "submissions.counter_check": About(N_("One counter-check and what it found.")),
    "submissions.completeness": About(N_("Is the period complete? Every value of every unit.")),
    "submissions.import_": About(
        N_("Bring in a spreadsheet; see first what it would change."),
        N_("Nothing is stored before you confirm it."),
    ),
}
