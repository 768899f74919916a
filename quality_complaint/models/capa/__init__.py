from . import quality_capa
from . import quality_capa_part
from . import quality_capa_verdict
from . import quality_capa_verification
from . import quality_capa_effectiveness
