"""The city's words in English."""

from chassis.schemas import Answer, Body, example
from svc_catalog.schemas.words import English

EXAMPLE = {"terms": {"云溪市公安局": "Yunxi Police", "听雨社区卫生服务中心": "Tingyu Community Clinic"}}


class GlossaryIn(Body):
    model_config = example(EXAMPLE)
    terms: English


class GlossaryOut(Answer):
    model_config = example(EXAMPLE)
    terms: dict[str, str]
