"""云溪市人力资源和社会保障局: social security cards (社会保障卡), forms in and text-only JSON out."""
