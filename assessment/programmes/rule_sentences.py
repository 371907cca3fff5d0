"""How an indicator is scored, as a sentence that a person in the office would say; one a rule."""

from __future__ import annotations

from functools import singledispatch

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_, Label, Sentence, say
from assessment.programmes.rules.indicators import (
    LETTER,
    PEER_MEAN,
    Banded,
    Borda,
    Completion,
    Control,
    Deduct,
    DeductSeveral,
    DistanceToTarget,
    Efficacy,
    Goalposts,
    Item,
    MinMax,
    Panel,
    PeerMinmax,
    PercentileRank,
    Position,
    Rank,
    Sliding,
    Steps,
    Targeted,
    ZScore,
)
from assessment.programmes.rules.scheme import Scheme


@singledispatch
def rule(item: Item, scheme: Scheme) -> Sentence:
    """How an indicator is scored; what no rule below says otherwise is given."""
    return say("{value} is the score.", value=_value(item, scheme))


def _value(item: Item, scheme: Scheme) -> object:
    return _name(item.reads, scheme)


def _name(code: str, scheme: Scheme) -> object:
    named = scheme.values.get(code) or scheme.changes.get(code)
    return named if named is not None and (named.zh or named.en) else code


def _target(item: Targeted, scheme: Scheme) -> object:
    if item.target == LETTER:
        return Label(N_("the schedule of the letter") if item.schedule else N_("the target of the letter"))
    return _name(item.target, scheme) if isinstance(item.target, str) else item.target


@rule.register
def _completion(item: Completion, scheme: Scheme) -> Sentence:
    return say(
        "{value} as a share of {target}; at most {cap} times the points.",
        value=_value(item, scheme),
        target=_target(item, scheme),
        cap=item.cap,
    )


@rule.register
def _control(item: Control, scheme: Scheme) -> Sentence:
    value, target = _value(item, scheme), _target(item, scheme)
    return say("{value} below {target}: the less, the more points.", value=value, target=target)


@rule.register
def _efficacy(item: Efficacy, scheme: Scheme) -> Sentence:
    return say(
        "{value}: 60 at {unacceptable}, 100 at {satisfactory}, evenly between.",
        value=_value(item, scheme),
        unacceptable=item.unacceptable,
        satisfactory=item.satisfactory,
    )


@rule.register
def _banded(item: Banded, scheme: Scheme) -> Sentence:
    standards = [
        say("{standard}: {share} %", standard=standard, share=shown(share * 100))
        for standard, share in zip(item.standards, item.coefficients, strict=True)
    ]
    value = _value(item, scheme)
    return say("{value} between standards, evenly: {standards} of the points.", value=value, standards=standards)


@rule.register
def _steps(item: Steps, scheme: Scheme) -> Sentence:
    steps = [say("{span}: {points}", span=str(span), points=earned) for span, earned in item.table]
    return say("{value} by steps: {steps}.", value=_value(item, scheme), steps=steps)


@rule.register(PeerMinmax)
@rule.register(MinMax)
def _peer_minmax(item: PeerMinmax | MinMax, scheme: Scheme) -> Sentence:
    return say("{value}, from the worst to the best of the peer group.", value=_value(item, scheme))


@rule.register
def _position(item: Position, scheme: Scheme) -> Sentence:
    value = _value(item, scheme)
    return say("By place in the peer group by {value}: {step} points less for each place.", value=value, step=item.step)


@rule.register
def _sliding(item: Sliding, scheme: Scheme) -> Sentence:
    peers = item.average == PEER_MEAN
    return say(
        "{base} points at {average}; what lies beyond counts for less with each {width} of {value}.",
        base=item.base,
        average=Label(N_("the mean of the peer group")) if peers else _name(str(item.average), scheme),
        width=item.width,
        value=_value(item, scheme),
    )


@rule.register
def _deduct(item: Deduct, scheme: Scheme) -> Sentence:
    value = _value(item, scheme)
    return say("{each} points are lost for each {per} of {value}.", each=item.each, per=item.per, value=value)


@rule.register
def _deduct_several(item: DeductSeveral, scheme: Scheme) -> Sentence:
    losses = [
        say("{each} for each {per} of {value}", each=one.each, per=one.per, value=_name(one.value, scheme))
        for one in item.losses
    ]
    return say("Points are lost: {losses}.", losses=losses)


@rule.register
def _panel(item: Panel, scheme: Scheme) -> Sentence:
    if item.votes is None:
        return say("The mean of the marks of {count} judges.", count=len(item.parts))
    votes = [say("{name}: {mark}", name=_name(name, scheme), mark=mark) for name, mark in item.votes.items()]
    return say("The mean of the votes: {votes}.", votes=votes)


@rule.register
def _z_score(item: ZScore, scheme: Scheme) -> Sentence:
    return say("{value}, as its distance from the mean in standard deviations.", value=_value(item, scheme))


@rule.register
def _goalposts(item: Goalposts, scheme: Scheme) -> Sentence:
    ends = {"low": item.low, "high": item.high}
    if item.logarithmic:
        return say("{value}, from {low} to {high} by its logarithm.", value=_value(item, scheme), **ends)
    return say("{value}, evenly from {low} to {high}.", value=_value(item, scheme), **ends)


@rule.register
def _distance_to_target(item: DistanceToTarget, scheme: Scheme) -> Sentence:
    value = _value(item, scheme)
    return say("{value}, from the worst of the peer group to the target {target}.", value=value, target=item.target)


@rule.register(PercentileRank)
@rule.register(Rank)
@rule.register(Borda)
def _worse(item: PercentileRank | Rank | Borda, scheme: Scheme) -> Sentence:
    return say("{value}, by how many other units are worse.", value=_value(item, scheme))
