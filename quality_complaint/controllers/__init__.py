from . import quality_caller
from . import portal
from . import portal_chatter
from . import quality_complaint_answer
from . import quality_complaint_documents
from . import quality_complaint_register
from . import quality_analysis
