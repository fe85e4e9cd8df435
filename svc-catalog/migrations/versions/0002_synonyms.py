"""Words that people use for the catalogue's own, to begin with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = {
    "社保卡": "社会保障卡",
    "社保": "社会保险",
    "医保": "医疗保险",
    "公积金": "住房公积金",
    "户口": "户籍",
    "落户": "户口登记",
    "驾照": "驾驶证",
    "行驶本": "行驶证",
    "房产证": "不动产权证书",
    "执照": "营业执照",
    "身份证": "居民身份证",
    "领证": "结婚登记",
    "低保": "最低生活保障",
    "养老金": "基本养老保险",
    "护照": "普通护照",
    "港澳通行证": "往来港澳通行证",
    "打疫苗": "预防接种",
    "补办": "补领",
    "换证": "换发",
}


def upgrade() -> None:
    table = sa.table("synonym", sa.column("word", sa.Text), sa.column("meaning", sa.Text))
    op.bulk_insert(table, [{"word": word, "meaning": meaning} for word, meaning in WORDS.items()])
