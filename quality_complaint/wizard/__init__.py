from . import quality_complaint_cancel
from . import quality_containment
from . import quality_containment_line
