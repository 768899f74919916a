from . import test_complaint_moves
from . import test_complaint_story
from . import test_filing_delivered
from . import test_filing_refusals
from . import test_filing_rights
from . import test_filing_sources
from . import test_numbering
from . import test_tours
