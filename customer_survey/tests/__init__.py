from . import test_complaint_from_answer
from . import test_complaint_from_answer_once
from . import test_complaint_from_answer_rights
