from . import quality_caller
from . import return_order
