from . import mail_mail
from . import res_company
from . import res_config_settings
from . import survey_question
from . import survey_question_answer
from . import survey_survey
from . import survey_user_input
from . import survey_user_input_line
