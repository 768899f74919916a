from . import quality_capa_verify
from . import quality_complaint_cancel
