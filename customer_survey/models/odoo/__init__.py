from . import survey_user_input
from . import survey_user_input_line
