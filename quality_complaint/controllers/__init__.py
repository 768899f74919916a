from . import quality_caller
from . import quality_complaint_answer
from . import quality_complaint_documents
from . import quality_complaint_register
