"""云溪市疾病预防控制中心: vaccination records (预防接种) and their schedules."""
