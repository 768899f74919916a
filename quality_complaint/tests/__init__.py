from . import test_complaint_story
from . import test_tours
