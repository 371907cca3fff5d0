"""Chinese as an official would type it: full-width punctuation, no space for looks, one term for one thing."""

import re
from collections.abc import Iterator

import pytest

from assessment.faces.cli.messages import translations

HAN = "\u4e00-\u9fff"
TYPED = "“”‘’（）《》〔〕、，。：；？！"
RULES = {
    "half-width punctuation beside Chinese": rf"[{HAN}] ?[,;:!?()](?![A-Za-z_=-])|(?<![A-Za-z0-9 ])[,;:!?()] ?[{HAN}]",
    "a full stop of Latin": rf"[{HAN}]\.(?![\w.])",
    "a space for looks": rf"[{HAN}{TYPED}] [A-Za-z0-9{{]|[A-Za-z0-9}}%] [{HAN}{TYPED}]|[{HAN}{TYPED}] [{HAN}{TYPED}]",
    "a space before the sign of per cent": r"[0-9}] %(?!\()",
    "a dash that is none": rf"[{HAN}]-[{HAN}]|(?<!—)—(?!—)|[{HAN}]–[{HAN}]",
    "half an ellipsis": r"(?<!…)…(?!…)",
    "foreign quotation marks": rf"[「」『』]|[\"'](?=[{HAN}])|(?<=[{HAN}])[\"']",
    "square brackets around a document number's year": r"[\[［【(（]\d{4}[\]］】)）]\d*号",
    "a day in figures and hyphens": r"(?<![A-Za-z-])\d{4}-\d\d-\d\d(?!.*\|)",
}
TERMS = {  # what is not said: what is
    "预评分": "暂定得分", "初步得分": "暂定得分", "预告成绩": "暂定得分", "视为收到": "视为送达",
    "对比组": "分类考核组", "考评期": "考核周期", "考核期(?!内)": "考核周期", "时期": "周期", "考评项目": "专项工作",
    "考核项目": "专项工作", "考评办法": "考核办法", "链头": "链首",
    "散列值": "哈希值", "校验值": "哈希值", "名册": "名录", "检查清单": "检查表", "督办函": "督办单",
    "督导员": "检查员", "专项督察": "专项督查", "裁定": "决定", "裁决": "决定", "账户": "账号", "会话": "登录",
    "批次": "奖惩方案", "发放清单": "兑现清单", "整改通知(?!书)": "整改通知书", "帐号": "账号", "登陆": "登录",
    "申请复查": "申请复核", "部分支持": "部分成立", "工作日历": "日程、工作日表", "陈诉": "陈述",
}  # fmt: skip
AS_TYPED = {
    "每行一项：要求 | 责任单位 | 2012-11-30。",  # this is how the form reads it
    "“{text}”不是日期，请写成2012-11-13。",
}


def chinese() -> Iterator[tuple[str, str]]:
    """(English, Chinese) of every message."""
    for (_, message), texts in translations().items():
        for text in set(texts.values()):
            yield message, text


@pytest.mark.parametrize("rule", RULES)
def test_chinese_is_typed_as_chinese(rule: str) -> None:
    wrong = [f"{text!r} ({message[:60]!r})" for message, text in chinese()
             if text not in AS_TYPED and re.search(RULES[rule], text)]  # fmt: skip
    assert not wrong, f"{rule}:\n" + "\n".join(wrong)


def test_one_term_for_one_thing() -> None:
    wrong = [f"{text!r}: not {word} but {said}" for word, said in TERMS.items()
             for _, text in chinese() if re.search(word, text)]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_english_messages_hold_no_chinese() -> None:
    assert not [message for message, _ in chinese() if re.search(f"[{HAN}]", message)]


def test_the_rules_find_what_they_are_for() -> None:
    """A rule that finds nothing anywhere would hold nothing."""
    samples = [
        "得分,名次", "得分.", "第 3 名", "占30 %", "甲-乙", "等待…", "「甲」", "吉公通[2012]12号", "至2012-11-13止",
    ]  # fmt: skip
    for (name, rule), sample in zip(RULES.items(), samples, strict=True):
        assert re.search(rule, sample), name
