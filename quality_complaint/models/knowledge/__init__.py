from . import quality_similarity_mixin
from . import quality_solution
from . import quality_complaint_similar
from . import quality_complaint_merged
from . import quality_complaint_merge
from . import quality_complaint_merge_line
