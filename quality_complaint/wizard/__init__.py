from . import quality_complaint_cancel
from . import quality_complaint_merge_wizard
from . import quality_complaint_similar
from . import quality_complaint_similar_line
