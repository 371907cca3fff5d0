"""A restaurant form after Los Angeles County's Food Official Inspection Report, as an XLSForm.

Its scoring is the published one (reference guide of 2022, publichealth.lacounty.gov): 100 less the points, a major
violation of a critical risk factor 4, a minor one 2, good retail practices 1; A from 90, B from 80, C from 70. The
items are a selection in our words; the further 3 points for two major violations, and 7 for closures, are not in it.
"""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

SECTIONS: Sequence[tuple[str, str, str, str, Sequence[tuple[str, str, str]]]] = (
    ("从业人员健康与卫生", "Employee health and hygiene", "critical", "4", (
        ("f02", "传染病管理、报告与限制", "Communicable disease: reporting, restrictions and exclusions"),
        ("f03", "眼鼻口无分泌物", "No discharge from eyes, nose and mouth"),
        ("f04", "品尝、饮食与吸烟合规", "Proper eating, tasting, drinking or tobacco use"),
        ("f05", "手部洁净，正确洗手与使用手套", "Hands clean and properly washed; gloves used properly"),
        ("f06", "洗手设施齐全可用", "Adequate handwashing facilities supplied and accessible"),
    )),
    ("时间与温度", "Time and temperature", "critical", "4", (
        ("f07", "冷藏热藏温度合格", "Proper hot and cold holding temperatures"),
        ("f08", "以时间控制的程序与记录", "Time as a public health control; procedures and records"),
        ("f09", "冷却方法正确", "Proper cooling methods"),
        ("f10", "烹煮时间与温度合格", "Proper cooking time and temperatures"),
        ("f11", "再加热程序正确", "Proper reheating procedures for hot holding"),
    )),
    ("防止污染", "Protection from contamination", "critical", "4", (
        ("f12", "退回食品不再供应", "Returned and re-service of food"),
        ("f13", "食品完好、未掺杂", "Food in good condition, safe and unadulterated"),
        ("f14", "接触面清洁消毒", "Food contact surfaces clean and sanitised"),
        ("f15", "来源合格", "Food obtained from approved source"),
        ("f21", "冷热水可用", "Hot and cold water available"),
        ("f22", "污水妥善排放", "Sewage and wastewater properly disposed"),
        ("f23", "无鼠虫害", "No rodents, insects, birds or animals"),
    )),
    ("良好操作", "Good retail practices", "practice", "1", (
        ("f24", "负责人在场并履职", "Person in charge present and performs duties"),
        ("f25", "个人清洁与发网", "Personal cleanliness and hair restraints"),
        ("f26", "解冻方法正确", "Approved thawing methods used"),
        ("f27", "食品分开存放", "Food separated and protected"),
        ("f30", "食品储存与标识", "Food storage; containers identified"),
        ("f33", "非接触面清洁", "Nonfood contact surfaces clean"),
        ("f36", "设备器具符合要求、完好", "Equipment and utensils approved, clean, good repair"),
        ("f38", "通风与照明充足", "Adequate ventilation and lighting"),
        ("f40", "抹布正确使用存放", "Wiping cloths properly used and stored"),
        ("f44", "场所清洁防虫", "Premises clean, vermin-proof"),
        ("f45", "地面墙面天花板清洁完好", "Floors, walls and ceilings built, maintained and clean"),
    )),
    ("证照与公示", "Permits and signs", "practice", "1", (
        ("f47", "公示牌齐全", "Signs posted; last inspection report available"),
        ("f49", "许可有效", "Permits available and current"),
    )),
)  # fmt: skip
CHOICES = (
    ("in", "合格 IN", "In compliance", "in_order"), ("out", "不合格 OUT", "Out of compliance", "problem"),
    ("na", "不适用 N/A", "Not applicable", "not_applicable"), ("no", "未观察 N/O", "Not observed", "not_applicable"),
)  # fmt: skip
COLUMNS = ("type", "name", "label::中文 (zh)", "label::English (en)", "hint", "required", "relevant", "constraint",
           "severity", "points", "clause", "photo")  # fmt: skip


def survey() -> list[dict[str, str]]:
    rows = [{"type": "today", "name": "today"}]
    for number, (zh, en, severity, points, items) in enumerate(SECTIONS, 1):
        rows.append({"type": "begin group", "name": f"g{number}", COLUMNS[2]: zh, COLUMNS[3]: en})
        for name, text_zh, text_en in items:
            rows.append({
                "type": "select_one status", "name": name, COLUMNS[2]: text_zh, COLUMNS[3]: text_en, "required": "yes",
                "severity": severity, "points": points, "clause": f"Cal. Code item {int(name[1:])}", "photo": "yes",
            })  # fmt: skip
            if name == "f07":
                rows.append({
                    "type": "decimal", "name": "cold", COLUMNS[2]: "冷藏温度", COLUMNS[3]: "Cold holding, °C",
                    "relevant": "${f07} != 'na'", "constraint": ". >= -40 and . <= 60", "severity": severity,
                })  # fmt: skip
        rows.append({"type": "end group"})
    return rows


def sheets() -> dict[str, list[dict[str, str]]]:
    choices = [
        {"list_name": "status", "name": name, "label::中文 (zh)": zh, "label::English (en)": en, "outcome": outcome}
        for name, zh, en, outcome in CHOICES
    ]
    settings = [{"form_title": "餐饮服务检查表 Retail food inspection", "form_id": "hygiene", "full_points": "100",
                 "grades": "A 90; B 80; C 70"}]  # fmt: skip
    return {"survey": survey(), "choices": choices, "settings": settings}


def workbook(content: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """An .xlsx of these sheets, each with the columns that its rows name."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, rows in content.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column)
                for line, row in enumerate(rows, 1):
                    sheet.write_string(line, place, row.get(column, ""))
    return file.getvalue()
