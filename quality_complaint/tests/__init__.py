from . import test_complaint_moves
from . import test_complaint_story
from . import test_tours
