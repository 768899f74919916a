from . import quality_cost
from . import return_order
