from . import quality_complaint_cost
from . import quality_cost
from . import quality_complaint
