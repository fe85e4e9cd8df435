"""云溪市医疗保障局: residents' medical insurance (城乡居民医保), one URL that speaks XML."""
