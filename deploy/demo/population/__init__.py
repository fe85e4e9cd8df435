"""云溪市公安局: the population register (人口库), asked by signed requests with pinyin fields."""
