from . import quality_complaint_answer
from . import quality_complaint_register
