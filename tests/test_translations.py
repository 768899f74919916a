"""Every text of the addons is there in every language that ships, with its placeholders."""

import io
import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from odoo.addons import customer_survey, quality_complaint, return_repair

LANGUAGES = ("ja", "zh_CN", "zh_TW")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|</?\w+|\{\{.*?\}\}")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_every_text_is_translated_into_every_language(self):
        for addon in (quality_complaint, return_repair, customer_survey):
            folder = Path(addon.__file__).parent / "i18n"
            (template,) = folder.glob("*.pot")
            texts = {entry.msgid for entry in polib.pofile(template)}
            for language in LANGUAGES:
                catalogue = polib.pofile(folder / f"{language}.po")
                with self.subTest(addon=template.stem, language=language):
                    self.assertEqual({entry.msgid for entry in catalogue if entry.msgstr}, texts)

    def test_the_template_holds_the_texts_of_the_addon(self):
        """./setup/test fails here when a text changed: export the template anew and translate what is missing."""
        for addon in (quality_complaint, return_repair, customer_survey):
            folder = Path(addon.__file__).parent
            with self.subTest(addon=folder.name), io.BytesIO() as exported:
                trans_export(False, [folder.name], exported, "po", self.env)
                now = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
                kept = {entry.msgid for entry in polib.pofile(folder / "i18n" / f"{folder.name}.pot")}
                self.assertEqual(kept, now)

    def test_a_translation_has_the_placeholders_of_its_text(self):
        for addon in (quality_complaint, return_repair, customer_survey):
            for language in LANGUAGES:
                for entry in polib.pofile(Path(addon.__file__).parent / "i18n" / f"{language}.po"):
                    with self.subTest(language=language, text=entry.msgid):
                        self.assertEqual(
                            sorted(PLACEHOLDER.findall(entry.msgstr)), sorted(PLACEHOLDER.findall(entry.msgid)),
                        )
