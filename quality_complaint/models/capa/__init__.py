from . import quality_capa
