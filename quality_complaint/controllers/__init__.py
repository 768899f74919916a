from . import portal
from . import portal_chatter
from . import quality_complaint_answer
from . import quality_complaint_register
