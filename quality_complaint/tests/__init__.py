from . import test_complaint_story
