"""Who holds data, as svc-sharing's bodies name them."""

POLICE = {"department": "11440199MB2Y00056G", "department_name": "云溪市公安局"}
HOSPITAL = {"department": "12440199MB2Y00048J", "department_name": "云溪市妇幼保健院"}
CIVIL_AFFAIRS = {"department": "11440199MB2Y00064B", "department_name": "云溪市民政局"}
DISEASE_CONTROL = {"department": "12440199MB2Y000723", "department_name": "云溪市疾病预防控制中心"}
MEDICAL_INSURANCE = {"department": "11440199MB2Y000801", "department_name": "云溪市医疗保障局"}
HUMAN_RESOURCES = {"department": "11440199MB2Y00101H", "department_name": "云溪市人力资源和社会保障局"}
SERVICE_ADMINISTRATION = {"department": "11440199MB2Y00021X", "department_name": "云溪市政务服务和数据管理局"}
