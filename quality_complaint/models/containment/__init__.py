from . import quality_lot_trace
from . import quality_capa
from . import quality_complaint
from . import quality_complaint_line
