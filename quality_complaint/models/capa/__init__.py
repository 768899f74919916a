from . import quality_capa
from . import quality_capa_response
from . import quality_capa_agreement
from . import quality_capa_activity
from . import quality_capa_visit
