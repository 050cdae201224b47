"""A shop's table with personal data in every cell that can hold a text, and rows that are none."""

import csv
import io

from tests.hostile.plants import FORMS, Plants

COLUMNS = {
    "text": "内容", "time": "时间", "conversation": "会话", "message_id": "编号", "role": "角色", "customer": "客户",
    "tenant": "租户", "channel": "渠道", "shop": "店铺", "region": "地区", "product_sku": "货号", "product_model": "型号",
    "product_category": "品类", "firmware": "固件",
}  # fmt: skip
MAPPING = "".join(f'{name} = "{column}"\n' for name, column in COLUMNS.items())


def table(plants: Plants) -> tuple[str, int, int]:
    """The table as CSV, and how many of its rows are good and how many bad."""
    written = io.StringIO()
    rows = csv.DictWriter(written, list(COLUMNS.values()), restval="")
    rows.writeheader()
    good = bad = 0
    plain = {"时间": "2025-03-18 03:00", "内容": "好的", "角色": "customer"}
    for name, column in COLUMNS.items():
        if name in ("time", "role"):
            continue
        for form in FORMS[:3]:
            rows.writerow({**plain, "编号": f"n-{good}", column: plants.sentence(form, f"CSV {name}")})
            good += 1
    for form in FORMS[:3]:
        rows.writerow(
            {**plain, "时间": plants.value("phone", form, "CSV time"), "内容": plants.sentence(form, "CSV row without a time")}
        )
        rows.writerow(
            {**plain, "角色": plants.value("phone", form, "CSV role"), "内容": plants.sentence(form, "CSV row without a role")}
        )
        written.write(f"{plants.sentence(form, 'CSV row of one cell')}\r\n")
        bad += 3
    return written.getvalue(), good, bad
